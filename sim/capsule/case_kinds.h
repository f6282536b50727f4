// The two kinds of case that are no single run: a pair of runs, and histories of the merge code.
// Private to this room.
//
// Guarantees: like judge_case; the violations are called "two_run/..." and "planner/...".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/capsule/fuzz_case.h"

namespace dp::sim {

inline constexpr std::string_view kPairMix = "two-run";
inline constexpr std::string_view kPlannerMix = "planner";
// How many small histories a seed of the planner has, and a seed of another mix beside its run. Few
// there, because the planner alone judges histories many times faster than a campaign of runs does.
inline constexpr std::uint32_t kHistoriesOfSeed = 16;
inline constexpr std::uint32_t kHistoriesBesideRun = 4;

// What a shrinker took away is taken from the plan, and so are families that are switched off.
RunPlan reduced_plan(RunPlan plan, const FuzzCase& one);

// Two runs by the seed's kind of pair, compared. The first is the result, and is held to the laws.
RunPlan plan_of_pair(const FuzzCase& one);
RunOutcome judge_pair(const FuzzCase& one, const JudgeOptions& options);

// `story`, if given, becomes what happened in the history that broke a law.
RunOutcome judge_histories(const FuzzCase& one, std::vector<std::string>* story);

// Adds what the comparison alone says to a run that was judged.
void add_pair(const FuzzCase& one, RunOutcome& outcome);

}  // namespace dp::sim
