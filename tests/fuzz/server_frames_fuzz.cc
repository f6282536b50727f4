// libFuzzer: bytes as a script of what befalls a server: frames of two accounts, valid, damaged and
// raw, a database that answers late, out of order, wrongly or twice, a cache that forgets, time,
// crashes, and events for connections that do not exist.
//
// Checked after every act: what is sent is a frame; error texts and log lines are of closed sets;
// queues and connections are bounded; durable versions only rise and a deleted chat stays deleted.
// Checked at the end: the server comes to rest, a copy comes to the same rest, and what a device
// reads is what the table holds.
#include <map>

#include "core/wire/codec.h"
#include "tests/core/server/rig.h"
#include "tests/fuzz/script.h"

namespace {

using namespace dp;
using namespace dp::server;
using namespace dp::server::testing;
using fuzz::require;
using fuzz::Script;

constexpr std::size_t kActsMax = 200;
constexpr std::size_t kConnectionsMax = 5;
constexpr std::size_t kOfAccountMax = 3;

// Every limit is within reach of a short script.
Config small_config() {
  Config config;
  config.max_draft_chars = 4'000;
  config.max_preview_chars = 1'000;
  config.max_message_chars = 4'000;
  config.max_chats_per_account = 3;
  config.max_changes_per_replay = 4;
  config.max_connections_per_account = kOfAccountMax;
  config.max_outbound_bytes = 6'000;
  config.max_inbound_bytes = 16'000;
  config.max_cached_slots = 3;
  config.max_unpersisted_bytes = 6'000;
  config.initial_sync_page = 2;
  config.wire.frame_bytes_max = 12'000;
  config.wire.array_items_max = 32;
  return config;
}

constexpr std::array<Micros, 8> kPauses = {
    0, 1, 100 * kMillisecond, 1 * kSecond, 31 * kSecond, 91 * kSecond, 2'701 * kSecond, 8 * kDay};

class Play {
 public:
  explicit Play(Script& script) : script_(script), rig_(small_config()) {
    connect(1);
    connect(2);
    rig_.hold = true;  // what the script does not release waits
  }

  void perform_all() {
    for (std::size_t acts = 0; acts < kActsMax && !script_.ended(); ++acts) {
      perform();
      check();
    }
    finish();
  }

 private:
  void perform() {
    switch (script_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return rig_.say(conn(), frame());
      case 5:
      case 6:
        return rig_.say_text(conn(), script_.damaged(encode(frame())));
      case 7:
        return rig_.say_text(conn(), script_.text());
      case 8:
        if (!rig_.held.empty()) rig_.release(script_.byte() % rig_.held.size());
        return;
      case 9:
        return mistreat_a_query();
      case 10:
        rig_.hold = !rig_.hold;
        if (!rig_.hold) rig_.release_all();
        return;
      case 11:
        return mistreat_the_cache();
      case 12:
        return rig_.advance(kPauses[script_.below(kPauses.size())]);
      case 13:
        return change_connections();
      case 14:
        return end_the_process();
      default:
        return rig_.deliver(unexpected());
    }
  }

  // ---- frames
  // What a device that knows the slot would build on; or an outdated or invented view of it.
  SealedSlot known(const ChatId& which, std::uint8_t owner) {
    SealedSlot slot{which, 0, {}};
    const auto facts = rig_.facts(which, owner);
    const auto row = facts && facts->record ? facts->record : rig_.row(which, owner);
    const wire::NullableText held = row && row->deleted ? row->tombstone
                                    : row               ? row->draft
                                                        : std::nullopt;
    if (row) slot.version = row->version;
    // A server keeps what an unsealed device calls a ciphertext, whatever it is.
    if (held && base64_decode(*held)) slot.moved_to(row->version, *held);
    const std::size_t view = script_.below(16);
    if (view == 13) slot.version += 1;
    if (view == 14) slot.version = kVersionMax - 1;
    if (view == 15) slot.hash[0] ^= 1;
    return slot;
  }

  std::string content() {
    return std::string(1 + script_.below(8) * script_.below(256), 'x') +
           std::to_string(script_.below(4));
  }

  Version number(const SealedSlot& slot) {
    constexpr std::array<Version, 8> kAbove = {
        0, 0, 0, 2, 1'000, kVersionJumpMax, kVersionJumpMax + 1, kVersionMax};
    const Version above = kAbove[script_.below(kAbove.size())];
    return above == 0 ? 0 : std::min(kVersionMax, slot.version + above);
  }

  ChatId which() { return chat(static_cast<std::uint8_t>(1 + script_.below(5))); }

  wire::ClientFrame frame() {
    const std::size_t kind = script_.below(12);
    const ChatId id = which();
    const SealedSlot slot = known(id, speaker_);
    const std::string words = content();
    switch (kind) {
      case 0:
        return slot.update(words, number(slot));
      case 1:
        return slot.remove(number(slot));
      case 2:
        return slot.send("m" + words.substr(words.size() - 1));
      case 3:
        return field_update(id, words);
      case 4:
        return field_delete(id);
      case 5:
        return field_message(id, "m" + words.substr(words.size() - 1));
      case 6:
        return replay();
      case 7:
        return wire::GetDraftVersions{{{id, slot.version}, {which(), script_.byte()}}};
      case 8:
        return wire::GetChatDetails{id};
      case 9:
        return listing(id, slot.version);
      case 10:
        return wire::DeleteChat{id, ChangeId{"d"}};
      default:
        return wire::Ping{};
    }
  }

  wire::SyncOfflineChanges replay() {
    wire::SyncOfflineChanges frame;
    for (std::size_t left = script_.below(6); left > 0; --left) {
      const ChatId id = which();
      const SealedSlot slot = known(id, speaker_);
      const std::size_t kind = script_.below(3);
      if (kind == 0) frame.changes.push_back(slot.offline(content()));
      if (kind == 1) frame.changes.push_back(slot.offline_remove());
      if (kind == 2) frame.changes.push_back(field_offline(id, content(), slot.version));
    }
    return frame;
  }

  // With the token of an earlier page, or one that nobody gave out.
  wire::InitialSyncRequest listing(const ChatId& id, Version version) {
    wire::InitialSyncRequest request{.chat_versions = {{id, version}}};
    const std::size_t token = script_.below(4);
    if (token == 1) request.page_token = page_token_;
    if (token == 2) request.page_token = script_.text();
    return request;
  }

  // ---- what befalls it
  void mistreat_a_query() {
    if (rig_.held.empty()) return;
    const std::size_t index = script_.byte() % rig_.held.size();
    if (script_.flag()) return rig_.release_failed(index);
    if (rig_.held[index].is_job) return rig_.repeat(index);
    rig_.perform_but_fail(index);
  }

  void mistreat_the_cache() {
    const std::size_t how = script_.below(6);
    if (how < 4) return rig_.evict(which(), how != 1, how != 2, speaker_);
    if (how == 4) return rig_.hollow(which());
    rig_.cache_available(script_.flag());
  }

  void change_connections() {
    const std::size_t how = script_.below(8);
    if (how == 0 || how > 5) return rig_.stop_reading(conn());
    if (how == 1) return rig_.hang_up(conn());
    if (how == 2) {
      if (connections_.size() == kConnectionsMax) return;
      ++unjudged_;
      return note(rig_.open(), 1);
    }
    if (how == 3) {
      const auto verdict = static_cast<AuthJudged::Verdict>(script_.below(3));
      return rig_.judge(conn(), verdict, speaker_);
    }
    connect(static_cast<std::uint8_t>(1 + script_.below(2)));
  }

  void end_the_process() {
    if (script_.below(4) == 0) return rig_.deliver(StopRequested{});
    rig_.crash();
    connections_.clear();
    unjudged_ = 0;
    connect(1);
  }

  Event unexpected() {
    const ConnId nobody{1'000 + script_.below(3)};
    switch (script_.below(6)) {
      case 0:
        return DatabaseAnswered{QueryId{script_.word()}, RequestFailed{}};
      case 1:
        return ConnClosed{nobody};
      case 2:
        return FrameArrived{nobody, script_.text()};
      case 3:
        return Written{nobody, script_.word()};
      case 4:
        return AuthJudged{nobody, AuthJudged::Verdict::accepted, account(1)};
      default:
        return TimerFired{};
    }
  }

  void connect(std::uint8_t owner) {
    note(rig_.connect(owner), owner);
    if (connections_.size() <= kConnectionsMax) return;
    rig_.hang_up(connections_.front().first);
    connections_.erase(connections_.begin());
  }
  void note(ConnId id, std::uint8_t owner) { connections_.emplace_back(id, owner); }
  // One of those ever opened, dead or alive; `speaker_` is then the account it belongs to.
  ConnId conn() {
    if (connections_.empty()) return ConnId{9'999};
    const auto& [id, owner] = connections_[script_.byte() % connections_.size()];
    speaker_ = owner;
    return id;
  }

  // ---- laws
  void check() {
    for (const auto& [id, owner] : connections_) {
      require(rig_.server.outbound_bytes(id) <= rig_.server.config().max_outbound_bytes,
              "an outbound queue is bounded");
      for (const std::string& text : rig_.heard_text(id)) check_sent(text);
    }
    std::erase_if(connections_, [this](const auto& entry) { return rig_.closed(entry.first); });
    for (const Effect& effect : rig_.performed) {
      if (const auto* line = std::get_if<Log>(&effect)) check_logged(*line);
    }
    rig_.performed.clear();
    require(rig_.server.connections() <= 2 * kOfAccountMax + unjudged_, "connections are bounded");
    check_table();
  }

  void check_sent(const std::string& text) {
    const auto sent = wire::decode_server_frame(text, wire::WireLimits{});
    require(sent.has_value(), "what a server sends is a frame");
    require(encode(*sent) == text, "and in its one spelling");
    if (const auto* error = std::get_if<wire::ErrorFrame>(&*sent)) {
      require(error->message == message_template(error->code), "errors repeat nothing");
    }
    if (const auto* page = std::get_if<wire::InitialSyncResponse>(&*sent)) {
      if (page->page_token) page_token_ = page->page_token;
    }
  }

  static void check_logged(const Log& line) {
    for (const std::string& argument : line.arguments) {
      require(argument.size() <= 64 && argument.find("xxxx") == std::string::npos &&
                  argument.find("eHh4") == std::string::npos,
              "a log line holds names and numbers alone");
    }
  }

  void check_table() {
    for (const auto& [id, now] : rig_.table.chats()) {
      const auto before = chats_.find(id);
      if (before == chats_.end()) continue;
      require(now.assigned_v >= before->second.assigned_v, "durable versions only rise");
      require(now.deleted || now.messages_v >= before->second.messages_v, "so do messages");
      require(now.deleted || !before->second.deleted, "a deleted chat stays deleted");
      require(now.account == before->second.account, "a chat keeps its owner");
    }
    chats_ = rig_.table.chats();
    for (const auto& [key, row] : rig_.table.drafts()) {
      require(row.version <= chats_.at(key.chat).assigned_v, "no row above what was assigned");
      require(row.deleted ? !row.draft : row.draft.has_value(), "a row is content or a tombstone");
    }
  }

  static void come_to_rest(Rig& rig) {
    rig.cache_available(true);
    rig.release_all();
    rig.advance(10 * kSecond);
    require(rig.last.idle, "a server comes to rest");
    require(rig.server.pending().empty(), "and waits for nothing");
    require(rig.server.oldest_unpersisted_age_us(rig.now) == 0, "and everything is durable");
  }

  void finish() {
    for (const auto& [id, owner] : connections_) rig_.hang_up(id);  // some were never judged
    Rig copy = rig_;
    come_to_rest(rig_);
    come_to_rest(copy);
    require(copy.table == rig_.table && copy.server.slots() == rig_.server.slots(),
            "a copy comes to the same rest");
    check();
    for (std::uint8_t owner = 1; owner <= 2; ++owner) {
      const ConnId reader = rig_.connect(owner);
      if (rig_.closed(reader)) continue;  // it was told to stop
      for (std::uint8_t number = 1; number <= 5; ++number) check_reading(reader, owner, number);
    }
  }

  void check_reading(ConnId reader, std::uint8_t owner, std::uint8_t number) {
    rig_.say(reader, wire::GetChatDetails{chat(number)});
    const auto frames = rig_.heard(reader);
    require(!frames.empty(), "a question is answered");
    const auto found = rig_.table.chats().find(chat(number));
    const bool exists = found != rig_.table.chats().end();
    const bool own = exists && found->second.account == account(owner);
    if (const auto* error = std::get_if<wire::ErrorFrame>(&frames.back())) {
      require(exists && (!own || found->second.deleted), "an own chat can be read");
      require((error->code == wire::ErrorCode::chat_deleted) == own,
              "refused for the right reason");
      return;
    }
    const auto* details = std::get_if<wire::ChatDetails>(&frames.back());
    require(details != nullptr, "details are the answer");
    const auto row = rig_.row(chat(number), owner);
    require(details->draft_v == (row && !row->deleted ? row->version : 0),
            "the version is durable");
    require(details->encrypted_draft_md == (row ? row->draft : std::nullopt), "so is the draft");
    require(details->encrypted_tombstone == (row ? row->tombstone : std::nullopt),
            "so is the tombstone");
  }

  Script& script_;
  Rig rig_;
  std::vector<std::pair<ConnId, std::uint8_t>> connections_;
  std::uint8_t speaker_ = 1;
  std::size_t unjudged_ = 0;  // that ever were
  std::optional<std::string> page_token_;
  std::map<ChatId, DatabaseTable::Chat> chats_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  Play(script).perform_all();
  return 0;
}
