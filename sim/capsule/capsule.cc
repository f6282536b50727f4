#include "sim/capsule/capsule.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "core/vocabulary/bytes.h"
#include "sim/capsule/case_kinds.h"
#include "sim/scenario/document.h"

namespace dp::sim {
namespace {

constexpr std::size_t kTextMax = 600;

// Ends at a character and holds nothing that is not text.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, kTextMax));
  while (!out.empty() && !is_valid_utf8(out) && text.size() > out.size() &&
         text.size() - out.size() < text.size() && kTextMax - out.size() < 4) {
    out.pop_back();
  }
  if (!is_valid_utf8(out)) {
    for (char& c : out) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  for (char& c : out) {
    if (c == '\0') c = '?';
  }
  if (text.size() > kTextMax) out += fmt::format("... ({} bytes)", text.size());
  return out;
}

// Grouped by site and node, which keeps a thousand decisions small; `at` is the place in the order
// in which they were asked for.
std::string decisions_text(const std::vector<Decision>& decisions, std::string_view indent) {
  struct Row {
    std::string answers;
  };
  std::map<std::pair<std::uint16_t, std::uint32_t>, Row> rows;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Decision& decision = decisions[i];
    Row& row = rows[{decision.key.site.value, decision.key.node}];
    if (!row.answers.empty()) row.answers += ' ';
    row.answers += fmt::format("{}:{}={}", i, decision.key.ordinal, decision.value);
  }
  std::string out = "[";
  bool first = true;
  for (const auto& [key, row] : rows) {
    out += fmt::format("{}\n{}  {{\"site\": {}, \"about\": {}, \"node\": {}, \"answers\": \"{}\"}}",
                       first ? "" : ",", indent, key.first, json_quoted(name(Site{key.first})),
                       key.second, row.answers);
    first = false;
  }
  return out + fmt::format("{}{}]", first ? "" : "\n", first ? "" : indent);
}

std::string checkpoints_text(const Checkpoints& checkpoints) {
  std::string values;
  values.reserve(checkpoints.values.size() * 4);
  for (const std::uint16_t value : checkpoints.values) values += fmt::format("{:04x}", value);
  return fmt::format("{{\"every\": {}, \"values\": \"{}\"}}", checkpoints.every, values);
}

std::string outcome_text(const CapsuleOutcome& outcome) {
  std::string out = fmt::format(
      ",\n  \"outcome\": {{\n    \"signature\": {},\n    \"digest\": {},\n    \"events\": {},\n"
      "    \"simulated_us\": {},\n    \"time_us\": {},\n    \"where\": {},\n    \"expected\": {},\n"
      "    \"seen\": {},\n    \"story\": [",
      json_quoted(outcome.signature), json_quoted(outcome.digest), outcome.events,
      outcome.simulated_us, outcome.time_us, json_quoted(outcome.where),
      json_quoted(outcome.expected), json_quoted(outcome.seen));
  for (std::size_t i = 0; i < outcome.story.size(); ++i) {
    out += fmt::format("{}\n      {}", i == 0 ? "" : ",", json_quoted(outcome.story[i]));
  }
  return out + fmt::format("{}],\n    \"checkpoints\": {}\n  }}",
                           outcome.story.empty() ? "" : "\n    ",
                           checkpoints_text(outcome.checkpoints));
}

std::string text_as_it_is(const Capsule& capsule) {
  const FuzzCase& one = capsule.one;
  const Reduction& reduction = one.reduction;
  std::string without;
  for (const Family family : one.without) {
    without += fmt::format("{}{}", without.empty() ? "" : ", ", json_quoted(name(family)));
  }
  std::string out = fmt::format(
      "{{\n  \"format\": \"{}\",\n"
      "  \"about\": \"A run of draftproof. Run it again: draftproof replay FILE\",\n"
      "  \"version\": {},\n  \"build\": {},\n  \"mix\": {},\n  \"seed\": {},\n"
      "  \"without\": [{}],\n  \"attempt\": {}",
      kCapsuleFormat, json_quoted(capsule.maker.version), json_quoted(capsule.maker.build),
      json_quoted(one.mix), one.seed, without, capsule.attempt);
  if (!one.client.empty()) {
    out += fmt::format(",\n  \"client\": {},\n  \"one_foreign\": {}", json_quoted(one.client),
                       one.one_foreign);
  }
  if (reduction.only_these) {
    std::string absent;
    for (const std::uint32_t device : reduction.absent) {
      absent += fmt::format("{}{}", absent.empty() ? "" : ", ", device);
    }
    out += fmt::format(",\n  \"reduced\": {{\n    \"absent\": [{}],", absent);
    if (reduction.until_us) out += fmt::format("\n    \"until_us\": {},", *reduction.until_us);
    out +=
        fmt::format("\n    \"decisions\": {}\n  }}", decisions_text(reduction.decisions, "    "));
  }
  if (capsule.drawn) {
    out += fmt::format(",\n  \"drawn\": {}", decisions_text(*capsule.drawn, "  "));
  }
  if (capsule.outcome) out += outcome_text(*capsule.outcome);
  return out + "\n}\n";
}

Checkpoints thinned(const Checkpoints& checkpoints) {
  Checkpoints out;
  out.every = checkpoints.every * 2;
  for (std::size_t i = 1; i < checkpoints.values.size(); i += 2) {
    out.values.push_back(checkpoints.values[i]);
  }
  return out;
}

}  // namespace

Capsule capsule_before(Maker maker, FuzzCase one) {
  Capsule out;
  out.maker = std::move(maker);
  out.one = std::move(one);
  return out;
}

Capsule capsule_after(Maker maker, FuzzCase one, const RunOutcome& detailed,
                      std::string_view signature, const std::vector<std::string>& story) {
  Capsule out = capsule_before(std::move(maker), std::move(one));
  CapsuleOutcome& outcome = out.outcome.emplace();
  outcome.digest = text_of(detailed.result.digest);
  outcome.events = detailed.result.events;
  outcome.simulated_us = detailed.result.simulated_us;
  outcome.checkpoints = detailed.checkpoints;
  for (const std::string& line : story) outcome.story.push_back(printable(line));
  if (const Violation* violation = detailed.violation_of(signature)) {
    outcome.signature = printable(signature);
    outcome.time_us = violation->time_us;
    outcome.where = violation->node ? node_name(*violation->node) : "world";
    outcome.expected = printable(violation->expected);
    outcome.seen = printable(violation->seen);
  }
  // Of a pair only the second run's are known, up to the place where it differs.
  const bool all_known = out.one.mix != kPairMix;
  if (!out.one.reduction.only_these && all_known) out.drawn = detailed.decisions;
  return out;
}

std::string capsule_text(const Capsule& capsule) {
  std::string text = text_as_it_is(capsule);
  Capsule smaller = capsule;
  while (text.size() > kCapsuleBytesMax) {
    if (smaller.outcome && smaller.outcome->checkpoints.values.size() > 256) {
      smaller.outcome->checkpoints = thinned(smaller.outcome->checkpoints);
    } else if (smaller.drawn) {
      smaller.drawn.reset();
    } else if (smaller.outcome && !smaller.outcome->story.empty()) {
      smaller.outcome->story.clear();
    } else {
      // Reduced to more decisions than a capsule holds: not yet worth keeping as reduced.
      smaller.one.reduction = {};
    }
    text = text_as_it_is(smaller);
  }
  return text;
}

}  // namespace dp::sim
