#include <algorithm>

#include "conformance/vectors/author.h"
#include "conformance/vectors/vectors.h"

namespace dp::vectors {
namespace {

// What of the expectation did not come about; empty if all of it did. Members that are not expected
// are not looked at.
std::string difference(const Json& test, const Answer& answer) {
  const bool valid = test.at("result") == "valid";
  if (valid != answer.accepted) return valid ? "refused" : "accepted";
  const Json expected = test.value("expected", Json::object());
  for (const auto& [name, wanted] : expected.items()) {
    const bool given = answer.output.is_object() && answer.output.contains(name);
    if (!given) return name + " is missing";
    if (answer.output[name] != wanted) return name + " is " + answer.output[name].dump();
  }
  return "";
}

std::string outcome(std::string_view type, const Json& common, const Json& test) {
  const std::string result = test.at("result").get<std::string>();
  if (result != "valid" && result != "invalid") return "no such result";
  const Tried tried = try_input(type, common, test.at("input"));
  return tried.problem.empty() ? difference(test, tried.answer) : tried.problem;
}

void check_group(Checked& checked, std::string_view file, const Json& group) {
  GroupTally tally{std::string(file), group.at("type").get<std::string>(), 0, 0, 0};
  const bool known = answerer_of(tally.type) != nullptr;
  const Json common = group.value("common", Json::object());
  for (const Json& test : group.at("tests")) {
    if (!known) {
      ++tally.not_applicable;
      continue;
    }
    const std::string wrong = outcome(tally.type, common, test);
    ++(wrong.empty() ? tally.passed : tally.failed);
    if (wrong.empty()) continue;
    checked.failures.push_back(tally.file + " " + tally.type + " " + test.at("tcId").dump() + ": " +
                               wrong + " (" + test.at("comment").get<std::string>() + ")");
  }
  checked.groups.push_back(std::move(tally));
}

}  // namespace

void check_file(Checked& checked, std::string_view name, std::string_view text) {
  const std::string file(name);
  try {
    const Json whole = Json::parse(text);
    if (whole.at("format") != "draftproof-vectors/1") {
      checked.failures.push_back(file + ": another format");
      return;
    }
    std::size_t tests = 0;
    for (const Json& group : whole.at("testGroups")) {
      check_group(checked, name, group);
      tests += group.at("tests").size();
    }
    if (whole.at("numberOfTests") != tests) {
      checked.failures.push_back(file + ": numberOfTests is not " + std::to_string(tests));
    }
  } catch (const Json::exception& wrong) {
    checked.failures.push_back(file + ": " + wrong.what());
  }
}

bool Checked::all_hold() const {
  const bool any =
      std::ranges::any_of(groups, [](const GroupTally& one) { return one.passed > 0; });
  return any && failures.empty();
}

}  // namespace dp::vectors
