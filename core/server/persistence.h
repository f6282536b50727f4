// Persistence jobs: one per stored change, asked until the table holds it or something newer.
//
// The persistence window W bounds how long an acknowledged change may live only in memory. Jobs
// leave at once; a failed or unanswered one is asked again, for the newest change of a slot only,
// because the table keeps only the newest. Older ones stay queued beside it for their age, so that
// steady typing into a dead database still reaches the window and is refused.
// Does not: drop a job before the table has answered for its version or a higher one.
#pragma once

#include "core/server/state.h"

namespace dp::server {

void enqueue(Turn& turn, const SlotKey& key, const StoredRef& stored);
void receive_job_answer(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer);
void repeat_due_jobs(Turn& turn);
// Asks every job that waits for its retry now: of one account, or of all.
void flush(Turn& turn, std::optional<AccountId> account);
// Everything of the slot up to `version` is in the table or was overtaken there.
void forget_jobs_through(Turn& turn, const SlotKey& key, Version version);

// True if nothing more may be acknowledged from memory: the oldest job is about to reach W, or
// queued jobs hold too many bytes.
bool is_lagging(const State& state, const Now& now);
Micros oldest_job_age_us(const State& state, const Now& now);

// Deletes expired unsealed tombstones from the table once a day.
void sweep_tombstones(Turn& turn);
void receive_sweep_answer(Turn& turn, const Answer& answer);

}  // namespace dp::server
