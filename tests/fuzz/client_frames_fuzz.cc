// libFuzzer: bytes as a script of two devices of one account under a server that lies. People type,
// clear and send; disks and networks fail; and between the answers of an honest server come frames
// that replay, swap, roll back, forge and damage what it ever stored, and raw text.
//
// Checked after every act: the devices come to rest and send frames; a text that was paused on is
// held by somebody unless a person consumed it or the chat was said to be deleted; what was
// authenticated never becomes older; stores and archives are bounded; notices, logs and frames hold
// nothing that was typed.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/core/client/testbed.h"
#include "tests/fuzz/client_laws.h"
#include "tests/fuzz/script.h"

namespace {

using namespace dp;
using namespace dp::client;
using fuzz::all_texts;
using fuzz::ClientLaws;
using fuzz::has_line;
using fuzz::require;
using fuzz::Script;

constexpr std::size_t kActsMax = 40;
constexpr std::uint8_t kChats = 3;

Config small_config() {
  Config config;
  config.max_draft_chars = 12'000;
  config.outbox_changes_max = 3;
  config.deleted_chats_max = 3;
  config.replay_changes_max = 2;
  config.wire.frame_bytes_max = 60'000;
  config.wire.array_items_max = 32;
  return config;
}

constexpr std::array<Micros, 6> kPauses = {0,           100 * kMillisecond, 1'200 * kMillisecond,
                                           5 * kSecond, 1 * kMinute,        6 * kMinute};

class Play {
 public:
  explicit Play(Script& script) : script_(script), bed_(2, small_config()) {
    for (std::size_t i = 0; i < 2; ++i) {
      bed_.boot(i);
      bed_.act(ChatOpened{chat_named(1)}, i);
    }
  }

  void perform_all() {
    for (std::size_t acts = 0; acts < kActsMax && !script_.ended(); ++acts) {
      device_ = script_.below(2);
      perform();
      remember_server();
      check();
    }
  }

 private:
  void perform() {
    switch (script_.below(16)) {
      case 0:
      case 1:
        return type_and_pause();
      case 2:
        type();
        return;
      case 3:
        return bed_.act(ChatOpened{which()}, device_);
      case 4:
        return consume();
      case 5:
        return bed_.act(small_act(), device_);
      case 6:
        return change_network();
      case 7:
        return hold_something();
      case 8:
        return bed_.release(device_);
      case 9:
        return restart();
      case 10:
        return bed_.pass(kPauses[script_.below(kPauses.size())]);
      case 11:
        return bed_.say_text(script_.damaged(encode(lie())), device_);
      case 12:
        return say_anything();
      case 13:
        return roll_back();
      default:
        return bed_.say(lie(), device_);
    }
  }

  // ---- people
  Device& device() { return bed_.device(device_); }
  ChatId which() { return chat_named(static_cast<std::uint8_t>(1 + script_.below(kChats))); }

  std::string type() {
    const std::string token = "quill" + std::to_string(++tokens_);
    std::string text = bed_.client(device_).view().editor_text;
    if (text.empty()) forget_what_was_emptied();
    const std::size_t how = script_.below(4);
    const std::string line = how == 3 ? token + std::string(script_.byte() * 16, 'y') : token;
    text = text.empty() ? line : how == 0 ? line + "\n" + text : text + "\n" + line;
    bed_.type(std::move(text), device_);
    return line;
  }

  // Whoever types into an empty editor has taken away what the device held, whatever emptied it.
  void forget_what_was_emptied() {
    const std::optional<ChatId> chat = bed_.client(device_).view().current_chat;
    if (!chat) return;
    const std::string held = bed_.text(*chat, device_);
    std::erase_if(paused_[*chat],
                  [&held](const std::string& line) { return has_line(held, line); });
  }

  void type_and_pause() {
    const std::string line = type();
    bed_.pass(bed_.config().debounce_us);
    const View view = bed_.client(device_).view();
    const bool durable = device().on && !view.unsaved_changes && view.current_chat;
    if (!durable || mortal_.contains(*view.current_chat)) return;
    if (has_line(view.editor_text, line)) paused_[*view.current_chat].insert(line);
  }

  void consume() {
    const std::optional<ChatId> current = bed_.client(device_).view().current_chat;
    const std::size_t how = script_.below(3);
    const ChatId chat = how == 2 || !current ? which() : *current;
    paused_.erase(chat);
    if (how == 2) {
      chat_may_go(chat);
      return bed_.act(ChatDeletePressed{chat}, device_);
    }
    if (how == 1) return bed_.act(SendPressed{}, device_);
    bed_.act(ClearPressed{}, device_);
  }

  Event small_act() {
    switch (script_.below(10)) {
      case 0:
        return Blurred{};
      case 1:
        return Hidden{};
      case 2:
        return EditorReset{};
      case 3:
        return PreviewsNeeded{};
      case 4:
        return ChatClosed{};
      case 5:
        return Locked{};
      case 6:
        return Unlocked{bed_.key};
      case 7:
        return StoreWritten{{script_.below(64)}, script_.flag()};
      case 8:
        return SealTurnCame{{script_.below(64)}};
      default:
        return ConnClosed{{script_.below(8)},
                          script_.flag() ? std::uint16_t{1008} : std::uint16_t{}};
    }
  }

  // ---- the world
  void change_network() {
    const std::size_t how = script_.below(4);
    if (how == 0) return bed_.drop_connection(device_);
    if (how == 1) return bed_.go_offline(device_);
    if (how == 2) return bed_.go_online(device_);
    device().lose_up = script_.flag();
    device().lose_down = script_.flag();
  }

  void hold_something() {
    const std::size_t how = script_.below(5);
    if (how == 0) device().hold_seals = true;
    if (how == 1) device().hold_store = true;
    if (how == 2) device().hold_down = true;
    if (how == 3) device().fail_store = !device().fail_store;
    if (how == 4) bed_.server.refuse_next = code();
  }

  void restart() {
    device().torn_on_crash = script_.flag();
    bed_.crash(device_);
    laws_.begins_anew(device_);
    bed_.boot(device_);
    bed_.act(ChatOpened{which()}, device_);
  }

  // A chat's deletion is not sealed: from here on a server may end it for whoever was in agreement.
  void chat_may_go(const ChatId& chat) {
    mortal_.insert(chat);
    paused_.erase(chat);
  }

  // ---- the server that lies
  wire::ErrorCode code() { return static_cast<wire::ErrorCode>(script_.below(22)); }

  // Whatever a slot ever held, so that it can be said again, elsewhere, or under another number.
  void remember_server() {
    for (const auto& [chat, slot] : bed_.server.slots) {
      if (slot.version == 0 || (!stored_.empty() && stored_.back().hash == slot.hash)) continue;
      stored_.push_back(slot);
    }
    if (stored_.size() > 64) stored_.erase(stored_.begin());
  }

  void say_anything() {
    const std::string text = script_.text();
    if (text.find("delete") != std::string::npos) {
      for (std::uint8_t chat = 1; chat <= kChats; ++chat) chat_may_go(chat_named(chat));
    }
    bed_.say_text(text, device_);
  }

  void roll_back() {
    if (!backup_ || script_.flag()) {
      backup_ = bed_.server.slots;
    } else {
      bed_.server.slots = *backup_;
    }
  }

  FakeSlot claim() {
    FakeSlot slot;
    if (!stored_.empty()) slot = stored_[stored_.size() - 1 - script_.byte() % stored_.size()];
    const std::size_t how = script_.below(16);
    if (how == 10) slot.version += 1;
    if (how == 11) slot.version = kVersionMax;
    if (how == 12) slot.version = 0;
    if (how == 13) slot.text = slot.preview;
    if (how == 14) slot.text = "not sealed";
    if (how == 15) slot.tombstone = slot.text;
    return slot;
  }

  wire::ChatDetails details(const ChatId& chat, const FakeSlot& slot) {
    const bool gone = slot.tombstone.has_value();
    return {chat,           gone ? 0 : slot.version, slot.text,       slot.preview,
            slot.tombstone, gone ? slot.version : 0, script_.below(3)};
  }

  // The newest change or message of this device, so that an answer to it can be forged.
  std::optional<ChangeId> asked() {
    std::optional<ChangeId> id;
    for (const wire::ClientFrame& frame : bed_.frames(device_)) {
      if (const auto* update = std::get_if<wire::UpdateDraft>(&frame)) id = update->change_id;
      if (const auto* removal = std::get_if<wire::DeleteDraft>(&frame)) id = removal->change_id;
      if (const auto* gone = std::get_if<wire::DeleteChat>(&frame)) id = gone->change_id;
      if (const auto* send = std::get_if<wire::ChatMessageAdded>(&frame)) {
        id = ChangeId{send->message_id.value};
      }
    }
    return script_.below(8) == 0 ? std::nullopt : id;
  }

  wire::ServerFrame lie() {
    const std::size_t kind = script_.below(15);
    const ChatId chat = which();
    const FakeSlot slot = claim();
    const bool flag = script_.flag();
    switch (kind) {
      case 0:
        return wire::DraftUpdateReceipt{chat, slot.version, flag, !flag, asked()};
      case 1:
        return wire::ChatDraftUpdated{chat, slot.text, slot.preview, slot.version, 1};
      case 2:
        return wire::DraftConflict{chat,           slot.version, slot.text, slot.preview,
                                   slot.tombstone, flag,         asked()};
      case 3:
        return wire::DraftDeleteReceipt{chat, flag, slot.version, asked()};
      case 4:
        return wire::DraftDeleted{chat, slot.version, slot.tombstone};
      case 5:
        return versions(chat, slot, flag);
      case 6:
        return details(chat, slot);
      case 7:
        return wire::ChatMessageReceipt{chat, {asked().value_or(ChangeId{"m"}).value}, flag};
      case 8:
        return replayed(slot);
      case 9:
        return listing(chat, slot, flag);
      case 10:
        return wire::ChatMessageReceived{chat, {"m"}, slot.text.value_or("AAAA")};
      case 11:
        chat_may_go(chat);
        return wire::ChatDeleted{chat};
      case 12:
        return wire::ChatDeleteReceipt{chat, flag, asked()};
      case 13:
        return wire::ErrorFrame{code(), "", flag ? std::optional(chat) : std::nullopt, asked()};
      default:
        return wire::Pong{};
    }
  }

  wire::DraftVersionsResponse versions(const ChatId& chat, const FakeSlot& slot, bool gone) {
    wire::DraftVersionsResponse frame;
    frame.versions = {{chat, gone ? 0 : slot.version}};
    if (gone) frame.tombstone_versions = {{chat, slot.version}};
    if (script_.flag()) frame.hashes = {{chat, slot.hash}};
    if (script_.below(4) == 0) frame.unavailable_chat_ids = {which()};
    return frame;
  }

  wire::OfflineSyncComplete replayed(const FakeSlot& slot) {
    const auto outcome = static_cast<wire::ChangeOutcome>(script_.below(5));
    return {1, 0, 0, {{asked().value_or(ChangeId{"c"}), outcome, slot.version}}};
  }

  wire::InitialSyncResponse listing(const ChatId& chat, const FakeSlot& slot, bool authoritative) {
    wire::InitialSyncResponse frame;
    frame.chats = {details(chat, slot)};
    frame.authoritative = authoritative;
    if (script_.below(4) == 0) {
      frame.deleted_chat_ids = {which()};
      chat_may_go(frame.deleted_chat_ids.front());
    }
    if (script_.below(4) == 0) frame.page_token = "next";
    return frame;
  }

  // ---- laws
  void check() {
    laws_.check(bed_);
    const std::string all = all_texts(bed_);
    for (const auto& [chat, lines] : paused_) {
      for (const std::string& line : lines) {
        require(has_line(all, line), "a paused text is held until a person consumes it");
      }
    }
  }

  Script& script_;
  Testbed bed_;
  std::size_t device_ = 0;
  std::size_t tokens_ = 0;
  std::map<ChatId, std::set<std::string>> paused_;
  std::set<ChatId> mortal_;
  std::vector<FakeSlot> stored_;
  std::optional<std::map<ChatId, FakeSlot>> backup_;
  ClientLaws laws_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  GTEST_FLAG_SET(break_on_failure, true);  // the testbed's own expectations end the process
  Script script(data, size);
  Play(script).perform_all();
  return 0;
}
