#include "sim/capsule/retold_jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/duration.h"

namespace dp::sim {
namespace {

constexpr Micros kUsualAnswerUs = 300;  // as kUsualAnswer; carried out when half of it is over
constexpr Micros kUsuallyAppliedUs = kUsualAnswerUs / 2;

}  // namespace

void RetoldJobs::observe(const TraceEvent& event, const World& world) {
  job_delay_us_ = world.config().database.job_delay_us;
  switch (event.kind) {
    case EventKind::db_asked:
      last_ = {event.number, event.time_us, event.other == 1};
      asked_[event.number] = *last_;
      return;
    case EventKind::db_applied:
      return applied(event);
    case EventKind::db_answered:
      return answered(event);
    default:
      return;
  }
}

bool RetoldJobs::strike(FaultKind kind, Micros time_us) {
  const Micros due_us = time_us + job_delay_us_;
  switch (kind) {
    case FaultKind::database_slow: {
      SlowAnswer slow{std::nullopt, time_us, steps_.say_before(time_us, "server", kUsualAnswer)};
      if (last_ && last_->time_us == time_us && !last_->is_job) slow.query = last_->query;
      slow_answers_.push_back(slow);
      steps_.say(time_us + 1, "server", kUsualAnswer);
      return true;
    }
    case FaultKind::database_failed:
      failing_ = steps_.say_before(time_us, "server", "\"do\": \"database_down\"");
      failing_us_ = time_us;
      steps_.say(time_us + 1, "server", "\"do\": \"database_up\"");
      return true;
    case FaultKind::job_lost:
      steps_.say_before(due_us, "server", "\"do\": \"hold_jobs\"");
      steps_.say(due_us + 1, "server", "\"do\": \"drop_jobs\"");
      steps_.say(due_us + 1, "server", "\"do\": \"release_jobs\"");
      return true;
    case FaultKind::job_delayed:
    case FaultKind::job_reordered:
      if (last_) late_.emplace(last_->query, LateJob{due_us, std::nullopt});
      return true;
    case FaultKind::job_duplicated:
      steps_.say_before(time_us, "server", "\"do\": \"duplicate_jobs\"");
      steps_.say(time_us + 1, "server", "\"do\": \"duplicate_jobs\", \"twice\": false");
      return true;
    default:
      return false;
  }
}

void RetoldJobs::applied(const TraceEvent& event) {
  if (failing_ && failing_us_ == event.time_us) {
    steps_.say_again(*failing_, "server", "\"do\": \"database_mute\"");
  }
  failing_.reset();
  const auto asked = asked_.find(event.number);
  if (event.other > 0 || asked == asked_.end() || !asked->second.is_job) return;
  if (const auto late = late_.find(event.number); late != late_.end()) {
    release(late->second, event.time_us - kUsuallyAppliedUs);
    late_.erase(late);
    return;
  }
  for (auto& [query, late] : late_) {
    if (!late.overtaken_us && late.due_us < event.time_us) late.overtaken_us = event.time_us;
  }
}

void RetoldJobs::release(const LateJob& job, Micros time_us) {
  if (time_us <= job.due_us) return;
  steps_.say_before(job.due_us, "server", "\"do\": \"hold_jobs\"");
  if (job.overtaken_us) {
    steps_.say(*job.overtaken_us, "server", "\"do\": \"release_jobs\", \"order\": \"reversed\"");
  } else {
    steps_.say(time_us, "server", "\"do\": \"release_jobs\"");
  }
}

void RetoldJobs::answered(const TraceEvent& event) {
  const auto asked = asked_.find(event.number);
  const bool waited = asked != asked_.end() && asked->second.is_job;
  const auto slow = std::ranges::find_if(slow_answers_, [&](const SlowAnswer& one) {
    return one.query ? *one.query == event.number : waited && asked->second.time_us <= one.since_us;
  });
  if (asked != asked_.end()) asked_.erase(asked);
  if (slow == slow_answers_.end()) return;
  steps_.say_again(slow->step, "server",
                   fmt::format("\"do\": \"database_slow\", \"delay\": \"{}\"",
                               duration_text(event.time_us - slow->since_us)));
  slow_answers_.erase(slow);
}

void RetoldJobs::forget_jobs(Micros time_us) {
  for (const auto& [query, job] : late_) release({job.due_us, std::nullopt}, time_us);
  late_.clear();
  asked_.clear();
  slow_answers_.clear();
}

}  // namespace dp::sim
