// What strikes the database and its jobs, in the words of the scenario language.
//
// Verbs act on every job that is due while they are in force, a fault on one alone: a delayed job
// holds those behind it up too, unless one of them overtook it; then they are let go in reverse.
// Guarantees: as retold_faults.h. Does not: tell a job that was both overtaken and repeated.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/capsule/step_list.h"
#include "sim/world/world.h"

namespace dp::sim {

// What the database takes for an answer when nothing is drawn (DatabaseProfile).
inline constexpr std::string_view kUsualAnswer = "\"do\": \"database_slow\", \"delay\": \"300us\"";

class RetoldJobs {
 public:
  explicit RetoldJobs(StepList& steps) : steps_(steps) {}

  void observe(const TraceEvent& event, const World& world);
  // False: this kind is none of the database or its jobs.
  bool strike(FaultKind kind, Micros time_us);
  // The server died and its jobs with it.
  void forget_jobs(Micros time_us);

 private:
  struct Asked {
    std::uint64_t query = 0;
    Micros time_us = 0;
    bool is_job = false;
  };
  struct SlowAnswer {
    std::optional<std::uint64_t> query;  // none: of a job that had waited
    Micros since_us = 0;
    std::size_t step = 0;
  };
  struct LateJob {
    Micros due_us = 0;  // by the clock of everybody else
    std::optional<Micros> overtaken_us;
  };

  void applied(const TraceEvent& event);
  void answered(const TraceEvent& event);
  void release(const LateJob& job, Micros time_us);

  StepList& steps_;
  Micros job_delay_us_ = 0;
  std::map<std::uint64_t, Asked> asked_;
  std::optional<Asked> last_;
  std::vector<SlowAnswer> slow_answers_;
  std::map<std::uint64_t, LateJob> late_;
  std::optional<std::size_t> failing_;  // the step of a failure that may yet be only a lost answer
  Micros failing_us_ = 0;
};

}  // namespace dp::sim
