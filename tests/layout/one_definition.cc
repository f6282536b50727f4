#include "tests/layout/one_definition.h"

#include <map>
#include <regex>
#include <string>

namespace dp::layout {

Complaints types_have_one_definition(const SourceTree& tree) {
  static const std::regex kNamespace(R"(^namespace ([\w:]+) \{.*)");
  static const std::regex kType(
      R"(^(?:struct|class|enum class|enum|union) (\w+)(?!::|\w)[^;]*\{.*)");
  Complaints complaints;
  std::map<std::string, std::string> first_place;
  for (const auto& file : tree) {
    if (!file.is_cpp() || is_under(file.path, "tests")) continue;
    std::string within;
    bool anonymous = false;
    const std::string code = code_only(file.text);
    for (const auto view : lines_of(code)) {
      const std::string line(view);
      std::smatch match;
      if (std::regex_match(line, match, kNamespace)) {
        within = match[1];
        anonymous = false;
      } else if (line.starts_with("namespace {")) {
        anonymous = true;
      } else if (line.starts_with("} ")) {
        anonymous = false;  // what stands behind the brace was a comment: the end of a namespace
      } else if (!anonymous && std::regex_match(line, match, kType)) {
        const std::string name = within + "::" + match[1].str();
        const auto [place, is_new] = first_place.emplace(name, file.path);
        if (!is_new && place->second != file.path) {
          complaints.push_back(file.path + ": " + name + " is defined in " + place->second +
                               " too");
        }
      }
    }
  }
  return complaints;
}

}  // namespace dp::layout
