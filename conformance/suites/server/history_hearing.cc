// What a device of a history makes of what it hears.
#include <algorithm>
#include <utility>

#include "conformance/suites/server/history_player.h"

namespace dp::conformance {
namespace {

using Kind = Observed::Kind;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string id_of(const std::optional<ChangeId>& id) {
  return id ? id->value : "";
}

}  // namespace

std::optional<std::size_t> HistoryPlayer::chat_of(std::size_t index, const ChatId& chat) {
  const Device& device = devices_[index];
  for (std::size_t i = 0; i < device.slots.size(); ++i) {
    if (device.slots[i].id() == chat) return i;
  }
  write(Kind::foreign, index, 0);
  return std::nullopt;
}

void HistoryPlayer::take(std::size_t index, const wire::ServerFrame& frame) {
  std::visit(Overloaded{
                 [&](const wire::DraftUpdateReceipt& one) {
                   take_receipt(index, one.chat_id, one.change_id, one.draft_v, one.superseded);
                 },
                 [&](const wire::DraftDeleteReceipt& one) {
                   if (!one.success) return take_refusal(index, one.chat_id, one.change_id, false);
                   take_receipt(index, one.chat_id, one.change_id, one.draft_v.value_or(0), false);
                 },
                 [&](const wire::ErrorFrame& one) {
                   take_refusal(index, one.chat_id.value_or(ChatId()), one.change_id, true);
                 },
                 [&](const wire::DraftConflict& one) {
                   const auto chat = chat_of(index, one.chat_id);
                   if (!chat) return;
                   const State state{one.draft_v, one.encrypted_draft_md, one.encrypted_tombstone,
                                     one.deleted};
                   take_state(index, Kind::conflicted, *chat, state, id_of(one.change_id));
                   answered(devices_[index], id_of(one.change_id), false);
                 },
                 [&](const wire::ChatDraftUpdated& one) {
                   const auto chat = chat_of(index, one.chat_id);
                   if (!chat) return;
                   const State state{one.draft_v, one.encrypted_draft_md, std::nullopt, false};
                   take_state(index, Kind::told, *chat, state, "");
                 },
                 [&](const wire::DraftDeleted& one) {
                   const auto chat = chat_of(index, one.chat_id);
                   if (!chat) return;
                   const State state{one.draft_v.value_or(0), std::nullopt, one.encrypted_tombstone,
                                     true};
                   take_state(index, Kind::told, *chat, state, "");
                 },
                 [&](const wire::ChatDetails& one) { take_details(index, one); },
                 [&](const wire::ChatMessageReceipt& one) {
                   const auto chat = chat_of(index, one.chat_id);
                   if (!chat) return;
                   if (one.success)
                     write(Kind::messaged, index, *chat).change = one.message_id.value;
                   answered(devices_[index], one.message_id.value, true);
                 },
                 [&](const wire::OfflineSyncComplete& one) { take_results(index, one); },
                 [&](const wire::ChatMessageReceived& one) { chat_of(index, one.chat_id); },
                 [](const auto&) {},
             },
             frame);
}

// A message is answered twice: for itself and for its draft.
void HistoryPlayer::answered(Device& device, const std::string& id, bool as_message) {
  const auto found = device.pending.find(id);
  if (found == device.pending.end()) return;
  (as_message ? found->second.wants_receipt : found->second.wants_draft) = false;
  if (!found->second.wants_receipt && !found->second.wants_draft) device.pending.erase(found);
}

void HistoryPlayer::take_receipt(std::size_t index, const ChatId& chat_id,
                                 const std::optional<ChangeId>& id, Version version,
                                 bool superseded) {
  const auto chat = chat_of(index, chat_id);
  if (!chat) return;
  stored(index, *chat, id_of(id), version, superseded);
}

void HistoryPlayer::stored(std::size_t index, std::size_t chat, const std::string& id,
                           Version version, bool superseded) {
  Device& device = devices_[index];
  answered(device, id, false);
  Observed& one = write(superseded ? Kind::repeated : Kind::stored, index, chat);
  one.change = id;
  one.version = version;
  if (superseded) return;
  Version& newest = stored_[{device.account, chat}];
  newest = std::max(newest, version);
  device.informed[chat] = std::max(device.informed[chat], version);
  const auto content = asked_contents_.find(id);
  if (content == asked_contents_.end() || version <= device.slots[chat].version) return;
  learn(device.slots[chat], version, content->second);
}

// An error is about the whole request, a deletion without success about a message's draft alone.
void HistoryPlayer::take_refusal(std::size_t index, const ChatId& chat_id,
                                 const std::optional<ChangeId>& id, bool whole) {
  Device& device = devices_[index];
  const std::string change = id_of(id);
  std::size_t chat = 0;
  if (const auto found = device.pending.find(change); found != device.pending.end()) {
    chat = found->second.chat;
  } else if (chat_id != ChatId()) {
    chat = chat_of(index, chat_id).value_or(0);
  }
  write(Kind::refused, index, chat).change = change;
  answered(device, change, false);
  if (whole) device.pending.erase(change);
}

void HistoryPlayer::take_state(std::size_t index, Kind kind, std::size_t chat, const State& state,
                               const std::string& change) {
  Device& device = devices_[index];
  std::string content;
  if (state.deleted) content = "deleted " + state.tombstone.value_or("");
  if (!state.deleted && state.version > 0) content = "draft " + state.draft.value_or("");
  Observed& one = write(kind, index, chat);
  one.version = state.version;
  one.content = content;
  one.change = change;
  device.informed[chat] = std::max(device.informed[chat], state.version);
  Slot& slot = device.slots[chat];
  // An answer says how things are; news may be older than what was answered since.
  if (kind != Kind::told || state.version > slot.version) learn(slot, state.version, content);
}

void HistoryPlayer::take_details(std::size_t index, const wire::ChatDetails& details) {
  Device& device = devices_[index];
  const auto chat = chat_of(index, details.chat_id);
  if (!chat) return;
  const auto question = std::ranges::find_if(device.pending, [&](const auto& entry) {
    return entry.second.is_question && entry.second.chat == *chat;
  });
  std::string id;
  if (question != device.pending.end()) id = question->first;
  if (!id.empty()) device.pending.erase(id);
  const bool deleted = details.draft_v == 0 && details.cleared_draft_v > 0;
  const State state{deleted ? details.cleared_draft_v : details.draft_v, details.encrypted_draft_md,
                    details.encrypted_tombstone, deleted};
  take_state(index, Kind::shown, *chat, state, id);
  if (counting_) write(Kind::counted, index, *chat).version = details.messages_v;
}

void HistoryPlayer::take_results(std::size_t index, const wire::OfflineSyncComplete& complete) {
  Device& device = devices_[index];
  for (const wire::OfflineResult& one : complete.results) {
    const auto found = device.pending.find(one.change_id.value);
    if (found == device.pending.end()) continue;  // its conflict or error came before
    const std::size_t chat = found->second.chat;
    using Outcome = wire::ChangeOutcome;
    if (one.outcome == Outcome::stored || one.outcome == Outcome::repeated) {
      stored(index, chat, one.change_id.value, one.draft_v, false);
    } else {
      write(Kind::repeated, index, chat).change = one.change_id.value;
      answered(device, one.change_id.value, false);
    }
  }
}

void HistoryPlayer::learn(Slot& slot, Version version, const std::string& content) {
  constexpr std::string_view kDraft = "draft ";
  slot.version = version;
  slot.holds_draft = content.starts_with(kDraft);
  const auto space = content.find(' ');
  slot.sealed = space == std::string::npos ? "" : content.substr(space + 1);
  slot.parent = slot.sealed.empty() ? Hash32{} : slot.party().vault().hash_of(slot.sealed);
}

}  // namespace dp::conformance
