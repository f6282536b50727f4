// A small truthful server for client tests: sealed slots, the version rule, receipts and fan-out.
//
// It is a value, so a copy is a backup, and putting one back is a server that lost everything
// since. It answers at once; what a test wants otherwise it says with a knob. Does not: check
// lengths or ownership, persist, or speak the `field` dialect, except for holding a `field` draft
// that a test put there.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/wire/frames.h"

namespace dp::client {

struct FakeSlot {
  Version version = 0;
  Hash32 hash{};
  wire::NullableText text;
  wire::NullableText preview;
  wire::NullableText tombstone;
  std::optional<ChangeId> change;
  Version messages = 0;
};

class FakeServer {
 public:
  struct Reply {
    int conn = 0;
    wire::ServerFrame frame;
  };

  std::vector<Reply> handle(int conn, const wire::ClientFrame& frame, const crypto::Hasher& hasher);
  void connect(int conn) { connections_.insert(conn); }
  void disconnect(int conn) { connections_.erase(conn); }

  std::map<ChatId, FakeSlot> slots;
  std::set<ChatId> deleted;
  std::set<ChatId> unavailable;
  std::map<MessageId, wire::Ciphertext> messages;
  std::optional<wire::ErrorCode> refuse_next;           // the next change or message
  std::optional<wire::ErrorCode> refuse_deletion_next;  // of a chat
  int chat_deletions = 0;                               // that came
  std::map<ChatId, Version> minimum;                    // numbers below are version_invalid
  bool authoritative = true;                            // what the last page of a listing says
  std::size_t writes = 0;                               // accepted changes

 private:
  struct Proposal {
    ChatId chat;
    Version base = 0;
    Version version = 0;
    ChangeId id;
    wire::NullableText text;
    wire::NullableText preview;
    wire::NullableText tombstone;
  };
  enum class Verdict { stored, repeated, conflict, version_invalid, chat_deleted, refused };

  void on(int conn, const wire::UpdateDraft& frame);
  void on(int conn, const wire::DeleteDraft& frame);
  void on(int conn, const wire::GetDraftVersions& frame);
  void on(int conn, const wire::GetChatDetails& frame);
  void on(int conn, const wire::SyncOfflineChanges& frame);
  void on(int conn, const wire::InitialSyncRequest& frame);
  void on(int conn, const wire::ChatMessageAdded& frame);
  void on(int conn, const wire::DeleteChat& frame);
  void on(int conn, const wire::Ping& frame);

  Verdict propose(const Proposal& proposal);
  void answer(int conn, const Proposal& proposal, Verdict verdict);
  void broadcast(int except, const ChatId& chat);
  wire::ChatDetails details(const ChatId& chat) const;
  wire::DraftConflict conflict(const ChatId& chat, const ChangeId& id) const;
  void reply(int conn, wire::ServerFrame frame) { out_.push_back({conn, std::move(frame)}); }
  void reply_all(int except, const wire::ServerFrame& frame);

  std::set<int> connections_;
  std::vector<Reply> out_;
  const crypto::Hasher* hasher_ = nullptr;  // only during handle
};

}  // namespace dp::client
