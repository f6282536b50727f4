// A small scripted client of the `field` dialect: what deployed peers that never heard of sealed
// drafts do. It has the shape of the real client, so that a world can host either.
//
// Whole texts, AES-256-GCM without associated data, no base versions, last arrival wins: it saves
// after the debounce, queues while offline, adopts every newer version it is shown, and keeps the
// open editor's text while it has unsaved changes.
// Does not: merge, keep copies, detect rollback, or promise that nothing typed is lost: none of
// that is promised for this dialect. Its disk holds ciphertext, like everything it sends.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/crypto/key_provisioning.h"
#include "core/wire/frames.h"

namespace dp::sim {

struct FieldEnvironment {
  Now now;
  Random& random;
  const crypto::Cipher& opener;
  crypto::FieldSealer& sealer;
};

class FieldClient {
 public:
  explicit FieldClient(client::Config config) : config_(config) {}

  client::Outcome step(const client::Event& event, FieldEnvironment& environment);

  client::View view() const;
  std::vector<client::SlotFacts> slots() const;
  std::string pending() const;
  const client::Config& config() const { return config_; }

 private:
  struct Slot {
    std::string text;  // last saved here or adopted; "" is no draft
    Version version = 0;
    bool dirty = false;                    // saved here and not sent since
    std::optional<std::string> in_flight;  // change or message id on the wire
    bool stale = false;   // something newer was seen while our change was under way
    bool listed = false;  // the present connection's listing knows it
    bool operator==(const Slot&) const = default;
  };
  struct Step;  // one step's environment and growing outcome

  void person(const client::Event& event, Step& step);
  void edit(std::string text, Step& step);
  void open_chat(const ChatId& chat, Step& step);
  void leave_chat(Step& step);
  void save(Step& step);
  void send_message(Step& step);
  void open_store(Step& step);
  void store(const ChatId& chat, Step& step);
  void tell_ui(const ChatId& chat, Step& step);
  void replace_editor(const ChatId& chat, const std::string& text, Step& step);
  std::optional<wire::Ciphertext> sealed(std::string_view text, Step& step);
  std::optional<std::string> opened(const wire::Ciphertext& text, Step& step);

  // field_connection.cc
  void network(const client::Event& event, Step& step);
  void lost(std::uint16_t code, Step& step);
  void connect(Step& step);
  void drop_connection(Step& step);
  void start_sync(std::optional<std::string> page, Step& step);
  void sync_done(Step& step);
  void send_slot(const ChatId& chat, Step& step);
  void send_frame(const wire::ClientFrame& frame, Step& step);
  void receive(const wire::ServerFrame& frame, Step& step);
  void adopt(const ChatId& chat, Version version, const wire::NullableText& draft, Step& step);
  void trust_listing(const wire::ChatDetails& details);
  void notice_forgotten();
  void take_details(const wire::ChatDetails& details, Step& step);
  bool answers(const ChatId& chat, const std::optional<ChangeId>& change) const;
  void acknowledged(const ChatId& chat, Version version, Step& step);
  void refused(const wire::ErrorFrame& error, Step& step);
  void forget(const ChatId& chat, Step& step);
  void timers(Step& step);

  client::Config config_;
  crypto::KeyRef key_;
  std::vector<client::StoreRow> rows_;  // as found at boot, until the key is there
  std::map<ChatId, Slot> slots_;
  std::optional<ChatId> open_chat_;
  bool composer_ = false;
  std::string editor_;
  bool focused_ = false;
  bool unsaved_ = false;
  std::optional<Micros> save_at_us_;
  bool online_ = true;
  bool signed_out_ = false;
  client::Connection connection_ = client::Connection::offline;
  ConnEpoch epoch_;
  std::optional<Micros> connect_at_us_;
  std::optional<Micros> receipt_by_us_;
  Micros backoff_us_ = 0;
  std::optional<Micros> ping_at_us_;
  std::optional<Micros> pong_by_us_;
  std::uint64_t next_write_ = 1;
  std::uint64_t writes_under_way_ = 0;
};

}  // namespace dp::sim
