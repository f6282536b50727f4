#include "sim/field_client/field_client.h"

#include <algorithm>
#include <utility>

#include "core/draft/preview.h"
#include "sim/field_client/field_step.h"

namespace dp::sim {

namespace {

constexpr std::uint8_t kDirty = 1;

void consider(std::optional<Micros>& earliest, const std::optional<Micros>& candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
}

}  // namespace

client::Outcome FieldClient::step(const client::Event& event, FieldEnvironment& environment) {
  client::Outcome outcome;
  Step step{environment, outcome};
  if (const auto* found = std::get_if<client::StoreOpened>(&event)) {
    rows_ = found->rows;
  } else if (const auto* keys = std::get_if<client::Unlocked>(&event)) {
    key_ = keys->key;
    signed_out_ = false;
    open_store(step);
    if (online_ && connection_ == client::Connection::offline) connect_at_us_ = step.now_us();
  } else if (std::holds_alternative<client::Locked>(event)) {
    key_ = {};
    drop_connection(step);
    connect_at_us_.reset();
  } else if (std::holds_alternative<client::StoreWritten>(event)) {
    if (writes_under_way_ > 0) --writes_under_way_;
  } else {
    person(event, step);
    network(event, step);
  }
  timers(step);
  consider(outcome.next_timer_us, save_at_us_);
  consider(outcome.next_timer_us, connect_at_us_);
  consider(outcome.next_timer_us, receipt_by_us_);
  consider(outcome.next_timer_us, ping_at_us_);
  consider(outcome.next_timer_us, pong_by_us_);
  outcome.idle = writes_under_way_ == 0 && !receipt_by_us_;
  return outcome;
}

// ---- the person ---------------------------------------------------------------------------------

void FieldClient::person(const client::Event& event, Step& step) {
  if (const auto* edited = std::get_if<client::Edited>(&event)) {
    edit(edited->text, step);
  } else if (const auto* chosen = std::get_if<client::ChatOpened>(&event)) {
    open_chat(chosen->chat, step);
  } else if (std::holds_alternative<client::ComposerOpened>(event)) {
    leave_chat(step);
    composer_ = true;
    editor_.clear();
  } else if (std::holds_alternative<client::ChatClosed>(event)) {
    leave_chat(step);
  } else if (std::holds_alternative<client::Focused>(event)) {
    focused_ = true;
  } else if (std::holds_alternative<client::Blurred>(event)) {
    focused_ = false;
    save(step);
  } else if (std::holds_alternative<client::Hidden>(event) ||
             std::holds_alternative<client::Closing>(event)) {
    save(step);
  } else if (std::holds_alternative<client::ClearPressed>(event)) {
    edit({}, step);
    save(step);
  } else if (std::holds_alternative<client::SendPressed>(event)) {
    send_message(step);
  } else if (const auto* deleted = std::get_if<client::ChatDeletePressed>(&event)) {
    if (connection_ == client::Connection::online) {
      send_frame(wire::DeleteChat{deleted->chat, ChangeId{step.draw_name(Draw::change_id)}}, step);
      forget(deleted->chat, step);
    }
  }
}

void FieldClient::edit(std::string text, Step& step) {
  if (composer_ && !open_chat_) {
    if (text.empty()) return;
    open_chat_ = ChatId::from_random(step.environment.random.bytes16(Draw::chat_id));
  }
  if (!open_chat_) return;
  editor_ = std::move(text);
  const auto found = slots_.find(*open_chat_);
  unsaved_ = editor_ != (found == slots_.end() ? std::string() : found->second.text);
  if (unsaved_) {
    save_at_us_ = step.now_us() + config_.debounce_us;
  } else {
    save_at_us_.reset();
  }
}

void FieldClient::open_chat(const ChatId& chat, Step& step) {
  leave_chat(step);
  open_chat_ = chat;
  const auto found = slots_.find(chat);
  const std::string text = found == slots_.end() ? std::string() : found->second.text;
  replace_editor(chat, text, step);
}

void FieldClient::leave_chat(Step& step) {
  save(step);
  open_chat_.reset();
  composer_ = false;
  editor_.clear();
  unsaved_ = false;
  save_at_us_.reset();
}

void FieldClient::save(Step& step) {
  if (!open_chat_ || !unsaved_ || key_.value == 0) return;
  Slot& slot = slots_[*open_chat_];
  slot.text = editor_;
  slot.dirty = true;
  unsaved_ = false;
  save_at_us_.reset();
  store(*open_chat_, step);
  tell_ui(*open_chat_, step);
  send_slot(*open_chat_, step);
}

void FieldClient::send_message(Step& step) {
  if (!open_chat_ || editor_.empty() || connection_ != client::Connection::online) return;
  const auto content = sealed(editor_, step);
  if (!content) return;
  const MessageId message{step.draw_name(Draw::message_id)};
  Slot& slot = slots_[*open_chat_];
  wire::ChatMessageAdded frame;
  frame.chat_id = *open_chat_;
  frame.message_id = message;
  frame.encrypted_content = *content;
  slot.text.clear();
  slot.dirty = false;
  slot.in_flight = message.value;
  receipt_by_us_ = step.now_us() + config_.receipt_timeout_us;
  unsaved_ = false;
  save_at_us_.reset();
  send_frame(frame, step);
  store(*open_chat_, step);
  replace_editor(*open_chat_, {}, step);
  tell_ui(*open_chat_, step);
}

// ---- the store ----------------------------------------------------------------------------------

// A row is the chat id and the sealed state: version, flags, text.
void FieldClient::open_store(Step& step) {
  for (const client::StoreRow& row : rows_) {
    const auto chat = ChatId::parse(row.key);
    const auto plain = step.environment.opener.open_field(key_, row.value);
    if (!chat || !plain) {
      step.emit(client::Notice{client::NoticeKind::store_row_damaged, chat, "row"});
      continue;
    }
    ByteReader reader(*plain);
    Slot slot;
    slot.version = reader.u64();
    slot.dirty = (reader.u8() & kDirty) != 0;
    const ByteView text = reader.take(reader.remaining());
    if (!reader.ok()) continue;
    slot.text = std::string(as_text(text));
    // The process died before it heard what took its change's place.
    slot.stale = slot.version == 0 && !slot.dirty && !slot.text.empty();
    slots_[*chat] = std::move(slot);
  }
  rows_.clear();
  step.emit(client::ChatListChanged{});
}

void FieldClient::store(const ChatId& chat, Step& step) {
  client::StoreWrite write{WriteId{next_write_++}, {}};
  const auto found = slots_.find(chat);
  if (found == slots_.end()) {
    write.puts.push_back({chat.text(), std::nullopt});
  } else {
    Bytes plain;
    append_u64(plain, found->second.version);
    const bool unsent = found->second.dirty || found->second.in_flight.has_value();
    plain.push_back(unsent ? kDirty : 0);
    append(plain, as_bytes(found->second.text));
    auto row = step.environment.sealer.seal_field(key_, plain, step.environment.random);
    if (!row) return;
    write.puts.push_back({chat.text(), std::move(*row)});
  }
  ++writes_under_way_;
  step.emit(std::move(write));
}

std::optional<wire::Ciphertext> FieldClient::sealed(std::string_view text, Step& step) {
  auto bytes = step.environment.sealer.seal_field(key_, as_bytes(text), step.environment.random);
  if (!bytes) return std::nullopt;
  return base64_encode(*bytes);
}

std::optional<std::string> FieldClient::opened(const wire::Ciphertext& text, Step& step) {
  const auto bytes = base64_decode(text);
  if (!bytes) return std::nullopt;
  const auto plain = step.environment.opener.open_field(key_, *bytes);
  if (!plain) return std::nullopt;
  return std::string(as_text(*plain));
}

// ---- what is shown ------------------------------------------------------------------------------

void FieldClient::tell_ui(const ChatId& chat, Step& step) {
  step.emit(client::PreviewInvalidated{chat});
  step.emit(client::DraftAnnounced{chat});
  step.emit(client::ChatListChanged{});
}

void FieldClient::replace_editor(const ChatId& chat, const std::string& text, Step& step) {
  if (editor_ != text) step.emit(client::EditorReplaced{chat, text});
  editor_ = text;
}

client::View FieldClient::view() const {
  client::View view;
  view.current_chat = open_chat_;
  view.editor_text = editor_;
  view.focused = focused_;
  view.unsaved_changes = unsaved_;
  view.connection = signed_out_ ? client::Connection::signed_out : connection_;
  if (open_chat_) {
    const auto found = slots_.find(*open_chat_);
    if (found != slots_.end()) {
      view.draft_version = found->second.version;
      view.unsynced_changes = found->second.dirty || found->second.in_flight.has_value();
      view.last_saved_text = found->second.text;
    }
  }
  for (const bool with_draft : {true, false}) {
    for (const auto& [chat, slot] : slots_) {
      if (slot.text.empty() != with_draft) view.chats.push_back({chat, with_draft, false, 0});
    }
  }
  return view;
}

std::vector<client::SlotFacts> FieldClient::slots() const {
  std::vector<client::SlotFacts> facts;
  for (const auto& [chat, slot] : slots_) {
    client::SlotFacts fact;
    fact.chat = chat;
    fact.pending = slot.dirty || slot.in_flight.has_value();
    fact.in_flight = slot.in_flight.has_value();
    fact.base_version = slot.version;
    fact.high_water = slot.version;
    fact.known_to_server = slot.version > 0;
    for (const std::string_view line : draft::split_lines(slot.text)) {
      fact.local.lines.push_back({std::string(line), {}});
    }
    if (slot.text.empty()) fact.local.operation = draft::Operation::clear;
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::string FieldClient::pending() const {
  if (unsaved_ && save_at_us_) return "typed text is not saved yet";
  if (writes_under_way_ > 0) return "a store write is under way";
  if (signed_out_ || key_.value == 0 || !online_) return {};
  if (connection_ != client::Connection::online) return "the connection is not established";
  for (const auto& [chat, slot] : slots_) {
    if (slot.in_flight) return "a change waits for its receipt";
    if (slot.dirty) return "a saved draft is not sent yet";
  }
  return {};
}

}  // namespace dp::sim
