// `draftproof mutants`: what it says of patches it cannot use, and of one bug that is noticed and
// one that is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"

namespace dp::cli {
namespace {

using testing::HasSubstr;

const std::string kSource = DP_SOURCE_DIR;

std::string header(const std::string& name) {
  return "# name: " + name +
         "\n# claim: A planted bug.\n# class: timing\n# expects: expectation\n# covers: R60\n";
}

// Nothing in a run depends on it: stale previews are never found anyway.
std::string harmless_patch(const std::string& name) {
  return header(name) +
         "--- a/core/client/preview_cache.cc\n+++ b/core/client/preview_cache.cc\n@@ -9,3 +9,3 @@\n"
         " void PreviewCache::drop_stale(Micros now_us) {\n"
         "+  if (now_us >= 0) return;\n";
}

TEST(MutantsCommand, a_patch_that_no_longer_applies_exits_3_and_is_named) {
  const Folder folder;
  folder.write("gone.patch", header("gone") +
                                 "--- a/core/client/editor.cc\n+++ b/core/client/editor.cc\n"
                                 "@@ -1,1 +1,1 @@\n-nobody ever wrote this line\n+or this\n");
  folder.write("moved.patch", header("moved") +
                                  "--- a/core/client/no_such_file.cc\n+++ b/x\n@@ -1 +1 @@\n"
                                  "-one\n+two\n");
  const Said said = say({.arguments = {"mutants", "--patches", folder.path().string()}});
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_THAT(said.err, HasSubstr("gone.patch: hunk 1 (near line 1) is not in "
                                  "core/client/editor.cc any more"));
  EXPECT_THAT(said.err, HasSubstr("moved.patch: there is no core/client/no_such_file.cc any more"));
}

TEST(MutantsCommand, bad_input_exits_2_and_says_where) {
  const Folder folder;
  folder.write("sloppy.patch", "# name: sloppy\nrubbish\n");
  const std::string patches = folder.path().string();
  const Said malformed = say({.arguments = {"mutants", "--patches", patches}});
  EXPECT_EQ(malformed.exit_code, 2);
  EXPECT_THAT(malformed.err, HasSubstr("sloppy.patch:2: neither a header line"));

  folder.write("sloppy.patch", harmless_patch("sloppy"));
  const Said nobody = say({.arguments = {"mutants", "--patches", patches, "--only", "x*"}});
  EXPECT_EQ(nobody.exit_code, 2);
  EXPECT_THAT(nobody.err, HasSubstr("no name of 1 mutants matches \"x*\""));

  const Folder empty;
  const Said none = say({.arguments = {"mutants", "--patches", empty.path().string()}});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("holds no *.patch"));
}

TEST(MutantsCommand, tells_the_bug_that_is_noticed_from_the_one_that_is_not) {
  const Folder folder;
  folder.write("client-no-flush-on-blur.patch",
               text_of_file(kSource + "/tests/mutants/client-no-flush-on-blur.patch"));
  folder.write("harmless.patch", harmless_patch("harmless"));
  const std::string report = (folder.path() / "verdicts.json").string();
  const std::string table = (folder.path() / "verdicts.md").string();
  const std::string before = text_of_file(kSource + "/core/client/editor.cc");
  const Said said =
      say({.arguments = {"mutants", "--patches", folder.path().string(), "--scenarios",
                         kSource + "/scenarios/sync/leaving-the-page-saves-at-once.json", "--json",
                         report, "--markdown", table}});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_THAT(said.out, HasSubstr("killed     client-no-flush-on-blur by "));
  EXPECT_THAT(said.out, HasSubstr("survived   harmless: A planted bug."));
  EXPECT_THAT(said.out, HasSubstr("2 mutants: 1 killed, 1 survived, 0 blunt, 0 broken"));
  EXPECT_EQ(text_of_file(kSource + "/core/client/editor.cc"), before);

  const auto json = nlohmann::json::parse(text_of_file(report));
  EXPECT_EQ(json.at("format"), "draftproof-mutants/1");
  EXPECT_EQ(json.at("assignment_checked"), false);
  const auto& killed = json.at("mutants").at(0);
  EXPECT_EQ(killed.at("name"), "client-no-flush-on-blur");
  EXPECT_EQ(killed.at("killed"), true);
  EXPECT_TRUE(killed.at("scenarios").contains("leaving-the-page-saves-at-once"));
  EXPECT_EQ(json.at("mutants").at(1).at("killed"), false);
  EXPECT_THAT(text_of_file(table), HasSubstr("| `harmless` | A planted bug. | survived |"));
}

TEST(MutantsCommand, seeds_notice_what_the_scenarios_that_were_played_do_not) {
  const Folder folder;
  folder.write("client-oldest-row-wins.patch",
               text_of_file(kSource + "/tests/mutants/client-oldest-row-wins.patch"));
  folder.write("crashes.patch", header("crashes") +
                                    "--- a/core/client/turns.cc\n+++ b/core/client/turns.cc\n"
                                    "@@ -395,1 +395,2 @@\n"
                                    " void Transition::store_failed(bool sealing) {\n"
                                    "+  if (!sealing) __builtin_trap();\n");
  const std::string report = (folder.path() / "verdicts.json").string();
  const Said said =
      say({.arguments = {"mutants", "--patches", folder.path().string(), "--scenarios",
                         kSource + "/scenarios/sync/two-devices-see-each-other.json", "--fuzz",
                         "60", "--json", report}});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  const auto json = nlohmann::json::parse(text_of_file(report));
  EXPECT_EQ(json.at("score").at("all").at("by_seeds"), 2);
  EXPECT_EQ(json.at("score").at("all").at("by_scenarios"), 0);
  const auto& mutants = json.at("mutants");
  EXPECT_TRUE(mutants.at(0).at("killed"));
  EXPECT_EQ(mutants.at(0).at("by"), nlohmann::json({"session_guarantees"}));
  EXPECT_EQ(mutants.at(1).at("by"), nlohmann::json({"crash"}));
  // The run that died was the first to meet the bug, not the first of all.
  EXPECT_GT(mutants.at(1).at("seeds"), 1);
  EXPECT_LE(mutants.at(1).at("seeds"), 60);
  EXPECT_EQ(mutants.at(1).at("seeds"), mutants.at(1).at("fuzz").at("seeds"));
}

TEST(MutantsCommand, no_seeds_are_a_mistake) {
  const Said said = say({.arguments = {"mutants", "--fuzz", "0"}});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("--fuzz"));
}

}  // namespace
}  // namespace dp::cli
