#include "sim/capsule/promotion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sim/capsule/capsule.h"
#include "sim/player/player.h"
#include "sim/scenario/bind.h"

namespace dp::sim {
namespace {

FuzzCase kept(const std::string& name) {
  const auto path = std::filesystem::path(DP_SOURCE_DIR) / "tests/fuzz/corpus/capsule" / name;
  std::ostringstream bytes;
  bytes << std::ifstream(path).rdbuf();
  const auto capsule = read_capsule(path.string(), bytes.str());
  EXPECT_TRUE(capsule.has_value()) << capsule.error();
  return capsule->one;
}

// What people did and when, without the ids of chats, which each run draws anew.
class Acts : public Observer {
 public:
  void observe(const TraceEvent& event, const World& world) override {
    if (world.phase() != Phase::safety || event.kind != EventKind::person) return;
    const std::string said = event.name == "edited" ? std::string(event.bytes) : std::string();
    acts.push_back(std::to_string(event.time_us) + " " + node_name(event.node) + " " +
                   std::string(event.name) + " " + said);
  }
  std::vector<std::string> acts;
};

std::vector<std::string> acts_of(const FuzzCase& one) {
  Acts seen;
  JudgeOptions options;
  options.watchers.push_back(&seen);
  judge(plan_of(one), options);
  return seen.acts;
}

// Lines such as: 15 201000 d1 person 0 0 "edited" "@Anna"
std::vector<std::string> acts_of(const std::string& scenario_text) {
  const auto scenario = bind_scenario("retold.json", "retold", scenario_text);
  EXPECT_TRUE(scenario.has_value());
  if (!scenario) return {};
  PlayOptions options;
  options.keep_trace = true;
  const Played played = play(*scenario, options);
  EXPECT_NE(played.record.status, RunStatus::error) << played.record.error;
  std::vector<std::string> acts;
  std::istringstream lines(played.trace);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string sequence, time, node, kind, number, other, name, said;
    words >> sequence >> time >> node >> kind >> number >> other >> name >> said;
    if (kind != "person") continue;
    const auto bare = [](const std::string& quoted) {
      return quoted.size() < 2 ? quoted : quoted.substr(1, quoted.size() - 2);
    };
    acts.push_back(time + " " + node + " " + bare(name) + " " +
                   (name == "\"edited\"" ? bare(said) : std::string()));
  }
  return acts;
}

class Retold : public testing::TestWithParam<std::string> {};

TEST_P(Retold, has_the_same_acts_at_the_same_times) {
  const FuzzCase one = kept(GetParam());
  const auto text = retold(one, "law/site", "retold", 1, Delays::shortest);
  ASSERT_TRUE(text.has_value()) << text.error();
  const std::vector<std::string> acts = acts_of(one);
  EXPECT_GE(acts.size(), 5u);
  EXPECT_EQ(acts_of(*text), acts);
}

INSTANTIATE_TEST_SUITE_P(Capsules, Retold,
                         testing::Values("words-after-a-clear.json",
                                         "wiped-with-a-full-disk.json"));

// The same run, but that its person opens the composer where they deleted the chat.
TEST(Promotion, retells_a_composed_chat_under_the_name_it_gets_later) {
  constexpr std::uint64_t kDeletes = 966;
  constexpr std::uint64_t kComposes = 960;
  FuzzCase one = kept("words-after-a-clear.json");
  for (Decision& decision : one.reduction.decisions) {
    if (decision.value == kDeletes) decision.value = kComposes;
  }
  const auto text = retold(one, "law/site", "retold", 1, Delays::shortest);
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_THAT(*text, testing::ContainsRegex("\"do\": \"compose\", \"as\": \"chat[0-9]\""));
  EXPECT_EQ(acts_of(*text), acts_of(one));
}

TEST(Promotion, of_a_run_that_holds_every_law_is_refused) {
  const auto text = promoted(kept("words-after-a-clear.json"), "focus_rule/x/y", "retold");
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error(), testing::HasSubstr("do not fail as a scenario"));
}

FuzzCase whole_run(std::string mix, std::uint64_t seed) {
  FuzzCase whole;
  whole.mix = std::move(mix);
  whole.seed = seed;
  return whole;
}

TEST(Promotion, names_what_has_no_words) {
  std::string said;
  for (std::uint64_t seed = 1; seed <= 20 && !said.contains("no words for server_"); ++seed) {
    FuzzCase one = whole_run("hostile", seed);
    one.reduction.until_us = 10 * kSecond;  // each is played for every seed that is tried
    const auto text = promoted(one, "law/site", "retold");
    ASSERT_FALSE(text.has_value());
    said = text.error();
  }
  EXPECT_THAT(said, testing::HasSubstr("no words for server_"));
}

// Whole runs with dozens of faults: what is told is a scenario, whether it fails or not.
TEST(Promotion, has_words_for_whatever_an_honest_world_does) {
  std::set<std::string> verbs;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto text = retold(whole_run("wide", seed), "law/site", "retold", 1, Delays::shortest);
    ASSERT_TRUE(text.has_value()) << "seed " << seed << ": " << text.error();
    const auto scenario = bind_scenario("retold.json", "retold", *text);
    ASSERT_TRUE(scenario.has_value()) << "seed " << seed << ": " << scenario.error().front().text();
    constexpr std::string_view kDo = "\"do\": \"";
    for (auto at = text->find(kDo); at != std::string::npos; at = text->find(kDo, at)) {
      at += kDo.size();
      verbs.insert(text->substr(at, text->find('"', at) - at));
    }
  }
  EXPECT_THAT(verbs, testing::IsSupersetOf(
                         {"backup",         "clone",          "crash",       "crashes_leave",
                          "database_down",  "database_mute",  "drift_clock", "drop_jobs",
                          "duplicate_jobs", "evict",          "hold",        "hollow",
                          "jump_clock",     "refuse",         "release",     "release_jobs",
                          "restore",        "restore_backup", "rot",         "session",
                          "slow_cipher",    "slow_disk",      "snapshot",    "wipe"}));
}

}  // namespace
}  // namespace dp::sim
