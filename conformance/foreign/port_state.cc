// What a foreign client shows of itself, as the laws read it.
#include <algorithm>

#include "conformance/foreign/device_port.h"
#include "core/client/words.h"
#include "core/draft/payload.h"

namespace dp::conformance {
namespace {

// Nothing is under way any more when nothing was heard for so long, whatever still waits: a change
// without an answer is given up after the receipt timeout, one that was refused may wait for ever.
constexpr Micros kMargin = kSecond;
constexpr Micros kPatience = 2 * kMinute;

client::Connection connection_of(std::string_view name) {
  const auto& words = client::kConnectionWords;
  const auto at = std::ranges::find(words, name);
  if (at == words.end()) return client::Connection::offline;
  return static_cast<client::Connection>(at - words.begin());
}

draft::Lines lines_of(std::string_view text) {
  draft::Lines out;
  for (const std::string_view line : draft::split_lines(text)) {
    out.push_back({std::string(line), {}});
  }
  return out;
}

}  // namespace

const ClientState& DevicePort::state() {
  if (state_ || !open_) return state_ ? *state_ : last_state_;
  const auto timer = next_timer_ms_;
  auto reply = call(Operation("state.get"));
  next_timer_ms_ = timer;  // a question moves nothing
  if (reply && reply->state) {
    state_ = std::move(reply->state);
    last_state_ = *state_;
    return *state_;
  }
  if (!fault_) dead({Fault::peer, "no_state", "state.get was answered without a state"});
  return last_state_;
}

client::View DevicePort::view() {
  const ClientState& now = state();
  client::View out;
  if (now.current_chat) out.current_chat = ChatId::parse(*now.current_chat);
  out.editor_text = now.editor_text;
  out.focused = now.focused;
  out.draft_version = now.draft_version;
  out.unsaved_changes = now.unsaved;
  out.unsynced_changes = now.unsynced;
  out.too_long = now.too_long;
  out.last_saved_text = now.last_saved_text;
  // Of a chat in which nothing was ever saved an empty text says the same as none.
  if (now.draft_version == 0 && !now.unsynced && now.last_saved_text == "") {
    out.last_saved_text.reset();
  }
  out.connection = connection_of(now.connection);
  for (const ChatState& each : now.chats) {
    if (const auto chat = ChatId::parse(each.chat)) {
      out.chats.push_back({*chat, each.has_draft, each.draft_only, 0});
    }
  }
  return out;
}

void DevicePort::read_slots() {
  std::vector<client::SlotFacts> out;
  for (const DraftState& each : state().drafts) {
    const auto chat = ChatId::parse(each.chat);
    const auto bytes = each.payload ? base64_decode(*each.payload) : std::nullopt;
    const auto draft = bytes ? draft::decode_payload(*bytes)
                             : Result<draft::Draft>(fail(Fault::peer, "no_payload"));
    if (!chat || (each.payload && !draft)) {
      breach("unreadable_state", "state.get shows a draft that cannot be read",
             "a chat id and a payload", each.chat + " " + each.payload.value_or("without payload"));
      continue;
    }
    client::SlotFacts facts;
    facts.chat = *chat;
    if (draft) facts.local = *draft;
    facts.pending = each.pending;
    facts.base_version = each.version;
    if (each.base_hash) {
      const auto hash = hex_decode(*each.base_hash);
      if (hash && hash->size() == facts.base_hash.size()) {
        std::ranges::copy(*hash, facts.base_hash.begin());
      }
    }
    facts.high_water = each.high_water;
    facts.fence = each.fence;
    facts.known_to_server = each.version != 0 || each.high_water != 0;
    out.push_back(std::move(facts));
  }
  std::ranges::sort(out, {}, &client::SlotFacts::chat);
  slots_ = std::move(out);
}

// Its flush ended with it, so what it last had is known from what it last sent.
void DevicePort::see_last_words() {
  last_state_.unsaved = false;
  read_slots();
  for (const auto& [chat, draft] : last_sent_) {
    const auto same = [&chat](const client::SlotFacts& facts) { return facts.chat == chat; };
    const auto at = std::ranges::find_if(*slots_, same);
    if (at != slots_->end()) {
      at->local = draft;
    } else {
      client::SlotFacts facts;
      facts.chat = chat;
      facts.local = draft;
      slots_->push_back(std::move(facts));
    }
  }
  std::ranges::sort(*slots_, {}, &client::SlotFacts::chat);
  ++revision_;
}

std::vector<client::SlotFacts> DevicePort::slots() {
  if (!slots_) read_slots();
  return *slots_;
}

std::vector<client::ArchivedText> DevicePort::archive() {
  std::vector<client::ArchivedText> out;
  for (const ArchiveState& each : state().archive) {
    const auto chat = ChatId::parse(each.chat);
    if (chat) out.push_back({*chat, each.reason, lines_of(each.text)});
  }
  return out;
}

std::optional<std::string> DevicePort::cached_preview(const ChatId& chat) {
  const auto at = previews_.find(chat.text());
  return at == previews_.end() ? std::nullopt : at->second;
}

std::string DevicePort::pending(Now now) {
  if (!open_ || locked_) return "";
  const ClientState shown = state();
  if (shown.unsaved) return "a pause in typing";
  const Micros silent_us = now.monotonic_us - last_activity_us_;
  const bool alone = !next_timer_ms_;  // it will do nothing more by itself
  if (store_owes_ && !alone && silent_us < kPatience) return "another try at the store";
  const bool waits = shown.unsynced || std::ranges::any_of(shown.drafts, &DraftState::pending);
  const client::Connection connection = connection_of(shown.connection);
  if (connection == client::Connection::signed_out) return "";
  if (connection != client::Connection::online) {
    if (waits) return "a connection, for a draft";
    return connection == client::Connection::offline ? "" : "a connection";
  }
  if (waits && !alone && silent_us < kPatience) return "receipts for a draft";
  const Micros answers_us = order_.config.receipt_timeout_us + kMargin;
  if (!awaited_.empty() && !alone && silent_us < answers_us) return "answers to changes";
  return "";
}

}  // namespace dp::conformance
