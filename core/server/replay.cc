// Offline replay: a list of changes, each judged as if it came alone, answered together.
//
// At most one change per slot is considered: a second one was made without knowing what became of
// the first, so it is refused as replay_refused and its device decides again (R30).
#include <utility>

#include "core/server/announcements.h"
#include "core/server/changes.h"
#include "core/server/handlers.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

using wire::ChangeOutcome;
using wire::ErrorCode;

void count(wire::OfflineSyncComplete& tally, const ChangeId& id, ChangeOutcome outcome,
           Version version) {
  tally.results.push_back({id, outcome, version});
  switch (outcome) {
    case ChangeOutcome::stored:
    case ChangeOutcome::repeated:
    case ChangeOutcome::superseded:
      ++tally.processed;
      break;
    case ChangeOutcome::conflict:
      ++tally.conflicts;
      break;
    case ChangeOutcome::error:
      ++tally.errors;
      break;
  }
}

void refuse_one(Turn& turn, ConnId conn, Task& task, const wire::OfflineChange& change,
                ErrorCode code) {
  refuse(turn, conn, code, change.chat_id, change.change_id);
  count(task.tally, change.change_id, ChangeOutcome::error, 0);
}

}  // namespace

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::SyncOfflineChanges& frame) {
  if (frame.changes.size() > turn.state.config.max_changes_per_replay) {
    refuse(turn, conn, ErrorCode::too_many_changes);
    return Progress::done;
  }
  for (; task.cursor < frame.changes.size(); ++task.cursor) {
    const wire::OfflineChange& offline = frame.changes[task.cursor];
    if (task.spoken_for.contains(offline.chat_id)) {
      refuse_one(turn, conn, task, offline, ErrorCode::replay_refused);
      continue;
    }
    const Change change = change_from(account, offline);
    const auto settled = settle_change(turn, conn, task, change);
    if (!settled) return Progress::waiting;
    task.spoken_for.insert(offline.chat_id);
    if (settled->outcome == ChangeOutcome::error) {
      refuse_one(turn, conn, task, offline, settled->code);
    } else {
      if (settled->outcome == ChangeOutcome::conflict) {
        send(turn, conn, conflict_frame(offline.chat_id, settled->stored, offline.change_id));
      }
      if (settled->outcome == ChangeOutcome::stored) {
        publish(turn, change.slot, std::nullopt, *settled);  // the sender hears of it too
      }
      count(task.tally, offline.change_id, settled->outcome, settled->draft_v);
    }
    leave_slot(turn, task);
  }
  send(turn, conn, task.tally);
  return Progress::done;
}

}  // namespace dp::server
