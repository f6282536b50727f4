// The binder: what a scenario file must say, and where each mistake is reported.
#include "sim/scenario/bind.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace dp::sim {
namespace {

// A whole scenario with the pieces a test cares about put in. Line 6 holds `top`, line 8 the steps.
std::string scenario_with(std::string_view steps, std::string_view top = "") {
  return "{\"format\": \"draftproof-scenario/1\",\n\"name\": \"t\",\n\"story\": \"s\",\n"
         "\"covers\": [\"R01\"],\n\"devices\": [\"phone\", \"laptop\"], \"chats\": [\"lunch\"],\n" +
         std::string(top) + "\n\"steps\":\n" + std::string(steps) + "}";
}

std::expected<Scenario, std::vector<Problem>> bound(const std::string& text) {
  return bind_scenario("t.json", "t", text);
}

TEST(Bind, resolves_names_times_and_defaults) {
  const auto scenario = bound(scenario_with(
      R"([{"on": ["phone", "laptop"], "do": "open", "chat": "lunch"},
          {"on": "phone", "do": "type", "text": {"repeat": "ab", "times": 3}, "pace": "80ms"},
          {"wait": "1h30m"},
          {"on": "server", "expect": {"versions": {"lunch": {"at_least": 2}}}, "within": "5s"},
          {"repeat": 3, "steps": [{"quiet": true}]}, {"settle": true}])",
      R"("settings": {"server": {"DRAFT_PERSISTENCE_TTL_SECONDS": 60, "MAX_DRAFT_CHARS": 5000},
                      "client": {"debounce": "300ms"}}, "seeds": "2..4",)"));
  ASSERT_TRUE(scenario) << scenario.error().front().text();
  EXPECT_EQ(scenario->seeds, (SeedRange{2, 4}));
  EXPECT_EQ(scenario->world.server.draft_ttl_us, 60 * kSecond);
  EXPECT_EQ(scenario->devices.at(0).config.client.debounce_us, 300 * kMillisecond);
  EXPECT_EQ(scenario->devices.at(1).config.client.max_draft_chars, 5'000u);
  EXPECT_EQ(scenario->healed, (std::vector<std::size_t>{0, 1}));
  ASSERT_EQ(scenario->steps.size(), 6u);
  EXPECT_EQ(std::get<Action>(scenario->steps[0].what).devices, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(std::get<Action>(scenario->steps[1].what).text("text"), "ababab");
  EXPECT_EQ(std::get<Wait>(scenario->steps[2].what).duration_us, 90 * kMinute);
  const auto& expectation = std::get<Expectation>(scenario->steps[3].what);
  EXPECT_TRUE(expectation.devices.empty());
  EXPECT_EQ(expectation.within_us, 5 * kSecond);
  EXPECT_EQ(expectation.checks.at(0).chat, 0u);
  EXPECT_EQ(std::get<Repeat>(scenario->steps[4].what).times, 3);
  EXPECT_EQ(scenario->powers_needed(), (std::vector<Power>{Power::person, Power::server}));
}

TEST(Bind, a_composed_chat_can_be_named_from_then_on) {
  EXPECT_TRUE(bound(scenario_with(R"([{"on": "phone", "do": "compose", "as": "fresh"},
                                     {"on": "phone", "expect": {"chat": "fresh"}}])")));
  EXPECT_FALSE(bound(scenario_with(R"([{"on": "phone", "expect": {"chat": "fresh"}},
                                      {"on": "phone", "do": "compose", "as": "fresh"}])")));
}

struct Mistake {
  const char* name;
  std::string text;
  Position at;
  const char* message;
};

class BindMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(BindMistakes, is_reported_at_its_place_with_what_was_expected) {
  const auto scenario = bound(GetParam().text);
  ASSERT_FALSE(scenario);
  const Problem& problem = scenario.error().front();
  EXPECT_EQ(problem.at, GetParam().at) << problem.text();
  EXPECT_NE(problem.message.find(GetParam().message), std::string::npos) << problem.message;
}

INSTANTIATE_TEST_SUITE_P(
    Steps, BindMistakes,
    testing::Values(
        Mistake{"unknown_device",
                scenario_with(R"([{"on": "phnoe", "do": "clear"}])"),
                {8, 9},
                "unknown device \"phnoe\"; did you mean \"phone\"?"},
        Mistake{"unknown_verb",
                scenario_with(R"([{"on": "phone", "do": "tpye"}])"),
                {8, 24},
                "a device cannot do \"tpye\"; did you mean \"type\"?"},
        Mistake{"verb_of_the_server",
                scenario_with(R"([{"on": "server", "do": "type"}])"),
                {8, 25},
                "the server cannot do \"type\""},
        Mistake{"missing_argument",
                scenario_with(R"([{"on": "phone", "do": "type"}])"),
                {8, 2},
                "\"type\" needs \"text\""},
        Mistake{"unknown_argument",
                scenario_with(R"([{"on": "phone", "do": "type", "text": "a", "pase": "1s"}])"),
                {8, 45},
                "did you mean \"pace\"?"},
        Mistake{"wrong_type",
                scenario_with(R"([{"on": "phone", "do": "type", "text": 5}])"),
                {8, 40},
                "must be a text, not a number"},
        Mistake{"unknown_chat",
                scenario_with(R"([{"on": "phone", "do": "open", "chat": "dinner"}])"),
                {8, 40},
                "unknown chat \"dinner\""},
        Mistake{"impossible_time", scenario_with(R"([{"wait": "1.5s"}])"), {8, 11}, "no fractions"},
        Mistake{"negative_wait", scenario_with(R"([{"wait": "-5s"}])"), {8, 11}, "negative"},
        Mistake{
            "time_without_unit", scenario_with(R"([{"wait": 1200}])"), {8, 11}, "write \"1200ms\""},
        Mistake{"too_long", scenario_with(R"([{"wait": "9999d"}])"), {8, 11}, "3650 days"},
        Mistake{
            "unknown_step", scenario_with(R"([{"wiat": "1s"}])"), {8, 3}, "did you mean \"wait\"?"},
        Mistake{"neither_do_nor_expect",
                scenario_with(R"([{"on": "phone"}])"),
                {8, 2},
                "either \"do\" or \"expect\""},
        Mistake{"both_do_and_expect",
                scenario_with(R"([{"on": "phone", "do": "clear", "expect": {"chat": null}}])"),
                {8, 2},
                "either \"do\" or \"expect\""},
        Mistake{"unknown_expectation",
                scenario_with(R"([{"on": "phone", "expect": {"edtor": "a"}}])"),
                {8, 29},
                "did you mean \"editor\"?"},
        Mistake{"empty_expectation",
                scenario_with(R"([{"on": "phone", "expect": {}}])"),
                {8, 28},
                "expects nothing"},
        Mistake{"unknown_condition",
                scenario_with(R"([{"on": "phone", "expect": {"version": {"contains": 1}}}])"),
                {8, 41},
                "cannot be asked of \"version\""},
        Mistake{"wrong_type_expected",
                scenario_with(R"([{"on": "phone", "expect": {"unsaved": 1}}])"),
                {8, 40},
                "must be true or false"},
        Mistake{"unknown_connection",
                scenario_with(R"([{"on": "phone", "expect": {"connection": "onlin"}}])"),
                {8, 43},
                "did you mean \"online\"?"},
        Mistake{"unknown_notice",
                scenario_with(R"([{"on": "phone", "expect": {"notices": {"securty_fork": 1}}}])"),
                {8, 41},
                "did you mean \"security_fork\"?"},
        Mistake{"unknown_frame",
                scenario_with(R"([{"on": "phone", "do": "hold", "frames": "pomg"}])"),
                {8, 42},
                "did you mean \"pong\"?"},
        Mistake{"not_by_chat",
                scenario_with(R"([{"on": "phone", "expect": {"drafts": "a"}}])"),
                {8, 39},
                "says it for each chat"},
        Mistake{"unknown_chat_in_list",
                scenario_with(R"([{"on": "phone", "expect": {"chats": ["lunsch"]}}])"),
                {8, 39},
                "did you mean \"lunch\"?"},
        Mistake{"no_device",
                scenario_with(R"([{"on": [], "do": "clear"}])"),
                {8, 9},
                "names no device"},
        Mistake{"zero_line",
                scenario_with(R"([{"on": "phone", "do": "remove_line", "line": 0}])"),
                {8, 47},
                "at least 1"},
        Mistake{"huge_repeat",
                scenario_with(R"([{"repeat": 2000000, "steps": [{"quiet": true}]}])"),
                {8, 13},
                "million steps"},
        Mistake{"huge_nested_repeat",
                scenario_with(R"([{"repeat": 10000, "steps": [{"repeat": 10000, "steps":
[{"quiet": true}]}]}])"),
                {9, 2},
                "million steps"},
        Mistake{
            "huge_text",
            scenario_with(
                R"([{"on": "phone", "do": "type", "text": {"repeat": "abc", "times": 900000}}])"),
            {8, 40},
            "2 MiB"},
        Mistake{"reversed_between",
                scenario_with(R"([{"on": "phone", "expect": {"version": {"between": [3, 1]}}}])"),
                {8, 56},
                "at least 3"},
        Mistake{"endless_waits",
                scenario_with(R"([{"repeat": 4000, "steps": [{"wait": "1d"}]}])"),
                {8, 38},
                "3650 days together"},
        Mistake{"endless_patience",
                scenario_with(R"([{"repeat": 9000, "steps":
[{"on": "phone", "expect": {"version": 1}, "within": "1d"}]}])"),
                {9, 54},
                "3650 days together"},
        Mistake{"endless_typing",
                scenario_with(R"([{"on": "phone", "do": "type", "pace": "9d",
"text": {"repeat": "a", "times": 1000}}])"),
                {8, 2},
                "3650 days together"},
        Mistake{"no_steps", scenario_with("[]"), {8, 1}, "shows nothing"}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Top, BindMistakes,
    testing::Values(
        Mistake{"newer_format",
                "{\"format\": \"draftproof-scenario/2\"}",
                {1, 12},
                "the format is draftproof-scenario/2, which this program does not know"},
        Mistake{"foreign_format", "{\"format\": \"x\"}", {1, 12}, "must be"},
        Mistake{"no_format", "{\"name\": \"t\"}", {1, 1}, "\"format\" is missing"},
        Mistake{"a_list", "[]", {1, 1}, "must be an object, not a list"},
        Mistake{"unknown_key",
                scenario_with("[{\"quiet\": true}]", "\"setings\": {},"),
                {6, 1},
                "did you mean \"settings\"?"},
        Mistake{"unknown_setting",
                scenario_with("[{\"quiet\": true}]",
                              "\"settings\": {\"client\": {\"debunce\": \"1s\"}},"),
                {6, 25},
                "did you mean \"debounce\"?"},
        Mistake{"setting_of_zero",
                scenario_with("[{\"quiet\": true}]",
                              "\"settings\": {\"server\": {\"MAX_DRAFT_CHARS\": 0}},"),
                {6, 44},
                "at least 1"},
        Mistake{"reversed_seeds",
                scenario_with("[{\"quiet\": true}]", "\"seeds\": \"9..1\","),
                {6, 10},
                "goes upwards"},
        Mistake{"bad_seeds",
                scenario_with("[{\"quiet\": true}]", "\"seeds\": \"1..x\","),
                {6, 10},
                "not a range of seeds"},
        Mistake{"unknown_fault",
                scenario_with("[{\"quiet\": true}]", "\"faults\": {\"disconect\": 1},"),
                {6, 12},
                "did you mean \"disconnect\"?"},
        Mistake{"too_many_faults",
                scenario_with("[{\"quiet\": true}]", "\"faults\": {\"disconnect\": 99999},"),
                {6, 26},
                "at most"},
        Mistake{"unknown_dialect",
                scenario_with("[{\"quiet\": true}]",
                              "\"accounts\": [{\"name\": \"a\", \"dialect\": \"feild\"}],"),
                {6, 39},
                "did you mean \"field\"?"},
        Mistake{"unknown_network",
                scenario_with("[{\"quiet\": true}]", "\"network\": \"hone\","),
                {6, 12},
                "did you mean \"home\"?"},
        Mistake{"nobody_heals",
                scenario_with("[{\"quiet\": true}]", "\"heal\": [],"),
                {6, 9},
                "at least one device"}),
    [](const auto& each) { return each.param.name; });

TEST(Bind, the_name_is_that_of_the_file) {
  const auto scenario = bind_scenario("u.json", "u", scenario_with("[{\"quiet\": true}]"));
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().front().text(),
            "u.json:2:9: the name must be that of the file, \"u\", not \"t\"");
}

TEST(Bind, reserved_and_repeated_names_are_refused) {
  for (const char* devices : {"\"server\"", "\"everyone\"", "\"a\", \"a\"", "\"Phone\"", "\"\"",
                              "{\"name\": \"a\", \"power\": \"onn\"}", "{\"account\": \"anna\"}"}) {
    const std::string text =
        std::string("{\"format\": \"draftproof-scenario/1\", \"name\": \"t\", ") +
        "\"story\": \"s\", \"covers\": [\"R01\"], \"devices\": [" + devices +
        "], \"steps\": [{\"quiet\": true}]}";
    EXPECT_FALSE(bound(text)) << devices;
  }
}

TEST(Bind, many_mistakes_are_reported_together_in_order_and_bounded) {
  std::string steps = "[";
  for (int i = 0; i < 100; ++i) steps += "{\"wait\": \"x\"},\n";
  const auto scenario = bound(scenario_with(steps + "{\"wait\": 1}]"));
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().size(), kProblemsMax);
  EXPECT_TRUE(std::ranges::is_sorted(scenario.error(), {}, &Problem::at));
}

RC_GTEST_PROP(Bind, a_scenario_with_one_byte_changed_is_bound_or_refused_with_a_place, ()) {
  std::string text = scenario_with(R"([{"on": "phone", "do": "type", "text": "a"},
      {"on": "server", "expect": {"versions": {"lunch": {"between": [1, 2]}}}, "within": "5s"}])",
                                   R"("seeds": "1..2", "heal": ["phone"],)");
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = static_cast<char>(*rc::gen::inRange<int>(0, 256));
  const auto scenario = bound(text);
  if (!scenario) {
    RC_ASSERT(!scenario.error().empty());
    RC_ASSERT(scenario.error().front().at.line >= 1u);
  }
}

}  // namespace
}  // namespace dp::sim
