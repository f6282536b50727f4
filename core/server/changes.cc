#include "core/server/changes.h"

#include <utility>

#include "core/server/announcements.h"
#include "core/server/cache.h"
#include "core/server/handlers.h"
#include "core/server/persistence.h"
#include "core/server/sessions.h"
#include "core/server/version_rules.h"

namespace dp::server {
namespace {

using wire::ChangeOutcome;
using wire::ErrorCode;

Settled refused(ErrorCode code) {
  return {ChangeOutcome::error, code, 0, nullptr};
}

Settled settled_by(const Ruling& ruling) {
  switch (ruling.kind) {
    case Ruling::Kind::store:
      return {ChangeOutcome::stored, {}, ruling.version, ruling.stored};
    case Ruling::Kind::repeat:
      return {ChangeOutcome::repeated, {}, ruling.version, ruling.stored};
    case Ruling::Kind::superseded:
      return {ChangeOutcome::superseded, {}, ruling.version, ruling.stored};
    case Ruling::Kind::conflict:
      return {ChangeOutcome::conflict, {}, ruling.version, ruling.stored};
    case Ruling::Kind::refuse:
      break;
  }
  return refused(ruling.code);
}

// The answers to update_draft and delete_draft that are the same for both.
bool reply_if_not_stored(Turn& turn, ConnId conn, const Change& change, const Settled& settled) {
  if (settled.outcome == ChangeOutcome::error) {
    refuse(turn, conn, settled.code, change.slot.chat, change.id);
    return true;
  }
  if (settled.outcome == ChangeOutcome::conflict) {
    send(turn, conn, conflict_frame(change.slot.chat, settled.stored, change.id));
    return true;
  }
  return false;
}

void conclude(Turn& turn, ConnId conn, Task& task, const Change& change, const Settled& settled) {
  if (settled.outcome == ChangeOutcome::stored) publish(turn, change.slot, conn, settled);
  leave_slot(turn, task);
}

}  // namespace

Change change_from(const AccountId& account, const wire::UpdateDraft& frame) {
  Change change;
  change.slot = {account, frame.chat_id};
  change.base = frame.base_version;
  change.proposed = frame.proposed_v;
  change.id = frame.change_id;
  change.text = frame.encrypted_draft_md;
  change.preview = frame.encrypted_draft_preview;
  // In the field dialect an update to null is a deletion; a sealed one carries a tombstone instead.
  change.deletion = !frame.base_version && !frame.encrypted_draft_md;
  return change;
}

Change change_from(const AccountId& account, const wire::DeleteDraft& frame) {
  Change change;
  change.slot = {account, frame.chat_id};
  change.deletion = true;
  change.base = frame.base_version;
  change.proposed = frame.proposed_v;
  change.id = frame.change_id;
  if (frame.base_version) change.text = frame.encrypted_tombstone;
  return change;
}

Change change_from(const AccountId& account, const wire::OfflineChange& offline) {
  Change change;
  change.slot = {account, offline.chat_id};
  change.id = offline.change_id;
  const bool sealed = offline.proposed_v.has_value();
  if (sealed) {
    change.base = offline.version_before_edit;
    change.proposed = offline.proposed_v;
  } else {
    change.seen = offline.version_before_edit;
  }
  change.deletion = offline.kind == wire::OfflineKind::delete_draft;
  if (change.deletion) {
    if (sealed) change.text = offline.encrypted_tombstone;
    return change;
  }
  change.text = offline.value;
  change.preview = offline.encrypted_draft_preview;
  change.deletion = !sealed && !offline.value;
  return change;
}

std::optional<ErrorCode> length_refusal(const Config& config, const Change& change) {
  if (change.text && change.text->size() > config.max_draft_chars) {
    return ErrorCode::draft_too_long;
  }
  if (change.preview.value && change.preview.value->size() > config.max_preview_chars) {
    return ErrorCode::preview_too_long;
  }
  return std::nullopt;
}

std::optional<Settled> settle_change(Turn& turn, ConnId conn, Task& task, const Change& change) {
  State& state = turn.state;
  if (const auto code = length_refusal(state.config, change)) return refused(*code);
  if (!state.cache_available) return refused(ErrorCode::storage_unavailable);
  if (!enter_slot(turn, conn, task, change.slot)) return std::nullopt;
  if (const auto code = ownership_refusal(turn, task, true)) return refused(*code);

  const Standing standing = standing_of(turn, change.slot, loaded_by(task));
  const Ruling ruling = rule(standing, change, turn.now.wall_us, turn.hasher);
  if (ruling.kind != Ruling::Kind::store) return settled_by(ruling);
  if (is_lagging(state, turn.now)) return refused(ErrorCode::persistence_lagging);
  if (ownership_of(state, change.slot, *task.knowledge) == Ownership::nobody) {
    note_chat_is_unborn(state, change.slot);
  }
  put_record(turn, change.slot, ruling.stored, change.id);
  return settled_by(ruling);
}

void publish(Turn& turn, const SlotKey& key, std::optional<ConnId> except, const Settled& settled) {
  announce_state(turn, key, except, settled.stored->row);
  enqueue(turn, key, settled.stored);
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::UpdateDraft& frame) {
  const Change change = change_from(account, frame);
  const auto settled = settle_change(turn, conn, task, change);
  if (!settled) return Progress::waiting;
  if (!reply_if_not_stored(turn, conn, change, *settled)) {
    wire::DraftUpdateReceipt receipt;
    receipt.chat_id = frame.chat_id;
    receipt.draft_v = settled->draft_v;
    receipt.superseded = settled->outcome == ChangeOutcome::superseded;
    receipt.change_id = change.id;
    send(turn, conn, receipt);
  }
  conclude(turn, conn, task, change, *settled);
  return Progress::done;
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::DeleteDraft& frame) {
  const Change change = change_from(account, frame);
  const auto settled = settle_change(turn, conn, task, change);
  if (!settled) return Progress::waiting;
  if (!reply_if_not_stored(turn, conn, change, *settled)) {
    send(turn, conn, wire::DraftDeleteReceipt{frame.chat_id, true, settled->draft_v, change.id});
  }
  conclude(turn, conn, task, change, *settled);
  return Progress::done;
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId&, Task&, const wire::Ping&) {
  send(turn, conn, wire::Pong{});
  return Progress::done;
}

}  // namespace dp::server
