#include "conformance/suites/server/history_player.h"

#include <algorithm>
#include <utility>

namespace dp::conformance {
namespace {

using Kind = Observed::Kind;

constexpr Micros kNewsUs = 3 * kSecond;
constexpr std::chrono::milliseconds kStop{10'000};

std::string draft_content(const wire::NullableText& text) {
  return "draft " + text.value_or("");
}

std::string deleted_content(const wire::NullableText& tombstone) {
  return "deleted " + tombstone.value_or("");
}

std::string id_of(const std::optional<ChangeId>& id) {
  return id ? id->value : "";
}

// What a change asks for, whichever frame it is.
Observed wanted(std::string id, std::optional<Version> base, std::optional<Version> proposed,
                std::string content) {
  Observed out;
  out.change = std::move(id);
  out.sealed = proposed.has_value();
  out.base = out.sealed ? base.value_or(0) : 0;
  out.version = proposed.value_or(0);
  out.content = std::move(content);
  return out;
}

Observed wanted_by(const wire::UpdateDraft& frame) {
  return wanted(id_of(frame.change_id), frame.base_version, frame.proposed_v,
                draft_content(frame.encrypted_draft_md));
}

Observed wanted_by(const wire::DeleteDraft& frame) {
  return wanted(id_of(frame.change_id), frame.base_version, frame.proposed_v,
                deleted_content(frame.encrypted_tombstone));
}

Observed wanted_by(const wire::ChatMessageAdded& frame) {
  Observed out = wanted(frame.message_id.value, frame.base_version, frame.proposed_v,
                        deleted_content(frame.encrypted_tombstone));
  out.of_message = true;
  return out;
}

Observed wanted_by(const wire::OfflineChange& change) {
  const bool deletes = change.kind == wire::OfflineKind::delete_draft;
  return wanted(
      change.change_id.value, change.version_before_edit, change.proposed_v,
      deletes ? deleted_content(change.encrypted_tombstone) : draft_content(change.value));
}

Observed wanted_by(const wire::ClientFrame& frame) {
  if (const auto* update = std::get_if<wire::UpdateDraft>(&frame)) return wanted_by(*update);
  if (const auto* deletion = std::get_if<wire::DeleteDraft>(&frame)) return wanted_by(*deletion);
  if (const auto* message = std::get_if<wire::ChatMessageAdded>(&frame)) return wanted_by(*message);
  return {};
}

}  // namespace

HistoryPlayer::HistoryPlayer(HistoryOrder order) : order_(std::move(order)) {
  std::uint64_t seed = order_.seed;
  std::vector<std::vector<std::string>> chats;
  for (const SubjectAccount& one : order_.accounts) {
    parties_.emplace_back(one, ++seed);
    chats.emplace_back();
    for (std::size_t i = 0; i < kHistoryChats; ++i) {
      chats.back().push_back(parties_.back().vault().draw_chat());
    }
  }
  for (std::size_t i = 0; i < kHistoryDevices; ++i) {
    Device device;
    device.account = account_of_device(i);
    device.informed.assign(kHistoryChats, 0);
    for (const std::string& chat : chats[device.account]) {
      device.slots.emplace_back(parties_[device.account], chat);
    }
    devices_.push_back(std::move(device));
  }
}

HistoryPlayer::~HistoryPlayer() {
  for (Device& device : devices_) {
    if (device.line != nullptr) device.line->cut();
  }
}

Record HistoryPlayer::play(const History& history) {
  for (std::size_t i = 0; i < devices_.size(); ++i) join(i);
  for (const HistoryAction& action : history) act(action);
  conclude();
  return record_;
}

// ---- what devices do ----------------------------------------------------------------------------

void HistoryPlayer::act(const HistoryAction& action) {
  switch (action.verb) {
    case HistoryVerb::save:
    case HistoryVerb::clear:
    case HistoryVerb::send:
      return change(action);
    case HistoryVerb::read:
      return read(action.device, action.chat);
    case HistoryVerb::repeat:
      return repeat(action.device, action.chat);
    case HistoryVerb::cut:
      return cut(action.device);
    case HistoryVerb::join:
      return join(action.device);
    case HistoryVerb::settle:
      return settle();
    case HistoryVerb::kill:
    case HistoryVerb::wait_and_kill:
    case HistoryVerb::stop:
      return restart(action.verb);
  }
}

bool HistoryPlayer::is_busy(const Device& device, std::size_t chat) {
  return std::ranges::any_of(device.pending,
                             [&](const auto& entry) { return entry.second.chat == chat; });
}

void HistoryPlayer::change(const HistoryAction& action) {
  Device& device = devices_[action.device];
  if (device.line == nullptr) return save_offline(device, action);
  if (is_busy(device, action.chat)) hear(action.device);
  Slot& slot = device.slots[action.chat];
  const bool field = is_field_account(device.account);
  if (action.verb == HistoryVerb::clear) {
    const wire::DeleteDraft frame = field ? slot.field_deletion() : slot.deletion();
    return say(action.device, action.chat, frame);
  }
  if (action.verb == HistoryVerb::send) {
    const wire::ChatMessageAdded frame = field ? slot.field_message() : slot.message();
    return say(action.device, action.chat, frame);
  }
  const wire::UpdateDraft frame = field ? slot.field_update() : slot.update();
  say(action.device, action.chat, frame);
}

// One change a chat, the newest; made on what the device knew.
void HistoryPlayer::save_offline(Device& device, const HistoryAction& action) {
  Slot& slot = device.slots[action.chat];
  if (action.verb != HistoryVerb::save) return;
  device.offline[action.chat] = is_field_account(device.account)
                                    ? slot.field_offline_update(slot.version)
                                    : slot.offline_update();
}

void HistoryPlayer::note_asked(std::size_t index, std::size_t chat, const Observed& wanted) {
  Observed& asked = write(Kind::asked, index, chat);
  asked.change = wanted.change;
  asked.base = wanted.base;
  asked.version = wanted.version;
  asked.content = wanted.content;
  asked.sealed = wanted.sealed;
  asked.of_message = wanted.of_message;
  devices_[index].pending[wanted.change] = {chat, false, wanted.of_message, true};
  asked_contents_[wanted.change] = wanted.content;
}

void HistoryPlayer::say(std::size_t index, std::size_t chat, const wire::ClientFrame& frame) {
  Device& device = devices_[index];
  note_asked(index, chat, wanted_by(frame));
  device.last.insert_or_assign(chat, frame);
  device.line->say(frame);
}

void HistoryPlayer::repeat(std::size_t index, std::size_t chat) {
  Device& device = devices_[index];
  if (device.line == nullptr || !device.last.contains(chat)) return;
  if (is_busy(device, chat)) hear(index);
  const wire::ClientFrame again = device.last.at(chat);
  say(index, chat, again);
}

void HistoryPlayer::read(std::size_t index, std::size_t chat) {
  Device& device = devices_[index];
  if (device.line == nullptr) return;
  const std::string question = "question-" + std::to_string(++questions_);
  write(Kind::reading, index, chat).change = question;
  device.pending[question] = {chat, true, false, true};
  device.line->say(device.slots[chat].details());
}

void HistoryPlayer::join(std::size_t index) {
  Device& device = devices_[index];
  if (device.line != nullptr) cut(index);
  device.line = &order_.bench->connect(parties_[device.account], *order_.subject);
  device.informed.assign(kHistoryChats, 0);
  write(Kind::joined, index, 0);
  for (std::size_t chat = 0; chat < kHistoryChats; ++chat) read(index, chat);
  hear(index);
  replay(index);
}

void HistoryPlayer::replay(std::size_t index) {
  Device& device = devices_[index];
  if (device.offline.empty()) return;
  wire::SyncOfflineChanges frame;
  for (auto& [chat, change] : std::exchange(device.offline, {})) {
    note_asked(index, chat, wanted_by(change));
    frame.changes.push_back(std::move(change));
  }
  device.line->say(frame);
}

void HistoryPlayer::cut(std::size_t index) {
  Device& device = devices_[index];
  if (device.line == nullptr) return;
  device.line->cut();
  device.line = nullptr;
  device.pending.clear();
}

// ---- settling -----------------------------------------------------------------------------------

void HistoryPlayer::hear(std::size_t index) {
  Device& device = devices_[index];
  for (const Heard& heard : device.line->hear_all()) {
    if (heard.frame) take(index, *heard.frame);
  }
  for (const auto& [id, pending] : device.pending) write(Kind::unanswered, index, pending.chat);
  device.pending.clear();
}

void HistoryPlayer::settle() {
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    if (devices_[i].line != nullptr) hear(i);
  }
  wait_for_news();
}

std::optional<std::size_t> HistoryPlayer::uninformed_about(std::size_t index) const {
  const Device& device = devices_[index];
  if (device.line == nullptr) return std::nullopt;
  for (std::size_t chat = 0; chat < kHistoryChats; ++chat) {
    const auto stored = stored_.find({device.account, chat});
    if (stored != stored_.end() && device.informed[chat] < stored->second) return chat;
  }
  return std::nullopt;
}

// News has no time of its own, but it comes.
void HistoryPlayer::wait_for_news() {
  const Micros until_us = net::Loop::now().monotonic_us + kNewsUs;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    while (uninformed_about(i) && net::Loop::now().monotonic_us < until_us) hear(i);
    if (const auto chat = uninformed_about(i)) {
      write(Kind::uninformed, i, *chat).version = stored_.at({devices_[i].account, *chat});
      devices_[i].informed[*chat] = stored_.at({devices_[i].account, *chat});
    }
  }
}

void HistoryPlayer::restart(HistoryVerb verb) {
  if (verb != HistoryVerb::kill) settle();
  if (verb == HistoryVerb::wait_and_kill) {
    order_.bench->patience().until([] { return false; }, order_.window_us);
  }
  if (verb == HistoryVerb::stop) {
    if (!order_.subject->stop(kStop)) {
      throw CaseOver{Verdict::fail, "no-stop", "an end after SIGTERM", "none in time",
                     "DP-RUN-003"};
    }
    write(Kind::stopped, 0, 0);
  } else {
    write(Kind::killed, 0, 0);
    order_.subject->kill();
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) cut(i);
  stored_.clear();
  if (const auto launched = order_.subject->launch(); !launched) {
    throw CaseOver{Verdict::fail, launched.error().code, "a start on the same data",
                   launched.error().detail, "DP-RUN-002"};
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) join(i);
}

void HistoryPlayer::conclude() {
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    if (devices_[i].line == nullptr) join(i);
  }
  settle();
  write(Kind::ended, 0, 0);
  counting_ = true;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    for (std::size_t chat = 0; chat < kHistoryChats; ++chat) read(i, chat);
    hear(i);
  }
}

Observed& HistoryPlayer::write(Kind kind, std::size_t index, std::size_t chat) {
  Observed one;
  one.kind = kind;
  one.device = index;
  one.account = devices_[index].account;
  one.chat = chat;
  one.at_us = net::Loop::now().monotonic_us;
  record_.push_back(std::move(one));
  return record_.back();
}

}  // namespace dp::conformance
