// A server core with a database that obeys the test: the tests' own little world.
//
// Events are performed at once and in order; the database answers immediately unless the test
// holds its answers back, fails them or reorders them. A crash is a new server over the same table.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/crypto/sha256_hasher.h"
#include "core/server/database_table.h"
#include "core/server/server.h"
#include "core/wire/frames.h"

namespace dp::server::testing {

AccountId account(std::uint8_t number);
ChatId chat(std::uint8_t number);

class NoRandom final : public Random {
 public:
  void fill(Draw label, std::span<std::uint8_t> out) override;
};

class Rig {
 public:
  struct Closed {
    std::uint16_t code = 0;
    std::string reason;
    bool operator==(const Closed&) const = default;
  };

  explicit Rig(Config config = {});

  // ---- connections ----
  ConnId connect(std::uint8_t account_number = 1);
  ConnId open();  // upgraded, not judged
  void judge(ConnId conn, AuthJudged::Verdict verdict, std::uint8_t account_number = 1);
  void say(ConnId conn, const wire::ClientFrame& frame);
  void say_text(ConnId conn, std::string text);
  void hang_up(ConnId conn);
  void stop_reading(ConnId conn);                     // its outbound queue drains no more
  std::vector<wire::ServerFrame> heard(ConnId conn);  // since the last call
  std::vector<std::string> heard_text(ConnId conn);
  std::optional<Closed> closed(ConnId conn) const;

  // Exactly one frame was heard since the last call, and it is an F.
  template <class F>
  std::optional<F> only(ConnId conn) {
    const auto frames = heard(conn);
    if (frames.size() != 1 || !std::holds_alternative<F>(frames.front())) return std::nullopt;
    return std::get<F>(frames.front());
  }
  template <class F>
  std::optional<F> answer(ConnId conn, const wire::ClientFrame& frame) {
    heard(conn);
    say(conn, frame);
    return only<F>(conn);
  }
  std::optional<wire::ErrorCode> refusal(ConnId conn, const wire::ClientFrame& frame);

  // ---- the database ----
  bool hold = false;  // queries wait in `held` until released
  std::deque<Query> held;
  std::function<bool(const Query&)> fails = [](const Query&) { return false; };
  void release(std::size_t index = 0);
  void release_failed(std::size_t index = 0);    // not performed, answered with RequestFailed
  void perform_but_fail(std::size_t index = 0);  // performed, answered with RequestFailed
  void lose(std::size_t index = 0);              // never answered
  void repeat(std::size_t index = 0);            // performed now, and still in `held`
  void release_all();
  std::size_t held_jobs() const;
  std::size_t queries_asked = 0;

  // ---- the process ----
  void deliver(const Event& event);
  void advance(Micros by_us);  // fires every timer on the way
  void crash();
  void evict(const ChatId& chat, bool record = true, bool counter = true,
             std::uint8_t account_number = 1);
  void hollow(const ChatId& chat);
  void cache_available(bool available);
  std::optional<SlotFacts> facts(const ChatId& chat, std::uint8_t account_number = 1) const;
  std::optional<DraftRow> row(const ChatId& chat, std::uint8_t account_number = 1) const;

  Server server;
  DatabaseTable table;
  Now now{1'000'000, 1'700'000'000'000'000};
  Outcome last;
  std::vector<Effect> performed;  // every effect so far; a test may clear it

 private:
  void perform(Outcome outcome);
  void drain();
  void perform_query(const Query& query);

  NoRandom random_;
  crypto::Sha256Hasher hasher_;
  std::uint64_t next_conn_ = 1;
  std::deque<Event> pending_;
  bool draining_ = false;
  std::map<ConnId, std::vector<std::string>> sent_;
  std::map<ConnId, Closed> closed_;
  std::set<ConnId> not_reading_;
};

// ---- things that look sealed -------------------------------------------------------------------
struct Envelope {
  std::string text;  // base64
  Hash32 hash{};     // of the binary envelope
};
Envelope make_envelope(crypto::Kind kind, Version version, const Hash32& parent,
                       std::string_view content);
std::string field_ciphertext(std::string_view content);
Hash32 field_hash(const std::string& ciphertext);

// A sealed device's view of one slot: what its next change builds on.
struct SealedSlot {
  ChatId chat;
  Version version = 0;
  Hash32 hash{};

  // The frames; `number` of 0 proposes version + 1. The slot itself is not moved.
  wire::UpdateDraft update(std::string_view content, Version number = 0) const;
  wire::DeleteDraft remove(Version number = 0) const;
  wire::ChatMessageAdded send(std::string_view message_id) const;
  wire::OfflineChange offline(std::string_view content) const;
  wire::OfflineChange offline_remove() const;
  void moved_to(Version number, const std::string& envelope_text);
};

wire::UpdateDraft field_update(const ChatId& chat, std::string_view content);
wire::DeleteDraft field_delete(const ChatId& chat);
wire::ChatMessageAdded field_message(const ChatId& chat, std::string_view message_id);
wire::OfflineChange field_offline(const ChatId& chat, std::string_view content, Version seen);

}  // namespace dp::server::testing
