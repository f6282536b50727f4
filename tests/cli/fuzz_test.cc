// `draftproof fuzz`, `replay` and `merge` as a person uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class FuzzCommand : public testing::Test {
 protected:
  Said fuzz(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "fuzz");
    return say({.arguments = std::move(arguments), .working_folder = folder_.path().string()});
  }
  Said in_folder(std::vector<std::string> arguments) {
    return say({.arguments = std::move(arguments), .working_folder = folder_.path().string()});
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  nlohmann::json summary(const std::string& name) const {
    const std::string text = text_of_file(path(name));
    const std::size_t end = text.find_last_not_of('\n');
    const std::size_t begin = text.rfind('\n', end);
    return nlohmann::json::parse(text.substr(begin == std::string::npos ? 0 : begin + 1));
  }

  Folder folder_;
};

TEST_F(FuzzCommand, seeds_that_hold_exit_0_and_leave_nothing_behind) {
  const Said said = fuzz({"--seeds", "1..6", "--mix", "house", "--jobs", "2"});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("6 seeds of the mix house: 0 failed"));
  EXPECT_THAT(said.out, HasSubstr("had effect"));
  EXPECT_THAT(said.out, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(FuzzCommand, lines_of_runs_are_equal_for_any_number_of_jobs) {
  EXPECT_EQ(fuzz({"--seeds", "1..8", "--jobs", "1", "--json", "one.jsonl"}).exit_code, 0);
  EXPECT_EQ(fuzz({"--seeds", "1..8", "--jobs", "3", "--json", "three.jsonl"}).exit_code, 0);
  const auto runs = [&](const char* name) {
    const std::string text = text_of_file(path(name));
    return text.substr(0, text.rfind('\n', text.size() - 2));
  };
  EXPECT_EQ(runs("one.jsonl"), runs("three.jsonl"));
  EXPECT_EQ(std::ranges::count(runs("one.jsonl"), '\n'), 7);
  EXPECT_EQ(summary("one.jsonl").at("seeds"), nlohmann::json::parse("[[1,8]]"));
}

TEST_F(FuzzCommand, the_same_command_again_goes_on_and_does_nothing_twice) {
  EXPECT_EQ(fuzz({"--seeds", "1..4", "--corpus", "c"}).exit_code, 0);
  const Said more = fuzz({"--seeds", "1..7", "--corpus", "c", "--json", "more.jsonl"});
  EXPECT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.out, HasSubstr("4 seeds are done already"));
  EXPECT_THAT(more.out, HasSubstr("7 seeds of the mix default"));
  EXPECT_EQ(std::ranges::count(text_of_file(path("more.jsonl")), '\n'), 4);
  EXPECT_EQ(summary("more.jsonl").at("tally").at("runs"), 7);
}

TEST_F(FuzzCommand, shards_merge_into_what_one_campaign_says) {
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const std::string file = std::string(1, shard[0]) + ".jsonl";
    EXPECT_EQ(fuzz({"--seeds", "1..8", "--shard", shard, "--json", file}).exit_code, 0);
  }
  EXPECT_EQ(fuzz({"--seeds", "1..8", "--json", "all.jsonl"}).exit_code, 0);
  const Said said = in_folder({"merge", "1.jsonl", "2.jsonl", "3.jsonl", "--json", "sum.json"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  nlohmann::json sum = summary("sum.json");
  nlohmann::json all = summary("all.jsonl");
  sum.at("tally").erase("wall_us");
  all.at("tally").erase("wall_us");
  EXPECT_EQ(sum, all);
  const Said twice = in_folder({"merge", "1.jsonl", "2.jsonl", "1.jsonl"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err,
              HasSubstr("1.jsonl and 1.jsonl both ran seeds of 1..3, which would count twice"));
  const Said other = in_folder({"merge", "1.jsonl", folder_.write("x.json", "{}")});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("x.json: its last line is no summary"));
}

TEST_F(FuzzCommand, a_budget_that_ends_before_its_seeds_is_incomplete) {
  EXPECT_EQ(fuzz({"--seeds", "1..100000", "--budget", "300ms"}).exit_code, 4);
  EXPECT_EQ(fuzz({"--budget", "300ms", "--mix", "house"}).exit_code, 0);
}

TEST_F(FuzzCommand, a_folder_that_is_no_corpus_is_refused_by_name) {
  folder_.write("photos/cat.txt", "meow");
  const Said photos = fuzz({"--seeds", "1..2", "--corpus", "photos"});
  EXPECT_EQ(photos.exit_code, 2);
  EXPECT_THAT(photos.err, HasSubstr("photos: this folder is not empty and holds no journal"));
  folder_.write("broken/journal.jsonl", "garbage\n");
  const Said broken = fuzz({"--seeds", "1..2", "--corpus", "broken"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.err, HasSubstr("broken/journal.jsonl:1: "));
}

TEST_F(FuzzCommand, a_corpus_of_another_mix_does_not_go_on) {
  EXPECT_EQ(fuzz({"--seeds", "1..2", "--corpus", "c", "--mix", "house"}).exit_code, 0);
  const Said said = fuzz({"--seeds", "1..2", "--corpus", "c", "--mix", "wide"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("it is of the mix house, not wide"));
}

TEST_F(FuzzCommand, a_full_disk_is_named_and_exits_3) {
  const Said said = fuzz({"--seeds", "1..2", "--json", "/dev/full"});
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_THAT(said.err, HasSubstr("/dev/full"));
}

// Starts a campaign, waits until it has recorded something, and kills it without a word.
void kill_in_the_middle(const fs::path& folder) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    if (::chdir(folder.c_str()) != 0 || std::freopen("/dev/null", "w", stdout) == nullptr)
      ::_exit(9);
    ::execl(built_program().c_str(), "draftproof", "fuzz", "--seeds", "1..100000", "--corpus", "c",
            "--jobs", "2", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const fs::path journal = folder / "c/journal.jsonl";
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::ranges::count(text_of_file(journal), '\n') < 2 &&
         std::chrono::steady_clock::now() < limit) {
    ::sched_yield();
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(FuzzCommand, killed_in_mid_run_it_leaves_capsules_and_goes_on) {
  kill_in_the_middle(folder_.path());
  std::vector<std::string> capsules;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "c/in-flight")) {
    if (entry.path().extension() == ".json") capsules.push_back(entry.path().string());
  }
  ASSERT_FALSE(capsules.empty());
  const Said replayed = in_folder({"replay", capsules.front()});
  EXPECT_THAT(replayed.exit_code, testing::AnyOf(0, 1)) << replayed.err;
  // Half a line, as a crash of the machine leaves it.
  const std::string journal = path("c/journal.jsonl");
  const auto lines = std::ranges::count(text_of_file(journal), '\n');
  folder_.write("c/journal.jsonl", text_of_file(journal) + "{\"done\":[9");
  const Said said = fuzz({"--budget", "1ms", "--corpus", "c", "--json", "j"});
  EXPECT_THAT(said.out, HasSubstr("seeds are done already")) << said.err;
  EXPECT_THAT(said.out, HasSubstr("ended its process the last time it was run"));
  EXPECT_GE(std::ranges::count(text_of_file(journal), '\n'), lines);
  EXPECT_GT(summary("j").at("tally").at("runs"), 0);
}

// A capsule left twice by the same run: it is not begun a third time, and it is a failure.
TEST_F(FuzzCommand, a_run_that_ends_its_process_twice_is_a_failure) {
  EXPECT_EQ(fuzz({"--seeds", "1..1", "--corpus", "c"}).exit_code, 0);
  folder_.write("c/in-flight/0.json",
                R"({"format": "draftproof-capsule/2", "version": "0", "build": "0", "mix":
                "default", "seed": 2, "without": [], "attempt": 2})");
  const Said said = fuzz({"--seeds", "1..3", "--corpus", "c", "--json", "j"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_THAT(said.out, HasSubstr("FAILED mix default seed 2"));
  EXPECT_THAT(said.out, HasSubstr("ended its process"));
  EXPECT_EQ(summary("j").at("tally").at("runs"), 3);
  EXPECT_EQ(summary("j").at("tally").at("failed"), 1);
}

}  // namespace
}  // namespace dp::cli
