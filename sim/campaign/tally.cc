#include "sim/campaign/tally.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/marks/mark.h"

namespace dp::sim {

void CampaignTally::add_failure(const std::string& signature, std::uint64_t seed) {
  FailureCount& count = failures[signature];
  count.first_seed = count.runs == 0 ? seed : std::min(count.first_seed, seed);
  ++count.runs;
}

void CampaignTally::add(const FuzzCase& one, const RunOutcome& outcome, const MarkSet& marks_met) {
  ++runs;
  two_runs += outcome.pairs;
  masked_bytes += outcome.masked_bytes;
  histories += outcome.histories;
  events += outcome.result.events;
  frames += outcome.result.frames;
  simulated_s += static_cast<std::uint64_t>(outcome.result.simulated_us / kSecond);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    faults[i].armed += outcome.result.faults[i].armed;
    faults[i].fired += outcome.result.faults[i].fired;
    faults[i].had_effect += outcome.result.faults[i].had_effect;
  }
  marks.add(marks_met);
  for (const OracleTally& law : outcome.laws) comparisons[law.name] += law.comparisons;
  if (!outcome.failed()) return;
  ++failed;
  add_failure(outcome.signature(), one.seed);
}

void CampaignTally::add(const CampaignTally& other) {
  runs += other.runs;
  failed += other.failed;
  two_runs += other.two_runs;
  masked_bytes += other.masked_bytes;
  histories += other.histories;
  events += other.events;
  frames += other.frames;
  simulated_s += other.simulated_s;
  wall_us += other.wall_us;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    faults[i].armed += other.faults[i].armed;
    faults[i].fired += other.faults[i].fired;
    faults[i].had_effect += other.faults[i].had_effect;
  }
  marks.merge(other.marks);
  for (const auto& [law, count] : other.comparisons) comparisons[law] += count;
  for (const auto& [signature, count] : other.failures) {
    FailureCount& mine = failures[signature];
    mine.first_seed =
        mine.runs == 0 ? count.first_seed : std::min(mine.first_seed, count.first_seed);
    mine.runs += count.runs;
  }
}

namespace {

std::string listed(const std::map<std::string, std::string>& members) {
  std::string out = "{";
  for (const auto& [key, value] : members) {
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", json_quoted(key), value);
  }
  return out + "}";
}

}  // namespace

std::string tally_json(const CampaignTally& tally) {
  std::map<std::string, std::string> faults;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const FaultCount& count = tally.faults[i];
    if (count == FaultCount{}) continue;
    faults[std::string(name(static_cast<FaultKind>(i)))] =
        fmt::format("[{},{},{}]", count.armed, count.fired, count.had_effect);
  }
  std::map<std::string, std::string> marks;
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    const auto mark = static_cast<Mark>(i);
    if (tally.marks.of(mark) == 0) continue;
    marks[std::string(card(mark).name)] = fmt::format("{}", tally.marks.of(mark));
  }
  std::map<std::string, std::string> laws;
  for (const auto& [law, count] : tally.comparisons) laws[law] = fmt::format("{}", count);
  std::map<std::string, std::string> failures;
  for (const auto& [signature, count] : tally.failures) {
    failures[signature] = fmt::format("[{},{}]", count.runs, count.first_seed);
  }
  return fmt::format(
      "{{\"runs\":{},\"failed\":{},\"two_runs\":{},\"masked_bytes\":{},"
      "\"histories\":{},\"events\":{},\"frames\":{},"
      "\"simulated_s\":{},\"wall_us\":{},\"failures\":{},\"faults\":{},\"marks\":{},"
      "\"comparisons\":{}}}",
      tally.runs, tally.failed, tally.two_runs, tally.masked_bytes, tally.histories, tally.events,
      tally.frames, tally.simulated_s, tally.wall_us, listed(failures), listed(faults),
      listed(marks), listed(laws));
}

namespace {

class TallyReader {
 public:
  std::string problem;

  std::uint64_t number(const Value& value, std::string_view what) {
    if (value.is(Value::Kind::integer) && value.integer >= 0) {
      return static_cast<std::uint64_t>(value.integer);
    }
    if (problem.empty()) problem = fmt::format("{} must be a number from 0", what);
    return 0;
  }
  std::uint64_t number_at(const Value& object, std::string_view key) {
    const Value* value = object.find(key);
    if (value != nullptr) return number(*value, key);
    if (problem.empty()) problem = fmt::format("\"{}\" is missing", key);
    return 0;
  }
  std::vector<std::uint64_t> numbers(const Member& member, std::size_t count) {
    std::vector<std::uint64_t> out;
    if (member.value.is(Value::Kind::array)) {
      for (const Value& item : member.value.items) out.push_back(number(item, member.key));
    }
    if (out.size() != count && problem.empty()) {
      problem = fmt::format("\"{}\" must be {} numbers", member.key, count);
    }
    out.resize(count);
    return out;
  }
  const std::vector<Member>& members(const Value& object, std::string_view key) {
    static const std::vector<Member> none;
    const Value* value = object.find(key);
    if (value != nullptr && value->is(Value::Kind::object)) return value->members;
    if (problem.empty()) problem = fmt::format("\"{}\" must be an object", key);
    return none;
  }
};

void read_faults(TallyReader& reader, const Value& object, CampaignTally& out) {
  for (const Member& member : reader.members(object, "faults")) {
    const std::vector<std::uint64_t> counts = reader.numbers(member, 3);
    bool known = false;
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      if (name(static_cast<FaultKind>(i)) != member.key) continue;
      out.faults[i] = {counts[0], counts[1], counts[2]};
      known = true;
    }
    if (!known && reader.problem.empty()) {
      reader.problem = fmt::format("there is no fault \"{}\"", member.key);
    }
  }
}

}  // namespace

Micros simulated(const CampaignTally& tally) {
  constexpr std::uint64_t kMostSeconds = 200'000ULL * 365 * 86'400;
  return static_cast<Micros>(std::min(tally.simulated_s, kMostSeconds)) * kSecond;
}

std::expected<CampaignTally, std::string> tally_of(const Value& object) {
  TallyReader reader;
  CampaignTally out;
  if (!object.is(Value::Kind::object)) return std::unexpected("a tally must be an object");
  out.runs = reader.number_at(object, "runs");
  out.failed = reader.number_at(object, "failed");
  out.two_runs = reader.number_at(object, "two_runs");
  out.masked_bytes = reader.number_at(object, "masked_bytes");
  out.histories = reader.number_at(object, "histories");
  out.events = reader.number_at(object, "events");
  out.frames = reader.number_at(object, "frames");
  out.simulated_s = reader.number_at(object, "simulated_s");
  out.wall_us = static_cast<std::int64_t>(reader.number_at(object, "wall_us"));
  read_faults(reader, object, out);
  for (const Member& member : reader.members(object, "failures")) {
    const std::vector<std::uint64_t> counts = reader.numbers(member, 2);
    out.failures[member.key] = {counts[0], counts[1]};
  }
  for (const Member& member : reader.members(object, "comparisons")) {
    out.comparisons[member.key] = reader.number(member.value, member.key);
  }
  out.marks.runs = out.runs;
  for (const Member& member : reader.members(object, "marks")) {
    const std::optional<Mark> mark = find_mark(member.key);
    if (!mark) return std::unexpected(fmt::format("there is no mark \"{}\"", member.key));
    out.marks.runs_with[static_cast<std::size_t>(*mark)] = reader.number(member.value, member.key);
  }
  if (!reader.problem.empty()) return std::unexpected(reader.problem);
  return out;
}

}  // namespace dp::sim
