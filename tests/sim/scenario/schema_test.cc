// One vocabulary: the tables, the JSON Schema, the documentation and the committed files agree.
#include "sim/scenario/schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/client/effect.h"
#include "sim/scenario/bind.h"
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

const std::filesystem::path kSource = DP_SOURCE_DIR;
constexpr std::string_view kReferenceMark = "<!-- reference -->\n\n";

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// DRAFTPROOF_RECORD=1 writes the files anew; a reviewer sees the difference.
void expect_file(const std::filesystem::path& path, const std::string& wanted) {
  if (std::getenv("DRAFTPROOF_RECORD") != nullptr && text_of_file(path) != wanted) {
    std::ofstream(path, std::ios::binary) << wanted;
  }
  EXPECT_EQ(text_of_file(path), wanted)
      << path << " differs from the program's tables; run this test with DRAFTPROOF_RECORD=1";
}

TEST(Schema, the_committed_schema_is_that_of_the_tables) {
  expect_file(kSource / "scenarios" / "scenario.schema.json", scenario_schema());
}

TEST(Schema, the_documentation_holds_the_reference_of_the_tables) {
  const std::filesystem::path path = kSource / "docs" / "scenarios.md";
  const std::string text = text_of_file(path);
  const std::size_t mark = text.find(kReferenceMark);
  ASSERT_NE(mark, std::string::npos);
  expect_file(path, text.substr(0, mark + kReferenceMark.size()) + reference_markdown());
}

TEST(Schema, every_word_of_the_tables_is_in_the_schema) {
  const std::string schema = scenario_schema();
  auto has = [&](std::string_view word) {
    return schema.find("\"" + std::string(word) + "\"") != std::string::npos;
  };
  for (const VerbSpec& verb : verbs()) {
    EXPECT_TRUE(has(verb.name)) << verb.name;
    for (const ArgumentSpec& argument : verb.arguments) EXPECT_TRUE(has(argument.name));
  }
  for (const ExpectationSpec& spec : expectations()) EXPECT_TRUE(has(spec.name)) << spec.name;
  for (const SettingSpec& spec : settings()) EXPECT_TRUE(has(spec.name)) << spec.name;
}

TEST(Schema, words_are_unique_for_each_side) {
  std::set<std::pair<Who, std::string_view>> seen;
  for (const VerbSpec& verb : verbs()) EXPECT_TRUE(seen.insert({verb.who, verb.name}).second);
  seen.clear();
  for (const ExpectationSpec& spec : expectations()) {
    EXPECT_TRUE(seen.insert({spec.who, spec.name}).second) << spec.name;
  }
}

struct Example {
  std::string name;
  std::string text;
};

std::vector<Example> examples() {
  std::vector<Example> out;
  const std::string text = text_of_file(kSource / "docs" / "scenarios.md");
  constexpr std::string_view open = "```jsonc scenario\n";
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::string body = text.substr(at, text.find("```", at) - at);
    const std::size_t name = body.find("\"name\": \"") + 9;
    out.push_back({body.substr(name, body.find('"', name) - name), body});
  }
  return out;
}

TEST(Schema, every_example_of_the_documentation_is_well_formed) {
  ASSERT_GE(examples().size(), 6u);
  for (const Example& example : examples()) {
    const auto scenario = bind_scenario(example.name + ".json", example.name, example.text);
    EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().front().text());
  }
}

}  // namespace
}  // namespace dp::sim
