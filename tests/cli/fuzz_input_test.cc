// Bad input of `fuzz`, `replay` and `merge`: exit 2 with the file or the option, what was expected
// and what to do; exit 3 with the file that could not be written. Nothing is run and nothing of
// what was given is touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class FuzzInput : public testing::Test {
 protected:
  Said in_folder(std::vector<std::string> arguments) {
    return say({.arguments = std::move(arguments), .working_folder = folder_.path().string()});
  }
  void expect(const std::vector<std::string>& arguments, int exit_code, const std::string& words) {
    const Said said = in_folder(arguments);
    EXPECT_EQ(said.exit_code, exit_code) << arguments.back() << "\n" << said.out << said.err;
    EXPECT_THAT(said.err, HasSubstr(words)) << arguments.back();
    EXPECT_THAT(said.out, Not(HasSubstr("seeds of the mix"))) << arguments.back();
  }
  void refused(const std::vector<std::string>& arguments, const std::string& words) {
    std::vector<std::string> fuzz{"fuzz", "--seeds", "1..2"};
    if (arguments.front() == "--seeds") fuzz = {"fuzz"};
    fuzz.insert(fuzz.end(), arguments.begin(), arguments.end());
    expect(fuzz, 2, words);
  }
  // A summary of the seeds, as `fuzz --json` writes it; changed by hand afterwards.
  std::string part(const std::string& name, const std::string& seeds) {
    EXPECT_EQ(in_folder({"fuzz", "--mix", "planner", "--seeds", seeds, "--json", name}).exit_code,
              0);
    return text_of_file(folder_.path() / name);
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.rfind(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  }

  Folder folder_;
};

TEST_F(FuzzInput, shards_that_do_not_exist) {
  refused({"--shard", "0/4"}, "\"0/4\": shards are counted from 1 to 4, there is no 0");
  refused({"--shard", "5/4"}, "\"5/4\": shards are counted from 1 to 4, there is no 5");
  refused({"--shard", "1/0"}, "there are 1 to 4096 shards, not 0");
  refused({"--shard", "-1/4"}, "write i/n, such as 2/4");
  refused({"--shard", "2"}, "write i/n, such as 2/4");
  refused({"--shard", "3/3"}, "fewer seeds than shards");
}

TEST_F(FuzzInput, numbers_names_and_times) {
  refused({"--seeds", "9..1"}, "\"9..1\" is not a range of seeds: write A..B");
  refused({"--budget", "10"}, "\"10\" is not a time");
  refused({"--budget", "0s"}, "a budget must be longer than nothing");
  refused({"--mix", "horse"}, "there is no mix \"horse\"; there are default, house");
  refused({"--without", "rain"}, "there is no family of faults \"rain\"");
  refused({"--jobs", "0"}, "jobs");
}

TEST_F(FuzzInput, contradictions) {
  refused({"--two-run", "--planner"}, "--two-run excludes --planner");
  refused({"--two-run", "--mix", "house"}, "--mix excludes --two-run");
  refused({"--planner", "--mix", "two-run"}, "--mix excludes --planner");
  refused({"--promote", "a.json", "--no-shrink"},
          "which --no-shrink forbids: leave one of them out");
  refused({"--promote", "a.json", "--corpus", "c"}, "promote a capsule of the corpus with");
  refused({"--promote", "a.json", "--planner"}, "the mix planner has none: leave --promote out");
  refused({"--promote", "a.json", "--mix", "two-run"}, "the mix two-run has none");
  refused({"--planner", "--without", "disk"}, "the planner has none: leave it out");
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(FuzzInput, a_scenario_that_could_not_be_written_is_refused_before_anything_is_run) {
  const std::string wrong_name = "lower case words with dashes, such as my-claim.json";
  refused({"--promote", "My_Claim.json"}, wrong_name);
  refused({"--promote", std::string(49, 'a') + ".json"}, wrong_name);
  refused({"--promote", "nowhere/a.json"}, "there is no folder nowhere: make it first");
  fs::create_directory(folder_.path() / "a.json");
  refused({"--promote", "a.json"}, "this is a folder, not a file");
  const std::string capsule = std::string(DP_SOURCE_DIR) + "/tests/fuzz/corpus/capsule/";
  expect({"replay", capsule + "run-reduced.json", "--promote", "X.json"}, 2, "lower case words");
  expect({"replay", capsule + "planner-reduced.json", "--promote", "x.json"}, 2,
         "planner-reduced.json: only a single run can become a scenario");
}

TEST_F(FuzzInput, folders_that_are_no_corpus) {
  refused({"--corpus", ""}, "a corpus is a folder: give it a name");
  folder_.write("photos/cat.txt", "meow");
  refused({"--corpus", "photos"}, "photos: this folder is not empty and holds no journal");
  refused({"--corpus", "photos/cat.txt"},
          "photos/cat.txt: this is a file, and a corpus is a folder");
  refused({"--corpus", "/dev/null/x"}, "/dev/null/x/in-flight: Not a directory; name a folder");
  EXPECT_EQ(text_of_file(folder_.path() / "photos/cat.txt"), "meow");
}

TEST_F(FuzzInput, a_corpus_with_garbage_in_it) {
  folder_.write("broken/journal.jsonl", "garbage\n");
  refused({"--corpus", "broken"}, "broken/journal.jsonl:1: ");
  ASSERT_EQ(in_folder({"fuzz", "--seeds", "1..2", "--corpus", "c"}).exit_code, 0);
  const std::string journal = text_of_file(folder_.path() / "c/journal.jsonl");
  const std::string done = journal.substr(journal.find('\n') + 1);
  folder_.write("c/journal.jsonl", journal + "\x1b[2J\n");
  refused({"--corpus", "c"}, "c/journal.jsonl:3: ");
  folder_.write("c/journal.jsonl", journal + done);
  refused({"--corpus", "c"},
          "c/journal.jsonl:3: seeds 1..2 are here for the second time; this "
          "journal is damaged: name a new folder");
  folder_.write("c/journal.jsonl", replaced(journal, "journal/1", "journal/2"));
  refused({"--corpus", "c"}, "\"draftproof-journal/2\" is of another program");
  folder_.write("c/journal.jsonl", journal);
  folder_.write("c/in-flight/0.json", "{\"format\": ");
  refused({"--corpus", "c"}, "c/in-flight/0.json:1:");
  refused({"--corpus", "c"}, "delete this file and run the same command again");
}

TEST_F(FuzzInput, a_full_disk_is_named) {
  const Said report = in_folder({"fuzz", "--seeds", "1..2", "--json", "/dev/full"});
  EXPECT_EQ(report.exit_code, 3) << report.out;
  EXPECT_THAT(report.err, HasSubstr("/dev/full: the report could not be written: No space"));
  // The journal of a corpus: a name that leads to a device that is always full.
  fs::create_directories(folder_.path() / "c");
  fs::create_symlink("/dev/full", folder_.path() / "c/journal.jsonl");
  const Said said = in_folder({"fuzz", "--seeds", "1..2", "--corpus", "c"});
  EXPECT_THAT(said.exit_code, testing::AnyOf(2, 3)) << said.out;
  EXPECT_THAT(said.err, HasSubstr("c/journal.jsonl"));
}

TEST_F(FuzzInput, what_is_no_capsule) {
  const auto no_capsule = [&](const std::string& text, const std::string& words) {
    expect({"replay", folder_.write("bad.json", text)}, 2, "bad.json");
    expect({"replay", "bad.json"}, 2, words);
  };
  no_capsule("", "the file is empty");
  no_capsule("{", "is the capsule whole, and a capsule?");
  no_capsule("[]", "this is not a capsule");
  no_capsule("{\"format\": \"draftproof-capsule/77\"}", "replay it with the program that made it");
  no_capsule("{\"format\": \"draftproof-scenario/1\"}",
             "not a capsule but \"draftproof-scenario/1\"");
  no_capsule(std::string(70'000, ' '), "a capsule has at most 65536 bytes");
  const std::string whole =
      text_of_file(fs::path(DP_SOURCE_DIR) / "tests/fuzz/corpus/capsule/run-reduced.json");
  no_capsule(whole.substr(0, whole.size() / 2), "is the capsule whole, and a capsule?");
  no_capsule(replaced(whole, "\"seed\"", "\"seeds\""), "is no part of a capsule");
  expect({"replay", "absent.json"}, 2, "absent.json: No such file");
  expect({"replay", "."}, 2, "this is a folder, not a file");
}

TEST_F(FuzzInput, parts_that_do_not_belong_together) {
  const std::string one = part("one", "1..3");
  const std::string two = part("two", "3..4");
  expect({"merge", "one", "two"}, 2, "one and two both ran seeds of 3..4, which would count twice");
  folder_.write("other", replaced(part("x", "5..6"), "\"version\":\"", "\"version\":\"9."));
  expect({"merge", "one", "other"}, 2, "other does not belong to one: it is of version 9.");
  expect({"merge", "one", "other"}, 2, "run that shard again");
  folder_.write("other", replaced(part("x", "5..6"), "\"build\":\"", "\"build\":\"0"));
  expect({"merge", "one", "other"}, 2, "other does not belong to one: it is of build 0");
  folder_.write("newer", replaced(one, "summary/1", "summary/2"));
  expect({"merge", "newer"}, 2, "\"draftproof-fuzz-summary/2\" is of another program");
  EXPECT_EQ(text_of_file(folder_.path() / "one"), one);
}

TEST_F(FuzzInput, parts_that_are_none) {
  const std::string one = part("one", "1..3");
  folder_.write("torn", one.substr(0, one.size() - 30));
  expect({"merge", "one", "torn"}, 2, "torn: its last line is no summary");
  expect({"merge", "one", "torn"}, 2, "run its command again");
  expect({"merge", "one", folder_.write("empty", "")}, 2, "empty: its last line is no summary");
  expect({"merge", "absent"}, 2, "absent: No such file");
  expect({"merge", "."}, 2, ".: Is a directory");
  expect({"merge"}, 2, "FILE is required");
  expect({"merge", "one", "--json", "one"}, 2, "one of the parts, which would be lost");
  EXPECT_EQ(text_of_file(folder_.path() / "one"), one);
  EXPECT_EQ(in_folder({"merge", "one", "--json", "/dev/full"}).exit_code, 3);
}

}  // namespace
}  // namespace dp::cli
