#include "core/server/persistence.h"

#include <algorithm>

#include "core/server/cache.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

// An unanswered job is asked again after this many retry intervals; the guard makes it harmless.
constexpr Micros kUnansweredIntervals = 5;

std::size_t bytes_of(const DraftRow& row) {
  const auto size = [](const wire::NullableText& text) { return text ? text->size() : 0; };
  return size(row.draft) + size(row.preview) + size(row.tombstone) + sizeof(DraftRow);
}

void set_due(State& state, std::uint64_t number, Job& job, Micros due_us) {
  state.job_timers.erase({job.due_us, number});
  job.due_us = due_us;
  state.job_timers.emplace(due_us, number);
}

void submit(Turn& turn, std::uint64_t number, Job& job) {
  Waiter waiter;
  waiter.what = Waiter::For::job;
  waiter.slot = job.stored->row.slot;
  waiter.job = number;
  job.asked.push_back(ask(turn, WriteDraft{job.stored->row}, waiter));
  set_due(turn.state, number, job,
          turn.now.monotonic_us + kUnansweredIntervals * turn.state.config.persistence_retry_us);
}

bool is_newest_of_its_slot(const State& state, std::uint64_t number, const Job& job) {
  const auto slot = state.slots.find(job.stored->row.slot);
  return slot != state.slots.end() && !slot->second.jobs.empty() &&
         slot->second.jobs.back() == number;
}

void drop_job(Turn& turn, std::uint64_t number) {
  State& state = turn.state;
  const auto found = state.jobs.find(number);
  if (found == state.jobs.end()) return;
  Job& job = found->second;
  for (const QueryId query : job.asked) state.waiters.erase(query);
  state.job_timers.erase({job.due_us, number});
  state.unpersisted_bytes -= bytes_of(job.stored->row);
  state.jobs.erase(found);
}

// The table refused the row. Either it held the row already (a repeated job), or something newer
// of ours, or a change this process never saw: a write of its predecessor that landed late.
void reconcile_with_held(Turn& turn, const SlotKey& key, const Stored& ours,
                         const DraftWritten& written) {
  if (!written.held) {  // the chat was deleted meanwhile, or is not this account's
    log(turn, "a stored draft has no chat to live in");
    forget_jobs_through(turn, key, ours.row.version);
    drop_record(turn, key);
    return;
  }
  const DraftRow& held = *written.held;
  note_durable(turn.state, key, held.version);
  forget_jobs_through(turn, key, std::max(held.version, ours.row.version));
  if (held == ours.row) return;
  adopt_unseen_row(turn, key, held);
}

}  // namespace

void enqueue(Turn& turn, const SlotKey& key, const StoredRef& stored) {
  State& state = turn.state;
  const std::uint64_t number = state.next_job++;
  Job job;
  job.stored = stored;
  job.stored_us = turn.now.monotonic_us;
  state.unpersisted_bytes += bytes_of(stored->row);
  state.slots[key].jobs.push_back(number);
  submit(turn, number, state.jobs.emplace(number, std::move(job)).first->second);
}

void receive_job_answer(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer) {
  State& state = turn.state;
  const auto found = state.jobs.find(waiter.job);
  if (found == state.jobs.end()) return;
  Job& job = found->second;
  std::erase(job.asked, query);
  const auto* written = std::get_if<DraftWritten>(&answer);
  if (!written) {
    if (job.asked.empty()) {
      set_due(state, waiter.job, job, turn.now.monotonic_us + state.config.persistence_retry_us);
    }
    return;
  }
  const StoredRef stored = job.stored;
  if (written->applied) {
    note_durable(state, waiter.slot, stored->row.version);
    forget_jobs_through(turn, waiter.slot, stored->row.version);
  } else {
    reconcile_with_held(turn, waiter.slot, *stored, *written);
  }
}

void repeat_due_jobs(Turn& turn) {
  State& state = turn.state;
  while (!state.job_timers.empty() && state.job_timers.begin()->first <= turn.now.monotonic_us) {
    const std::uint64_t number = state.job_timers.begin()->second;
    Job& job = state.jobs.at(number);
    if (is_newest_of_its_slot(state, number, job)) {
      log(turn, "persistence job repeated");
      submit(turn, number, job);
    } else {
      state.job_timers.erase(state.job_timers.begin());  // it leaves with the newest one
    }
  }
}

void flush(Turn& turn, std::optional<AccountId> account) {
  for (auto& [number, job] : turn.state.jobs) {
    if (account && job.stored->row.slot.account != *account) continue;
    if (job.asked.empty() && is_newest_of_its_slot(turn.state, number, job)) {
      submit(turn, number, job);
    }
  }
}

void forget_jobs_through(Turn& turn, const SlotKey& key, Version version) {
  State& state = turn.state;
  const auto found = state.slots.find(key);
  if (found == state.slots.end()) return;
  auto& numbers = found->second.jobs;
  while (!numbers.empty() && state.jobs.at(numbers.front()).stored->row.version <= version) {
    drop_job(turn, numbers.front());
    numbers.pop_front();
  }
  if (numbers.empty()) note_chat_is_durable(state, key);
  tidy(state, key);
}

bool is_lagging(const State& state, const Now& now) {
  if (state.unpersisted_bytes >= state.config.max_unpersisted_bytes) return true;
  if (state.jobs.empty()) return false;
  const Micros window = state.config.persistence_window_us;
  const Micros margin = std::min(state.config.persistence_retry_us, window / 2);
  return oldest_job_age_us(state, now) >= window - margin;
}

Micros oldest_job_age_us(const State& state, const Now& now) {
  if (state.jobs.empty()) return 0;
  return now.monotonic_us - state.jobs.begin()->second.stored_us;
}

void sweep_tombstones(Turn& turn) {
  State& state = turn.state;
  if (!state.sweep_due_us) state.sweep_due_us = turn.now.monotonic_us + kDay;
  if (*state.sweep_due_us > turn.now.monotonic_us) return;
  state.sweep_due_us = turn.now.monotonic_us + kDay;
  Waiter waiter;
  waiter.what = Waiter::For::sweep;
  ask(turn, ExpireTombstones{turn.now.wall_us - state.config.unsealed_tombstone_life_us}, waiter);
}

void receive_sweep_answer(Turn& turn, const Answer& answer) {
  const auto* expired = std::get_if<TombstonesExpired>(&answer);
  if (!expired) return;  // tried again tomorrow
  for (const SlotKey& key : expired->slots) forget_expired_tombstone(turn, key);
}

}  // namespace dp::server
