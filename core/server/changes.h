// One change of one slot, whichever frame brought it: update_draft, delete_draft, offline replay.
//
// settle_change answers when the slot is locked and known: the change is stored in the cache, or
// it is known why not. The caller replies first, then publishes, then leaves the slot, so that the
// sender's answer precedes what others hear and the job follows the acknowledgement.
#pragma once

#include "core/server/state.h"

namespace dp::server {

struct Settled {
  wire::ChangeOutcome outcome = wire::ChangeOutcome::error;
  wire::ErrorCode code = wire::ErrorCode::internal;  // outcome error
  Version draft_v = 0;
  StoredRef stored;  // what the slot holds now
};

Change change_from(const AccountId& account, const wire::UpdateDraft& frame);
Change change_from(const AccountId& account, const wire::DeleteDraft& frame);
Change change_from(const AccountId& account, const wire::OfflineChange& change);

// The limit that the change exceeds, if any.
std::optional<wire::ErrorCode> length_refusal(const Config& config, const Change& change);

std::optional<Settled> settle_change(Turn& turn, ConnId conn, Task& task, const Change& change);
// Announces a stored change to the account's connections but one, and queues its job.
void publish(Turn& turn, const SlotKey& key, std::optional<ConnId> except, const Settled& settled);

}  // namespace dp::server
