#include "sim/campaign/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/campaign/identity_json.h"
#include "sim/campaign/silence.h"
#include "sim/scenario/duration.h"

namespace dp::sim {

namespace {

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& one : names) out += (out.empty() ? "" : ",") + json_quoted(one);
  return out;
}

}  // namespace

std::string summary_json(const FuzzSummary& summary) {
  std::string seeds;
  for (const SeedRange& range : summary.done.ranges()) {
    seeds += fmt::format("{}[{},{}]", seeds.empty() ? "" : ",", range.first, range.last);
  }
  const Silence silence = silence_of(summary);
  return fmt::format(
      "{{\"format\":\"{}\",{},\"complete\":{},\"seeds\":[{}],\"silent\":{{\"faults\":[{}],"
      "\"marks\":[{}],\"laws\":[{}]}},\"tally\":{}}}\n",
      kSummaryFormat, identity_members(summary.identity), summary.complete, seeds,
      quoted_list(silence.faults), quoted_list(silence.marks), quoted_list(silence.laws),
      tally_json(summary.tally));
}

namespace {

std::string_view last_line(std::string_view bytes) {
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.remove_suffix(1);
  const std::size_t begin = bytes.rfind('\n');
  return begin == std::string_view::npos ? bytes : bytes.substr(begin + 1);
}

std::expected<FuzzSummary, std::string> summary_of(const Value& object) {
  FuzzSummary out;
  auto identity = identity_of(object);
  if (!identity) return std::unexpected(identity.error());
  out.identity = std::move(*identity);
  const Value* complete = object.find("complete");
  const Value* seeds = object.find("seeds");
  const Value* tally = object.find("tally");
  if (complete == nullptr || !complete->is(Value::Kind::boolean) || seeds == nullptr ||
      !seeds->is(Value::Kind::array) || tally == nullptr) {
    return std::unexpected("expected \"complete\", \"seeds\" and \"tally\"");
  }
  out.complete = complete->boolean;
  for (const Value& item : seeds->items) {
    const auto range = seed_range_of(item);
    if (!range) return std::unexpected(range.error());
    if (out.done.overlaps(*range)) return std::unexpected("a seed is listed twice");
    out.done.add(*range);
  }
  auto sums = tally_of(*tally);
  if (!sums) return std::unexpected(sums.error());
  out.tally = std::move(*sums);
  if (out.tally.runs != out.done.count()) {
    return std::unexpected("the number of runs is not that of the seeds");
  }
  return out;
}

}  // namespace

std::expected<FuzzSummary, std::string> read_summary(std::string_view file,
                                                     std::string_view bytes) {
  const auto problem = [&](std::string_view message) {
    return std::unexpected(
        fmt::format("{}: {} (expected what fuzz or merge wrote with --json; a campaign that was "
                    "killed has not written it yet: run its command again)",
                    file, one_line(message)));
  };
  const auto value = read_document(file, last_line(bytes), kCampaignLimits);
  if (!value) return problem("its last line is no summary: " + value.error().message);
  if (const std::string wrong = wrong_format(*value, kSummaryFormat); !wrong.empty()) {
    return problem("its last line is no summary: " + wrong);
  }
  auto summary = summary_of(*value);
  if (!summary) return problem(summary.error());
  return summary;
}

namespace {

// Why two parts are not of one campaign; "" if they are.
std::string difference(const CampaignIdentity& part, const CampaignIdentity& first) {
  const auto differ = [](std::string_view what, std::string_view one, std::string_view other) {
    return fmt::format("it is of {} {}, not {}", what, one_line(one), one_line(other));
  };
  if (part.maker.version != first.maker.version) {
    return differ("version", part.maker.version, first.maker.version);
  }
  if (part.maker.build != first.maker.build) {
    return differ("build", part.maker.build, first.maker.build);
  }
  return mismatch(part, first);
}

}  // namespace

std::expected<FuzzSummary, std::string> merged(const std::vector<NamedSummary>& parts) {
  FuzzSummary out = parts.front().summary;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const FuzzSummary& part = parts[i].summary;
    if (const std::string why = difference(part.identity, out.identity); !why.empty()) {
      return std::unexpected(fmt::format(
          "{} does not belong to {}: {}; the shards of a campaign are run by one build of the "
          "program with the same options: run that shard again",
          parts[i].file, parts.front().file, why));
    }
    for (const SeedRange& range : part.done.ranges()) {
      if (!out.done.overlaps(range)) continue;
      const auto other = std::ranges::find_if(
          parts, [&](const NamedSummary& earlier) { return earlier.summary.done.overlaps(range); });
      return std::unexpected(
          fmt::format("{} and {} both ran seeds of {}..{}, which would count twice: leave one of "
                      "them out",
                      other->file, parts[i].file, range.first, range.last));
    }
    for (const SeedRange& range : part.done.ranges()) out.done.add(range);
    out.tally.add(part.tally);
    out.complete = out.complete && part.complete;
  }
  return out;
}

namespace {

std::string rate(std::uint64_t count, std::int64_t wall_us) {
  if (wall_us <= 0) return "-";
  return fmt::format("{}", count * 1'000'000 / static_cast<std::uint64_t>(wall_us));
}

std::string fault_lines(const CampaignTally& tally) {
  std::string out =
      fmt::format("\n  {:<28} {:>10} {:>10} {:>10}", "fault", "armed", "fired", "had effect");
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const FaultCount& count = tally.faults[i];
    if (count.armed == 0) continue;
    out += fmt::format("\n  {:<28} {:>10} {:>10} {:>10}", name(static_cast<FaultKind>(i)),
                       count.armed, count.fired, count.had_effect);
  }
  return out;
}

}  // namespace

std::string summary_text(const FuzzSummary& summary) {
  const CampaignTally& tally = summary.tally;
  std::string out = fmt::format(
      "{} seeds of the mix {}: {} failed in {} ways; {} marks of {} met; {} simulated, {} events, "
      "{} pairs of runs compared with {} masked bytes recomputed, {} histories of the planner; {} "
      "seeds/s, {} events/s",
      tally.runs, summary.identity.mix, tally.failed, tally.failures.size(), tally.marks.met(),
      kMarkCount, duration_text(simulated(tally)), tally.events, tally.two_runs, tally.masked_bytes,
      tally.histories, rate(tally.runs, tally.wall_us), rate(tally.events, tally.wall_us));
  for (const auto& [law, count] : tally.comparisons) {
    if (count == 0) out += fmt::format("\n  the law {} compared nothing in any run", law);
  }
  const Silence silence = silence_of(summary);
  for (const std::string& fault : silence.faults) {
    out += fmt::format("\n  the fault {} had no effect in any of {} runs", fault, tally.runs);
  }
  for (const std::string& mark : silence.marks) {
    out += fmt::format("\n  the mark {} was met in none of {} runs", mark, tally.runs);
  }
  for (const auto& [signature, count] : tally.failures) {
    out += fmt::format("\n  {} times, first with seed {}: {}", count.runs, count.first_seed,
                       signature);
  }
  return out + fault_lines(tally);
}

}  // namespace dp::sim
