// The player: verbs do what they say, expectations fail when they should, and a run is a function
// of scenario and seed.
#include "sim/player/player.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/player/handlers.h"
#include "sim/player/tampering.h"
#include "sim/scenario/bind.h"

namespace dp::sim {
namespace {

Scenario scenario_of(const std::string& text, const std::string& name = "t") {
  auto scenario = bind_scenario(name + ".json", name, text);
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().front().text());
  return scenario ? *scenario : Scenario{};
}

Scenario story(const std::string& steps, const std::string& top = "") {
  return scenario_of(
      "{\"format\": \"draftproof-scenario/1\", \"name\": \"t\", \"story\": \"s\", \"covers\": "
      "[\"R01\"], \"devices\": [\"phone\", \"laptop\"], \"chats\": [\"lunch\"], " +
      top + "\"steps\": " + steps + "}");
}

const std::string kTyped = R"({"on": "phone", "do": "open", "chat": "lunch"},
  {"on": "phone", "do": "type", "text": "noodles"}, {"quiet": true})";

TEST(Player, every_verb_has_a_handler_and_every_handler_a_verb) {
  std::size_t handlers = server_verbs().size() + keeping_verbs().size();
  for (const auto* verbs :
       {&person_verbs(), &process_verbs(), &network_verbs(), &forging_verbs()}) {
    handlers += verbs->size();
  }
  EXPECT_EQ(handlers, verbs().size());
  for (const VerbSpec& verb : verbs()) {
    const bool found = verb.who == Who::server ? find_server_handler(verb.name) != nullptr
                                               : find_device_handler(verb.name) != nullptr;
    EXPECT_TRUE(found) << verb.name;
  }
}

TEST(Player, a_plain_story_passes_and_compares) {
  const Played played = play(
      story("[" + kTyped + R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}}])"),
      {});
  EXPECT_EQ(played.record.status, RunStatus::passed) << story_text(played.record, "");
  EXPECT_GT(played.record.comparisons, 100u);
  EXPECT_GT(played.record.events, 20u);
  EXPECT_EQ(played.record.digest.size(), 32u);
}

TEST(Player, an_expectation_that_does_not_hold_fails_with_its_story) {
  const Played played = play(
      story("[" + kTyped + R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "pizza"}}}])"), {});
  ASSERT_EQ(played.record.status, RunStatus::failed);
  const ReportedViolation& violation = played.record.violations.front();
  EXPECT_EQ(violation.rule, "expectation");
  EXPECT_EQ(violation.where, "laptop");
  EXPECT_EQ(violation.expected, "drafts of lunch to be \"pizza\"");
  EXPECT_EQ(violation.seen, "\"noodles\"");
  EXPECT_TRUE(violation.place.starts_with("t.json:2:")) << violation.place;
  EXPECT_FALSE(violation.story.empty());
}

TEST(Player, a_missed_expectation_ends_the_steps) {
  const Played played = play(story("[" + kTyped +
                                   R"(, {"on": "phone", "expect": {"version": 9}},
                                       {"on": "phone", "expect": {"version": 8}}])"),
                             {});
  EXPECT_EQ(played.record.violations.size(), 1u);
}

TEST(Player, within_waits_no_longer_than_it_says) {
  const std::string wait = R"(, {"on": "phone", "expect": {"version": 9}, "within": "90s"}])";
  const Played played = play(story("[" + kTyped + wait), {});
  ASSERT_EQ(played.record.status, RunStatus::failed);
  const Played quick =
      play(story("[" + kTyped + R"(, {"on": "phone", "expect": {"version": 9}}])"), {});
  EXPECT_EQ(played.record.violations.front().time_us - quick.record.violations.front().time_us,
            90 * kSecond);
}

TEST(Player, an_impossible_action_is_an_error_and_never_a_success) {
  for (const char* steps :
       {R"([{"on": "phone", "do": "power_off"}, {"on": "phone", "do": "open", "chat": "lunch"}])",
        R"([{"on": "phone", "do": "type", "text": "into nothing"}])",
        R"([{"on": "phone", "do": "restore"}])", R"([{"on": "server", "do": "start"}])",
        R"([{"on": "phone", "do": "open", "chat": "lunch"},
            {"on": "phone", "do": "change_line", "line": 3, "text": "x"}])"}) {
    const Played played = play(story(steps), {});
    EXPECT_EQ(played.record.status, RunStatus::error) << steps;
    EXPECT_FALSE(played.record.error.empty());
  }
}

TEST(Player, an_editor_has_an_end) {
  const Played played = play(story(R"([{"on": "phone", "do": "open", "chat": "lunch"},
      {"repeat": 9, "steps": [
        {"on": "phone", "do": "add_line", "text": {"repeat": "x", "times": 1000000}}]}])"),
                             {});
  EXPECT_EQ(played.record.status, RunStatus::error);
  EXPECT_NE(played.record.error.find("8 MiB"), std::string::npos) << played.record.error;
}

TEST(Player, devices_that_cannot_are_left_out_if_the_step_says_so) {
  const Played played = play(story(R"([{"on": "phone", "do": "power_off"},
      {"on": "everyone", "do": "open", "chat": "lunch", "if_running": true},
      {"on": "laptop", "do": "type", "text": "noodles"}, {"quiet": true},
      {"on": "phone", "do": "power_on"}])"),
                             {});
  EXPECT_EQ(played.record.status, RunStatus::passed) << story_text(played.record, "");
}

TEST(Player, rounds_of_a_repeat_count_from_one) {
  const Played played = play(story(R"([{"on": "phone", "do": "open", "chat": "lunch"},
      {"repeat": 3, "steps": [{"on": "phone", "do": "type", "text": "$n$$ "}, {"wait": "2s"},
        {"on": "phone", "expect": {"editor": {"contains": "$n$$"}}}]},
      {"on": "phone", "expect": {"editor": "1$ 2$ 3$ "}}])"),
                             {});
  EXPECT_EQ(played.record.status, RunStatus::passed) << story_text(played.record, "");
}

TEST(Player, equal_seeds_give_equal_runs_and_other_seeds_others) {
  const Scenario scenario = story("[" + kTyped + "]");
  PlayOptions options;
  options.keep_trace = true;
  const Played first = play(scenario, options);
  const Played second = play(scenario, options);
  EXPECT_EQ(first.record, second.record);
  EXPECT_EQ(first.trace, second.trace);
  EXPECT_FALSE(first.trace.empty());
  options.seed = 2;
  EXPECT_NE(play(scenario, options).record.digest, first.record.digest);
  options = {};
  EXPECT_EQ(play(scenario, options).record.digest, first.record.digest);
}

TEST(Player, a_run_can_be_stopped) {
  PlayOptions options;
  options.stop = [] { return true; };
  EXPECT_TRUE(play(story("[" + kTyped + "]"), options).stopped);
}

TEST(Player, every_example_of_the_documentation_passes) {
  std::ifstream in(std::filesystem::path(DP_SOURCE_DIR) / "docs" / "scenarios.md");
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const std::string text = bytes.str();
  constexpr std::string_view open = "```jsonc scenario\n";
  std::size_t examples = 0;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::string body = text.substr(at, text.find("```", at) - at);
    const std::size_t begin = body.find("\"name\": \"") + 9;
    const std::string name = body.substr(begin, body.find('"', begin) - begin);
    const Scenario scenario = scenario_of(body, name);
    for (std::uint64_t seed = scenario.seeds.first; seed <= scenario.seeds.last; ++seed) {
      PlayOptions options;
      options.seed = seed;
      const Played played = play(scenario, options);
      EXPECT_EQ(played.record.status, RunStatus::passed) << story_text(played.record, "");
    }
    ++examples;
  }
  EXPECT_GE(examples, 6u);
}

TEST(Tampering, acts_on_the_next_frames_of_its_type_only) {
  const std::string pong = "{\"type\":\"pong\"}";
  const std::string other = "{\"type\":\"chat_deleted\",\"payload\":{}}";
  Tampering drop("pong", Tamper::drop, 1);
  EXPECT_EQ(drop(other), (std::vector<std::string>{other}));
  EXPECT_TRUE(drop(pong).empty());
  EXPECT_EQ(drop(pong), (std::vector<std::string>{pong}));
  Tampering twice("pong", Tamper::duplicate, 2);
  EXPECT_EQ(twice(pong).size(), 2u);
  EXPECT_EQ(twice(pong).size(), 2u);
  EXPECT_EQ(twice(pong).size(), 1u);
  Tampering swap("pong", Tamper::swap, 1);
  EXPECT_TRUE(swap(pong).empty());
  EXPECT_EQ(swap(other), (std::vector<std::string>{other, pong}));
  Tampering corrupt("pong", Tamper::corrupt, 1);
  EXPECT_NE(corrupt(pong).front(), pong);
  Tampering replay("pong", Tamper::replay, 1);
  EXPECT_EQ(replay(pong).size(), 1u);
  EXPECT_EQ(replay(pong).size(), 2u);
  EXPECT_EQ(direction_of("update_draft"), Direction::up);
  EXPECT_EQ(direction_of("error"), Direction::down);
}

}  // namespace
}  // namespace dp::sim
