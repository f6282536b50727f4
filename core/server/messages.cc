// Sending a message consumes the draft it was made of; deleting a chat removes both.
//
// The message and the tombstone of its draft go to the table in one transaction, so neither a
// crash nor a failed answer leaves a sent text behind as a draft. What the draft's rule says never
// decides over the message: it is stored whenever the chat is the account's.
#include <limits>
#include <utility>

#include "core/server/announcements.h"
#include "core/server/cache.h"
#include "core/server/changes.h"
#include "core/server/doubts.h"
#include "core/server/handlers.h"
#include "core/server/persistence.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

using wire::ErrorCode;

ChangeId change_id_of(const wire::ChatMessageAdded& frame) {
  return ChangeId{frame.message_id.value};
}

// What becomes of the draft if the message is new; nothing if the sender wants to keep it.
std::optional<Ruling> rule_draft(const Turn& turn, const Task& task, const Standing& standing,
                                 const wire::ChatMessageAdded& frame) {
  if (frame.preserve_draft) return std::nullopt;
  Change change;
  change.slot = *task.slot;
  change.deletion = true;
  change.base = frame.base_version;
  change.proposed = frame.proposed_v;
  change.id = change_id_of(frame);
  if (change.base) change.text = frame.encrypted_tombstone;
  if (const auto code = length_refusal(turn.state.config, change)) {
    return Ruling{Ruling::Kind::refuse, *code, 0, standing.current};
  }
  const bool holds_draft = standing.current && !standing.current->row.deleted;
  if (!change.base && !change.proposed && !holds_draft) {
    // Nothing to delete: no number is spent, and no unsealed tombstone gets in a sealed one's way.
    return Ruling{Ruling::Kind::repeat, {}, version_of(standing.current), standing.current};
  }
  return rule(standing, change, turn.now.wall_us, turn.hasher);
}

void send_draft_deleted(Turn& turn, ConnId conn, const wire::ChatMessageAdded& frame,
                        Version version) {
  send(turn, conn, wire::DraftDeleteReceipt{frame.chat_id, true, version, change_id_of(frame)});
}

void send_draft_kept(Turn& turn, ConnId conn, const wire::ChatMessageAdded& frame) {
  send(turn, conn,
       wire::DraftDeleteReceipt{frame.chat_id, false, std::nullopt, change_id_of(frame)});
}

// Nobody else changes a slot that is held, but a cache may have forgotten it while the message was
// stored. An empty slot would be taken for a rollback.
void send_draft_conflict(Turn& turn, ConnId conn, const Task& task,
                         const wire::ChatMessageAdded& frame) {
  StoredRef current = standing_of(turn, *task.slot, loaded_by(task)).current;
  if (version_of(current) < version_of(task.ruled_on)) current = task.ruled_on;
  send(turn, conn, conflict_frame(frame.chat_id, current, change_id_of(frame)));
}

void conclude_deletion(Turn& turn, ConnId conn, const Task& task,
                       const wire::ChatMessageAdded& frame, const MessageStored& stored) {
  const SlotKey key = *task.slot;
  if (stored.draft_deleted) {
    const StoredRef tombstone = task.ruling->stored;
    put_record(turn, key, tombstone, change_id_of(frame));
    send_draft_deleted(turn, conn, frame, tombstone->row.version);
    announce_state(turn, key, conn, tombstone->row);
    note_durable(turn.state, key, tombstone->row.version);
    forget_jobs_through(turn, key, tombstone->row.version);
  } else if (stored.duplicate && frame.base_version) {
    send_draft_conflict(turn, conn, task, frame);  // a retry never deletes again
  } else {
    // The table holds something newer that nobody was told.
    if (!stored.duplicate) doubt(turn, key, task.ruling->stored);
    send_draft_kept(turn, conn, frame);
  }
}

void conclude_draft(Turn& turn, ConnId conn, const Task& task, const wire::ChatMessageAdded& frame,
                    const MessageStored& stored) {
  switch (task.ruling->kind) {
    case Ruling::Kind::store:
      conclude_deletion(turn, conn, task, frame, stored);
      break;
    case Ruling::Kind::repeat:
    case Ruling::Kind::superseded:
      send_draft_deleted(turn, conn, frame, task.ruling->version);
      break;
    case Ruling::Kind::conflict:
      send_draft_conflict(turn, conn, task, frame);
      break;
    case Ruling::Kind::refuse:
      log(turn, "draft kept after a send", {std::string(name(task.ruling->code))});
      send_draft_kept(turn, conn, frame);
      break;
  }
}

void conclude_message(Turn& turn, ConnId conn, Task& task, const wire::ChatMessageAdded& frame) {
  const auto* stored = std::get_if<MessageStored>(&*task.answer);
  if (!stored) {
    // It may have happened all the same.
    const bool deletes = task.ruling && task.ruling->kind == Ruling::Kind::store;
    if (deletes) doubt(turn, *task.slot, task.ruling->stored);
    refuse(turn, conn, ErrorCode::storage_unavailable, frame.chat_id, change_id_of(frame));
    return;
  }
  send(turn, conn, wire::ChatMessageReceipt{frame.chat_id, frame.message_id, true});
  if (!stored->duplicate) {
    announce(turn, task.slot->account, conn,
             wire::ChatMessageReceived{frame.chat_id, frame.message_id, frame.encrypted_content});
  }
  if (task.ruling) conclude_draft(turn, conn, task, frame, *stored);
}

void ask_for_task(Turn& turn, ConnId conn, Task& task, Request request) {
  Waiter waiter;
  waiter.what = Waiter::For::task;
  waiter.conn = conn;
  waiter.slot = *task.slot;
  ask(turn, std::move(request), waiter);
  ++task.awaited;
}

void conclude_chat(Turn& turn, ConnId conn, Task& task, const wire::DeleteChat& frame) {
  const SlotKey key = *task.slot;
  if (!std::holds_alternative<ChatDropped>(*task.answer)) {
    doubt(turn, key, nullptr);
    refuse(turn, conn, ErrorCode::storage_unavailable, frame.chat_id, frame.change_id);
    return;
  }
  forget_jobs_through(turn, key, std::numeric_limits<Version>::max());
  note_chat_is_durable(turn.state, key);
  bury(turn, key);
  send(turn, conn, wire::ChatDeleteReceipt{frame.chat_id, true, frame.change_id});
  announce(turn, key.account, conn, wire::ChatDeleted{frame.chat_id});
}

}  // namespace

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::ChatMessageAdded& frame) {
  if (task.answer) {
    conclude_message(turn, conn, task, frame);
    leave_slot(turn, task);
    return Progress::done;
  }
  if (frame.encrypted_content.size() > turn.state.config.max_message_chars) {
    refuse(turn, conn, ErrorCode::message_too_long, frame.chat_id, change_id_of(frame));
    return Progress::done;
  }
  // A frame that is neither sealed nor unsealed is no frame, so nothing of it is done.
  if (frame.base_version.has_value() != frame.proposed_v.has_value()) {
    refuse(turn, conn, ErrorCode::invalid_frame, frame.chat_id, change_id_of(frame));
    return Progress::done;
  }
  if (!enter_slot(turn, conn, task, {account, frame.chat_id})) return Progress::waiting;
  if (const auto code = ownership_refusal(turn, task, true)) {
    refuse(turn, conn, *code, frame.chat_id, change_id_of(frame));
    leave_slot(turn, task);
    return Progress::done;
  }
  const Standing standing = standing_of(turn, *task.slot, loaded_by(task));
  task.ruling = rule_draft(turn, task, standing, frame);
  task.ruled_on = standing.current;
  StoreMessage request{*task.slot, frame.message_id, frame.encrypted_content, std::nullopt};
  if (task.ruling && task.ruling->kind == Ruling::Kind::store) {
    request.tombstone = task.ruling->stored->row;
  }
  ask_for_task(turn, conn, task, std::move(request));
  return Progress::waiting;
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::DeleteChat& frame) {
  if (task.answer) {
    conclude_chat(turn, conn, task, frame);
    leave_slot(turn, task);
    return Progress::done;
  }
  if (!enter_slot(turn, conn, task, {account, frame.chat_id})) return Progress::waiting;
  const auto code = ownership_refusal(turn, task, false);
  if (!code) {
    ask_for_task(turn, conn, task, DropChat{*task.slot});
    return Progress::waiting;
  }
  if (*code == ErrorCode::chat_deleted) {
    send(turn, conn, wire::ChatDeleteReceipt{frame.chat_id, true, frame.change_id});
  } else {
    refuse(turn, conn, *code, frame.chat_id, frame.change_id);
  }
  leave_slot(turn, task);
  return Progress::done;
}

}  // namespace dp::server
