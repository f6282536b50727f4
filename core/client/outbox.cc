// The outbox: which change is offered to the server, with which bytes, and when again.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"
#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/draft/preview.h"

namespace dp::client {
namespace {

constexpr std::uint32_t kPauseDoublingsMax = 5;

ChangeId draw_change_id(Random& random) {
  const std::array<std::uint8_t, 16> bytes = random.bytes16(Draw::change_id);
  return {hex_encode(bytes)};
}

}  // namespace

// ---- sealing ------------------------------------------------------------------------------------

bool Transition::can_upload(const Slot& slot, const SlotRow& row, bool remote_waits) {
  if (!is_online() || slot.awaiting || remote_waits || slot.waiting) return false;
  if (row.gone || row.in_flight || !is_pending(row)) return false;
  if (slot.replay && !s_.link.replayed) return false;
  if (slot.retry_at_us > now() || slot.hold == Hold::unreadable) return false;
  if (slot.hold != Hold::none && same_draft(slot.held, effective(row))) return false;
  return !emptied_at_birth(row);
}

// The editor was emptied while the chat's first text was being saved: perhaps there is nothing to
// say, and no chat is to come into being (R52). The end of the pause decides.
bool Transition::emptied_at_birth(const SlotRow& row) {
  const bool fresh = row.base.version == 0 && row.ancestors.empty();
  return fresh && s_.editor.text.empty() && editor_is_dirty(row.chat);
}

void Transition::hold(Slot& slot, Hold why, const DraftRef& what, NoticeKind kind,
                      std::string detail) {
  const bool news = slot.hold != why || !same_draft(slot.held, what);
  slot.hold = why;
  slot.held = what;
  if (news) notice(kind, slot.row.chat, std::move(detail));
}

// Copies are what a draft can do without: those that make it too long to send go to the archive
// with the row that omits them. A text that is too long by itself keeps its copies and stays here.
void Transition::shed_to_fit(Staged& staged) {
  SlotRow& row = staged.row;
  const DraftRef& draft = effective(row);
  if (draft->copies.empty()) return;
  if (draft::encode_payload(*draft).size() <= s_.merge_limits.payload_bytes_max) return;
  draft::Draft slim = *draft;
  const std::vector<draft::Copy> shed = draft::shed_copies(slim, s_.merge_limits);
  if (draft::encode_payload(slim).size() > s_.merge_limits.payload_bytes_max) return;
  archive_copies(staged, NoticeKind::copy_archived, shed);
  row.local = share(std::move(slim));
}

// Seals the effective draft as the slot's change in flight. True also if there is nothing to offer
// because the text is too long; false if sealing failed.
bool Transition::seal_change(Slot& slot, Staged& staged) {
  SlotRow& row = staged.row;
  const DraftRef draft = effective(row);
  const bool tombstone = draft->is_tombstone();
  const crypto::Kind kind = tombstone ? crypto::Kind::tombstone : crypto::Kind::draft;
  const Version floor = std::max({row.high_water, row.base.version, slot.version_floor});
  if (floor >= kVersionMax) {
    hold(slot, Hold::refused, draft, NoticeKind::not_synced_refused, "version_invalid");
    return true;
  }
  const Result<Bytes> padded = crypto::pad(kind, draft::encode_payload(*draft));
  const std::size_t envelope_bytes =
      padded ? crypto::kHeaderBytes + padded->size() + crypto::kTagBytes : 0;
  if (!padded || base64_length(envelope_bytes) > s_.config.max_draft_chars) {
    hold(slot, Hold::too_long, draft, NoticeKind::not_synced_too_long, "");
    return true;
  }
  const Result<SlotId> slot_id = env_.cipher.slot_id(*s_.key, row.chat);
  if (!slot_id) return false;
  crypto::SealRequest request{.key = *s_.key,
                              .account = s_.config.account,
                              .suite = s_.config.suite,
                              .kind = kind,
                              .slot_id = *slot_id,
                              .version = floor + 1,
                              .parent = row.base.hash,
                              .writer = s_.writer.value,
                              .sequence = ++s_.seals,
                              .boot = s_.boot};
  Result<Bytes> envelope = env_.cipher.seal(request, *padded, env_.random);
  if (!envelope) return false;

  Change change;
  change.base_version = row.base.version;
  change.version = request.version;
  change.hash = env_.cipher.sha256(*envelope);
  change.tombstone = tombstone;
  change.envelope = std::move(*envelope);
  change.draft = draft;
  if (!tombstone) {
    // A text without visible characters has an empty preview, sealed like any other: whether one
    // is sent must not tell what the text is made of.
    const std::optional<std::string> preview = draft::preview_of(draft::text_of(*draft));
    const Result<Bytes> padded_preview =
        crypto::pad(crypto::Kind::preview, as_bytes(preview.value_or("")));
    if (!padded_preview) return false;
    request.kind = crypto::Kind::preview;
    request.parent = change.hash;
    request.sequence = ++s_.seals;
    Result<Bytes> sealed = env_.cipher.seal(request, *padded_preview, env_.random);
    if (!sealed) return false;
    change.preview = std::move(*sealed);
  }
  if (!row.sends.empty() && !row.sends.back().offered && same_draft(row.sends.back().sent, draft)) {
    change.rides = row.sends.back().id;
    row.sends.back().offered = true;
  }
  change.id = change.rides ? ChangeId{change.rides->value} : draw_change_id(env_.random);
  row.in_flight = std::move(change);
  slot.hold = Hold::none;
  slot.held = nullptr;
  return true;
}

// ---- sending ------------------------------------------------------------------------------------

void Transition::set_timer(Slot& slot, Micros Slot::* which, Micros at_us) {
  if (slot.*which == at_us) return;
  const auto still_needed = [&](Micros at) {
    return slot.deadline_us == at || slot.retry_at_us == at;
  };
  const Micros before = std::exchange(slot.*which, at_us);
  if (before != 0 && !still_needed(before)) s_.deadlines.erase({before, slot.row.chat});
  if (at_us != 0) s_.deadlines.insert({at_us, slot.row.chat});
}

void Transition::expect_answer(Slot& slot) {
  if (slot.deadline_us == 0) {
    set_timer(slot, &Slot::deadline_us, now() + s_.config.receipt_timeout_us);
  }
}

// Something was answered: the clock runs again for what is still open, or stops.
void Transition::answered(Slot& slot) {
  const Inputs& in = slot.inputs;
  const bool change_open = slot.transmitted && slot.row.in_flight && !in.acknowledged &&
                           !in.refused && !(in.remote && in.remote->settles);
  const auto is_open = [&](const MessageId& id) {
    const auto in_list = [&](const std::vector<MessageId>& ids) {
      return std::ranges::find(ids, id) != ids.end();
    };
    const bool staged = slot.staged && (in_list(slot.staged->taken.delivered) ||
                                        in_list(slot.staged->taken.undeliverable));
    return !staged && !in_list(in.delivered) && !in_list(in.undeliverable);
  };
  const bool open =
      change_open || slot.deletion_sent || std::ranges::any_of(slot.sent_messages, is_open);
  set_timer(slot, &Slot::deadline_us, open ? now() + s_.config.receipt_timeout_us : 0);
}

void Transition::pause(Slot& slot) {
  const Micros wait = 1 * kSecond << std::min(slot.retries, kPauseDoublingsMax);
  ++slot.retries;
  set_timer(slot, &Slot::retry_at_us, now() + std::min(wait, 30 * kSecond));
}

// Sends what the durable row says is to be sent and this connection has not sent yet.
void Transition::transmit(Slot& slot) {
  SlotRow& row = slot.row;
  if (!is_online() || slot.retry_at_us > now()) return;
  if (row.deletion && !slot.deletion_sent && !slot.deletion_refused) {
    slot.deletion_sent = true;
    expect_answer(slot);
    send(wire::DeleteChat{row.chat, row.deletion});
  }
  if (row.gone || slot.awaiting || emptied_at_birth(row)) return;
  const Inputs& in = slot.inputs;
  const bool resolved =
      in.acknowledged || in.refused || in.gone_elsewhere || (in.remote && in.remote->settles);
  for (QueuedSend& message : row.sends) {
    if (std::ranges::find(slot.sent_messages, message.id) != slot.sent_messages.end()) continue;
    const bool rides =
        row.in_flight && row.in_flight->rides == message.id && !slot.transmitted && !resolved;
    const bool will_ride = !message.offered && slot.hold == Hold::none && is_pending(row) &&
                           same_draft(effective(row), message.sent);
    if (!rides && will_ride) break;  // its tombstone is sealed in a turn to come
    transmit_message(slot, message, rides);
  }
  if (row.in_flight && !slot.transmitted && !resolved) transmit_change(slot);
}

void Transition::transmit_message(Slot& slot, QueuedSend& message, bool riding) {
  SlotRow& row = slot.row;
  wire::ChatMessageAdded frame;
  frame.chat_id = row.chat;
  frame.message_id = message.id;
  frame.encrypted_content = base64_encode(message.content);
  frame.preserve_draft = !riding;
  if (riding) {
    frame.base_version = row.in_flight->base_version;
    frame.proposed_v = row.in_flight->version;
    frame.encrypted_tombstone = base64_encode(row.in_flight->envelope);
    slot.transmitted = true;
    slot.offered = true;
  }
  message.offered = true;
  slot.sent_messages.push_back(message.id);
  expect_answer(slot);
  send(frame);
}

void Transition::transmit_change(Slot& slot) {
  const Change& change = *slot.row.in_flight;
  if (slot.replay) {
    if (!s_.link.replayed) return;
    slot.replay = false;
    slot.in_replay = true;
    slot.transmitted = true;
    slot.offered = true;
    expect_answer(slot);
    replay_.push_back(slot.row.chat);
    return;
  }
  slot.transmitted = true;
  slot.offered = true;
  slot.in_replay = false;
  expect_answer(slot);
  if (change.tombstone) {
    wire::DeleteDraft frame;
    frame.chat_id = slot.row.chat;
    frame.base_version = change.base_version;
    frame.proposed_v = change.version;
    frame.change_id = change.id;
    frame.encrypted_tombstone = base64_encode(change.envelope);
    return send(frame);
  }
  wire::UpdateDraft frame;
  frame.chat_id = slot.row.chat;
  frame.encrypted_draft_md = base64_encode(change.envelope);
  frame.encrypted_draft_preview = {true, base64_encode(change.preview)};
  frame.base_version = change.base_version;
  frame.proposed_v = change.version;
  frame.change_id = change.id;
  send(frame);
}

// What was queued offline goes together, a bounded number of changes to a frame.
void Transition::flush_replay() {
  wire::SyncOfflineChanges frame;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (!frame.changes.empty()) send(std::exchange(frame, {}));
    bytes = 0;
  };
  for (const ChatId& chat : std::exchange(replay_, {})) {
    const Slot* slot = find(chat);
    if (slot == nullptr || !slot->row.in_flight) continue;
    const Change& change = *slot->row.in_flight;
    wire::OfflineChange offline;
    offline.change_id = change.id;
    offline.chat_id = chat;
    offline.version_before_edit = change.base_version;
    offline.proposed_v = change.version;
    std::string sealed = base64_encode(change.envelope);
    const std::size_t size = sealed.size() + base64_length(change.preview.size()) + 1'024;
    if (change.tombstone) {
      offline.kind = wire::OfflineKind::delete_draft;
      offline.encrypted_tombstone = std::move(sealed);
    } else {
      offline.value = std::move(sealed);
      offline.encrypted_draft_preview = {true, base64_encode(change.preview)};
    }
    const bool full = frame.changes.size() >= s_.replay_changes_max ||
                      bytes + size > s_.config.wire.frame_bytes_max / 2;
    if (full) flush();
    bytes += size;
    s_.link.replaying[change.id] = chat;
    frame.changes.push_back(std::move(offline));
  }
  flush();
}

}  // namespace dp::client
