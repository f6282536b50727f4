// What the server says to a change or a message: receipts, replay results and refusals.
//
// An answer changes bookkeeping only. It becomes an input of its slot; the next turn makes it
// durable.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"

namespace dp::client {
namespace {

constexpr std::uint32_t kVersionRaisesMax = 12;
constexpr std::uint32_t kVersionRaiseBits = 3;  // each refusal proposes 8 times further

}  // namespace

// A broadcast that waited for the change in flight counts if it is newer than the answer.
void Transition::release_waiting(Slot& slot) {
  if (!slot.waiting) return;
  const Inputs& in = slot.inputs;
  const bool released = !slot.row.in_flight || in.acknowledged || in.refused;
  if (!released) return;
  Remote remote = std::move(*slot.waiting);
  slot.waiting.reset();
  if (remote.version < slot.conn_version) return;  // something newer was told since
  slot.inputs.remote = std::move(remote);
}

void Transition::receipt_came(const ChatId& chat, const std::optional<ChangeId>& change,
                              std::optional<Version> version, bool success) {
  Slot* slot = find(chat);
  if (slot == nullptr || !slot->row.in_flight || !slot->transmitted) return;
  const Change& in_flight = *slot->row.in_flight;
  if (change && *change != in_flight.id) return;
  if (slot->inputs.acknowledged || slot->inputs.refused) return;
  if (!success) {
    slot->transmitted = false;
    pause(*slot);
    return answered(*slot);
  }
  if (version != in_flight.version) {
    // Not the number we sealed: whatever this is, it is not our receipt.
    notice(NoticeKind::protocol_error, chat, "draft_v");
    slot->transmitted = false;
    answered(*slot);
    return fetch(*slot);
  }
  slot->inputs.acknowledged = in_flight.id;
  slot->conn_version = std::max(slot->conn_version, in_flight.version);
  slot->retries = 0;
  answered(*slot);
  release_waiting(*slot);
  enqueue(*slot);
}

void Transition::message_receipt_came(const wire::ChatMessageReceipt& frame) {
  Slot* slot = find(frame.chat_id);
  if (slot == nullptr) return;
  const auto sent = std::ranges::find(slot->sent_messages, frame.message_id);
  if (sent == slot->sent_messages.end()) return;
  (frame.success ? slot->inputs.delivered : slot->inputs.undeliverable).push_back(frame.message_id);
  if (!frame.success) {
    notice(NoticeKind::not_synced_refused, frame.chat_id, "chat_message_receipt");
  }
  answered(*slot);
  enqueue(*slot);
}

void Transition::replay_answered(const wire::OfflineSyncComplete& frame) {
  for (const wire::OfflineResult& result : frame.results) {
    const auto at = s_.link.replaying.find(result.change_id);
    if (at == s_.link.replaying.end()) continue;
    const ChatId chat = at->second;
    s_.link.replaying.erase(at);
    Slot* slot = find(chat);
    if (slot == nullptr || !slot->row.in_flight || !slot->transmitted || !slot->in_replay) continue;
    if (slot->row.in_flight->id != result.change_id) continue;
    const bool stored = result.outcome == wire::ChangeOutcome::stored ||
                        result.outcome == wire::ChangeOutcome::repeated;
    if (stored) {
      receipt_came(chat, result.change_id, result.draft_v, true);
    } else if (result.outcome != wire::ChangeOutcome::error && !slot->inputs.remote) {
      slot->transmitted = false;  // the conflict that should have come did not
      answered(*slot);
      fetch(*slot);
    }
  }
}

void Transition::refusal_came(const wire::ErrorFrame& frame) {
  if (!frame.chat_id) {
    if (frame.code == wire::ErrorCode::too_many_changes ||
        frame.code == wire::ErrorCode::frame_too_large) {
      s_.replay_changes_max = std::max<std::size_t>(s_.replay_changes_max / 2, 1);
    }
    return log("request refused", {std::string(wire::name(frame.code))});
  }
  Slot* slot = find(*frame.chat_id);
  if (slot == nullptr) return;
  if (frame.code == wire::ErrorCode::chat_deleted) {
    slot->inputs.gone_elsewhere = !slot->row.gone;
    slot->inputs.deletion_done = slot->row.deletion.has_value();
    slot->deletion_sent = false;
    settled(*slot);
    answered(*slot);
    return enqueue(*slot);
  }
  if (!frame.change_id) {
    if (slot->fetching) postpone(*slot);
    return;
  }
  const bool retry = wire::is_retryable(frame.code);
  if (slot->row.deletion == frame.change_id) {
    if (!slot->deletion_sent) return;
    slot->deletion_sent = false;
    if (retry) {
      pause(*slot);
    } else {
      deletion_refused(*slot, frame.code);
    }
    answered(*slot);
    return enqueue(*slot);
  }
  const MessageId message{frame.change_id->value};
  const bool is_message =
      std::ranges::find(slot->sent_messages, message) != slot->sent_messages.end();
  const bool is_change = slot->row.in_flight && slot->row.in_flight->id == *frame.change_id &&
                         slot->transmitted && !slot->inputs.refused;
  if (!is_message && !is_change) return;
  if (retry) {
    if (is_change) slot->transmitted = false;
    std::erase(slot->sent_messages, message);
    pause(*slot);
    return answered(*slot);
  }
  using enum wire::ErrorCode;
  const bool about_draft = frame.code == version_invalid || frame.code == envelope_invalid ||
                           frame.code == draft_too_long || frame.code == slot_sealed;
  if (is_message && !about_draft) {
    slot->inputs.undeliverable.push_back(message);
    notice(NoticeKind::not_synced_refused, frame.chat_id, std::string(wire::name(frame.code)));
  } else if (is_change) {
    std::erase(slot->sent_messages, message);  // the message goes again, without the tombstone
    change_refused(*slot, frame.code);
  }
  answered(*slot);
  release_waiting(*slot);
  enqueue(*slot);
}

// Somebody else's chat is not ours to delete, ever. Any other refusal may be of bytes that were
// spoiled on their way up, so the deletion waits for the next connection.
void Transition::deletion_refused(Slot& slot, wire::ErrorCode code) {
  notice(NoticeKind::not_synced_refused, slot.row.chat, std::string(wire::name(code)));
  if (code == wire::ErrorCode::chat_forbidden) {
    slot.inputs.deletion_done = true;
  } else {
    slot.deletion_refused = true;
  }
}

void Transition::change_refused(Slot& slot, wire::ErrorCode code) {
  const Change& change = *slot.row.in_flight;
  using enum wire::ErrorCode;
  slot.inputs.refused = change.id;
  if (code == version_invalid && slot.version_raises < kVersionRaisesMax) {
    const std::uint32_t bits = std::min(kVersionRaiseBits * slot.version_raises, 31U);
    ++slot.version_raises;
    slot.version_floor = std::min(change.version + (Version{1} << bits) - 1, kVersionMax);
    return;
  }
  if (code == draft_too_long) {
    return hold(slot, Hold::too_long, change.draft, NoticeKind::not_synced_too_long, "");
  }
  hold(slot, Hold::refused, change.draft, NoticeKind::not_synced_refused,
       std::string(wire::name(code)));
}

}  // namespace dp::client
