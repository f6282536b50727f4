// The connection: when to try, what to ask first, and when to stop believing in it.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"
#include "core/wire/codec.h"

namespace dp::client {
namespace {

constexpr std::uint16_t kInvalidSession = 1008;
constexpr std::uint16_t kGivenUp = 1000;
constexpr std::uint32_t kAttemptDoublingsMax = 30;

// Whatever has content or a change. What an earlier connection told and the store has not taken yet
// counts too: if it was deleted since, no listing would say so.
bool is_to_be_asked_for(const Slot& slot) {
  const SlotRow& row = slot.row;
  if (row.local || row.base.version != 0 || row.in_flight || !row.sends.empty()) return true;
  return slot.inputs.remote || (slot.staged && slot.staged->taken.remote);
}

}  // namespace

void Transition::send(const wire::ClientFrame& frame) {
  s_.link.ping_at_us = now() + s_.config.ping_interval_us;
  emit(ConnSend{s_.link.epoch, wire::encode(frame)});
}

// ---- up and down --------------------------------------------------------------------------------

void Transition::connect() {
  Link& link = s_.link;
  if (link.phase != Link::Phase::down || !s_.key || !s_.loaded || !link.hinted_online) return;
  link.reconnect_at_us.reset();
  link.phase = Link::Phase::connecting;
  ++link.epoch.value;
  // An attempt that never comes to an end is one more way to be offline.
  link.state_deadline_us = now() + s_.config.reconnect_max_us;
  emit(ConnOpen{link.epoch});
}

void Transition::schedule_reconnect() {
  Link& link = s_.link;
  if (!s_.key) return;
  Micros pause = s_.config.reconnect_max_us;
  if (link.attempts < kAttemptDoublingsMax) {
    pause = std::min(pause, s_.config.reconnect_min_us << link.attempts);
  }
  ++link.attempts;
  const auto half = static_cast<std::uint64_t>(std::max<Micros>(pause / 2, 0));
  const std::uint64_t jitter = env_.random.below(Draw::reconnect_jitter, half + 1);
  link.reconnect_at_us = now() + pause - static_cast<Micros>(jitter);
}

// Whatever belonged to the connection is void; whatever was not answered waits for the next one.
void Transition::forget_connection() {
  for (auto& [chat, slot] : s_.slots) {
    slot.awaiting = false;
    slot.fetching = false;
    slot.unreadable_asks = 0;
    slot.replay = false;
    slot.in_replay = false;
    slot.conn_version = 0;
    slot.transmitted = false;
    slot.sent_messages.clear();
    slot.deletion_sent = false;
    slot.deletion_refused = false;
    slot.waiting.reset();
    slot.retry_at_us = 0;
    slot.deadline_us = 0;
    if (slot.hold != Hold::too_long) slot.hold = Hold::none;
  }
  s_.deadlines.clear();
  replay_.clear();
  Link fresh;
  fresh.epoch = s_.link.epoch;
  fresh.hinted_online = s_.link.hinted_online;
  fresh.attempts = s_.link.attempts;
  fresh.phase = Link::Phase::down;
  s_.link = std::move(fresh);
}

void Transition::lose_connection(bool close, std::uint16_t code) {
  if (close) emit(ConnClose{s_.link.epoch, code});
  forget_connection();
  schedule_reconnect();
}

void Transition::receive(const NetHint& event) {
  s_.link.hinted_online = event.online;
  if (event.online) connect();
}

void Transition::receive(const ConnOpened& event) {
  Link& link = s_.link;
  if (link.phase != Link::Phase::connecting || event.epoch != link.epoch) return;
  link.phase = Link::Phase::open;
  link.recheck_at_us = now() + s_.config.recheck_interval_us;
  start_reconciliation();
}

void Transition::receive(const ConnClosed& event) {
  Link& link = s_.link;
  const bool ours = link.phase == Link::Phase::connecting || link.phase == Link::Phase::open;
  if (!ours || event.epoch != link.epoch) return;
  if (event.code == kInvalidSession) {
    forget_connection();
    link.phase = Link::Phase::signed_out;
    return notice(NoticeKind::session_invalid);
  }
  lose_connection(false);
}

// ---- reconciliation -----------------------------------------------------------------------------

void Transition::start_reconciliation() {
  Link& link = s_.link;
  link.state_deadline_us = now() + s_.config.receipt_timeout_us;
  std::vector<ChatId> chats;
  for (auto& [chat, slot] : s_.slots) {
    const SlotRow& row = slot.row;
    if (row.gone) {
      transmit(slot);  // a queued deletion
      continue;
    }
    if (!is_to_be_asked_for(slot)) continue;
    slot.awaiting = true;
    slot.replay = is_pending(row) || row.in_flight;
    link.awaiting.insert(chat);
    if (slot.replay) link.to_replay.insert(chat);
    chats.push_back(chat);
  }
  link.versions_answered = chats.empty();
  ask_versions(chats);
  ask_listing(std::nullopt);
  maybe_replay();
}

void Transition::ask_versions(const std::vector<ChatId>& chats) {
  for (std::size_t first = 0; first < chats.size(); first += wire::kVersionsPageMax) {
    wire::GetDraftVersions frame;
    const std::size_t last = std::min(chats.size(), first + wire::kVersionsPageMax);
    for (std::size_t i = first; i < last; ++i) {
      frame.chats.push_back({chats[i], find(chats[i])->row.base.version});
    }
    ++s_.link.pages_open;
    send(frame);
  }
}

// The listing finds chats of other devices; what it leaves out means nothing.
void Transition::ask_listing(std::optional<std::string> page_token) {
  if (!page_token) s_.link.listed_rank = 0;
  wire::InitialSyncRequest frame;
  for (const auto& [chat, slot] : s_.slots) {
    if (frame.chat_versions.size() >= s_.config.wire.array_items_max) break;
    if (!slot.row.gone) frame.chat_versions.push_back({chat, slot.row.base.version});
  }
  frame.page_token = std::move(page_token);
  send(frame);
}

void Transition::fetch(Slot& slot) {
  if (!is_online() || slot.fetching) return;
  slot.fetching = true;
  slot.awaiting = true;
  s_.link.awaiting.insert(slot.row.chat);
  s_.link.postponed.erase(slot.row.chat);
  if (!s_.link.state_deadline_us) {
    s_.link.state_deadline_us = now() + s_.config.receipt_timeout_us;
  }
  send(wire::GetChatDetails{slot.row.chat});
}

void Transition::settled(Slot& slot) {
  slot.awaiting = false;
  slot.fetching = false;
  s_.link.awaiting.erase(slot.row.chat);
  s_.link.postponed.erase(slot.row.chat);
  enqueue(slot);
  transmit(slot);
  maybe_replay();
}

// The server could not tell: nothing is concluded, the others go on, and it is asked again.
void Transition::postpone(Slot& slot) {
  slot.fetching = false;
  slot.awaiting = true;
  s_.link.awaiting.erase(slot.row.chat);
  s_.link.postponed.insert(slot.row.chat);
  if (!s_.link.state_deadline_us) {
    s_.link.state_deadline_us = now() + s_.config.receipt_timeout_us;
  }
  maybe_replay();
}

// Once every slot that could be reconciled is, what was queued offline goes out together.
void Transition::maybe_replay() {
  Link& link = s_.link;
  if (!link.is_open() || link.replayed || !link.versions_answered || !link.awaiting.empty()) return;
  link.replayed = true;
  for (const ChatId& chat : std::exchange(link.to_replay, {})) {
    Slot* slot = find(chat);
    if (slot == nullptr) continue;
    transmit(*slot);
    enqueue(*slot);
  }
}

void Transition::connection_timers() {
  Link& link = s_.link;
  if (link.pong_deadline_us && *link.pong_deadline_us <= now())
    return lose_connection(true, kGivenUp);
  if (link.reconnect_at_us && *link.reconnect_at_us <= now()) {
    link.reconnect_at_us.reset();
    connect();
  }
  if (link.state_deadline_us && *link.state_deadline_us <= now()) {
    link.state_deadline_us.reset();
    if (!link.is_open() || !link.versions_answered) return lose_connection(true, kGivenUp);
    std::set<ChatId> again = link.awaiting;
    again.insert(link.postponed.begin(), link.postponed.end());
    std::vector<ChatId> chats;
    for (const ChatId& chat : again) {
      Slot* slot = find(chat);
      if (slot == nullptr) continue;
      slot->fetching = false;
      chats.push_back(chat);
    }
    if (!link.listing_complete) ask_listing(std::nullopt);
    if (!chats.empty() || !link.listing_complete) {
      link.state_deadline_us = now() + s_.config.receipt_timeout_us;
    }
    ask_versions(chats);
  }
  if (link.is_open() && link.ping_at_us && *link.ping_at_us <= now()) {
    link.pong_deadline_us = now() + s_.config.pong_timeout_us;
    send(wire::Ping{});
  }
  if (link.is_open() && link.recheck_at_us && *link.recheck_at_us <= now()) recheck();
}

// A broadcast that got lost inside a connection would be missed until the next one: now and then
// the versions are compared without one. Nothing waits for the answer, and what it says about a
// slot counts only where it is ahead of everything told so far.
void Transition::recheck() {
  s_.link.recheck_at_us = now() + s_.config.recheck_interval_us;
  if (!s_.link.replayed) return;
  s_.link.pages_open = 0;  // an answer that has not come since the last time was lost as well
  std::vector<ChatId> chats;
  for (const auto& [chat, slot] : s_.slots) {
    if (!slot.row.gone && !slot.awaiting && slot.conn_version != 0) chats.push_back(chat);
  }
  ask_versions(chats);
}

}  // namespace dp::client
