#include "cli/two_run_command.h"

#include <fmt/format.h>

#include "cli/interrupt.h"
#include "sim/two_run/two_run.h"

namespace dp::cli {
namespace {

using sim::ExitCode;
using sim::PairKind;

void print_difference(std::uint64_t seed, const sim::TwoRunResult& result) {
  if (!result.problem.empty()) fmt::print("  seed {}: {}\n", seed, result.problem);
  if (!result.difference) return;
  fmt::print("  seed {}, event {} of the server's view: {}\n    first:  {}\n    second: {}\n", seed,
             result.difference->ordinal, result.difference->field, result.difference->first,
             result.difference->second);
}

// Whether all pairs of the kind held.
bool play(const PairKind& kind, std::uint64_t seeds) {
  std::uint64_t compared = 0;
  std::uint64_t texts = 0;
  std::uint64_t masked_bytes = 0;
  std::uint64_t declassified = 0;
  std::uint64_t different = 0;
  std::uint64_t first_seed = 0;
  sim::TwoRunResult first;
  for (std::uint64_t seed = 1; seed <= seeds && !interrupted(); ++seed) {
    sim::TwoRunResult result = sim::two_run(seed, kind);
    compared += result.compared;
    texts += result.texts;
    masked_bytes += result.masked_bytes;
    declassified += result.declassified ? 1 : 0;
    if (result.holds()) continue;
    if (different++ > 0) continue;
    first_seed = seed;
    first = std::move(result);
  }
  fmt::print(
      "{:<28} {} pairs, {} events compared, {} texts differed, {} bytes recomputed, "
      "{} ended at a size, {} told apart\n",
      sim::name(kind), seeds, compared, texts, masked_bytes, declassified, different);
  if (different > 0) print_difference(first_seed, first);
  return different == 0;
}

}  // namespace

ExitCode two_run_command(const TwoRunOptions& options) {
  const auto wanted = sim::find_pair_kind(options.kind);
  if (!options.kind.empty() && !wanted) {
    fmt::print(stderr, "draftproof: there is no pair \"{}\"; there are", options.kind);
    for (std::size_t i = 0; i < sim::kPairKindCount; ++i) {
      fmt::print(stderr, " {}", sim::name(sim::pair_kind(i)));
    }
    fmt::print(stderr, "\n");
    return ExitCode::bad_input;
  }
  listen_for_interrupt();
  bool all_held = true;
  for (std::size_t i = 0; i < sim::kPairKindCount; ++i) {
    const PairKind kind = sim::pair_kind(i);
    if (wanted && kind != *wanted) continue;
    all_held = play(kind, options.seeds) && all_held;
  }
  if (std::fflush(stdout) != 0) return ExitCode::broken;
  if (interrupted()) return ExitCode::incomplete;
  return all_held ? ExitCode::all_hold : ExitCode::violation;
}

}  // namespace dp::cli
