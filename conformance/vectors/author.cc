#include "conformance/vectors/author.h"

#include "conformance/vectors/defects.h"
#include "conformance/vectors/input.h"

namespace dp::vectors {

Tried try_input(std::string_view type, const Json& common, const Json& input) {
  const Answerer answerer = answerer_of(type);
  if (answerer == nullptr) return {{}, "no such type"};
  Json whole = common.is_object() ? common : Json::object();
  whole.update(input);
  try {
    return {answerer(whole), ""};
  } catch (const BadVector& bad) {
    return {{}, "member \"" + bad.member + "\" is missing or malformed"};
  } catch (const Json::exception& wrong) {
    return {{}, wrong.what()};
  }
}

void Author::group(std::string_view type, Json common) {
  groups_.push_back({std::string(type), std::move(common), {}});
}

void Author::complain(std::string_view comment, std::string_view what) {
  complaints_.push_back(area_ + " " + groups_.back().type + ", \"" + std::string(comment) +
                        "\": " + std::string(what));
}

void Author::valid(std::string_view flag, std::string_view comment, Json input) {
  const Tried tried = try_input(groups_.back().type, groups_.back().common, input);
  if (!tried.problem.empty()) return complain(comment, tried.problem);
  if (!tried.answer.accepted) {
    return complain(comment, "refused " + tried.answer.output.dump());
  }
  Json flags = Json::array();
  if (!flag.empty()) flags.push_back(flag);
  add({{"tcId", ++count_}, {"comment", comment}, {"flags", std::move(flags)}, {"result", "valid"}},
      std::move(input), tried.answer.output);
}

void Author::defect(std::string_view name, std::string_view comment, Json input) {
  const Tried tried = try_input(groups_.back().type, groups_.back().common, input);
  if (!tried.problem.empty()) return complain(comment, tried.problem);
  if (tried.answer.accepted) return complain(comment, "accepted");
  if (description_of(name).empty()) return complain(comment, "unlisted defect");
  defects_.emplace(name);
  add({{"tcId", ++count_},
       {"comment", comment},
       {"flags", Json::array()},
       {"result", "invalid"},
       {"defect", name}},
      std::move(input), tried.answer.output);
}

void Author::add(Json test, Json input, Json expected) {
  test["input"] = std::move(input);
  if (!expected.is_null()) test["expected"] = std::move(expected);
  groups_.back().tests.push_back(std::move(test));
}

// One vector a line, so that a change shows as the vectors it changes.
std::string Author::text() const {
  Json defects = Json::object();
  for (const std::string& name : defects_) defects[name] = description_of(name);
  const auto line = [](const Json& value) { return value.dump(); };
  std::string out = "{\"format\": \"draftproof-vectors/1\",\n";
  out += " \"area\": " + line(area_) + ",\n \"about\": " + line(about_) + ",\n";
  out += " \"numberOfTests\": " + std::to_string(count_) + ",\n \"defects\": {";
  for (auto at = defects.begin(); at != defects.end(); ++at) {
    out += (at == defects.begin() ? "\n  " : ",\n  ") + line(at.key()) + ": " + line(at.value());
  }
  out += "},\n \"testGroups\": [";
  const char* between_groups = "\n";
  for (const Group& group : groups_) {
    out += std::string(between_groups) + "  {\"type\": " + line(group.type) +
           ", \"common\": " + line(group.common) + ", \"tests\": [";
    const char* between = "\n   ";
    for (const Json& test : group.tests) {
      out += between + line(test);
      between = ",\n   ";
    }
    out += "]}";
    between_groups = ",\n";
  }
  return out + "]}\n";
}

}  // namespace dp::vectors
