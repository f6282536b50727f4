#include "sim/player/foreign_needs.h"

#include <gtest/gtest.h>

#include "sim/scenario/bind.h"

namespace dp::sim {
namespace {

ForeignClients able() {
  ForeignClients out;
  out.powers = {.failing_store = true,
                .slow_store = true,
                .slow_cipher = true,
                .lock = true,
                .field_import = true,
                .archive = true,
                .facts = true,
                .wall_clock = true,
                .suite_1 = true,
                .suite_2 = true,
                .fixed_options = {}};
  return out;
}

std::vector<std::string> missing(const std::string& steps, const ForeignClients& clients,
                                 const std::string& head = R"("devices": ["phone", "laptop"])") {
  const std::string text =
      R"({"format": "draftproof-scenario/1", "name": "s", "story": "A test.", "covers": ["R01"],)" +
      head + R"(, "chats": ["lunch"], "steps": [)" + (steps.empty() ? R"({"wait": "1s"})" : steps) +
      "]}";
  const auto scenario = bind_scenario("s.json", "s", text);
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().front().text());
  return missing_powers(*scenario, clients);
}

using Words = std::vector<std::string>;

TEST(ForeignNeeds, WhatAnyoneCanDoNeedsNothing) {
  EXPECT_EQ(missing(R"({"on": "phone", "do": "open", "chat": "lunch"},
                       {"on": "phone", "do": "crash"}, {"on": "phone", "do": "power_on"},
                       {"on": "phone", "do": "pause"}, {"on": "phone", "do": "wipe"})",
                    able()),
            Words{});
}

TEST(ForeignNeeds, NobodyCanReachBetweenTwoEffectsOrIntoARow) {
  EXPECT_EQ(missing(R"({"on": "phone", "do": "crash", "after_effects": 2},
                       {"on": "phone", "do": "rot"}, {"on": "phone", "do": "rot"},
                       {"on": "phone", "do": "crashes_leave", "unsynced": "torn"},
                       {"on": "phone", "do": "snapshot"},
                       {"on": "phone", "do": "restore", "row": 1})",
                    able()),
            (Words{"a crash between two effects of one operation",
                   "a bit of a stored row cannot be flipped",
                   "a write cannot be lost or torn after it was reported",
                   "a single row of the store cannot be put back"}));
}

TEST(ForeignNeeds, EachCapabilityThatIsMissingIsNamed) {
  ForeignClients poor = able();
  poor.powers = {};
  poor.powers.facts = true;
  poor.powers.suite_2 = true;
  EXPECT_EQ(
      missing(R"({"on": "phone", "do": "lock"}, {"on": "phone", "do": "fill_disk"},
                       {"on": "phone", "do": "slow_disk", "delay": "1s"},
                       {"on": "phone", "do": "slow_cipher", "delay": "1s"},
                       {"on": "phone", "do": "jump_clock", "by": "1h"},
                       {"on": "phone", "expect": {"archive": 0}})",
              poor),
      (Words{"lock: keys cannot be taken away", "store_fault: writes cannot be made to fail",
             "store_hold: writes cannot be held back", "seal_hold: sealing cannot be held back",
             "wall: the wall clock cannot be set", "archive: what was put away cannot be read"}));
  poor.powers.facts = false;
  EXPECT_EQ(missing("", poor), Words{"facts: what the laws compare cannot be read"});
}

TEST(ForeignNeeds, OnlyForeignDevicesNeedAnything) {
  ForeignClients clients = able();
  clients.only_first = true;
  EXPECT_EQ(missing(R"({"on": "laptop", "do": "rot"})", clients), Words{});
  EXPECT_EQ(missing(R"({"on": "phone", "do": "rot"})", clients).size(), 1u);
  EXPECT_EQ(missing(R"({"on": "phone", "do": "clone", "to": "laptop"})", clients),
            Words{"stores of different clients cannot be copied into one another"});
}

TEST(ForeignNeeds, TheFieldDialectHasNoAdapter) {
  const std::string field =
      R"("accounts": [{"name": "anna", "dialect": "field"}], "devices": ["phone"])";
  EXPECT_EQ(missing("", able(), field),
            Words{"the field dialect: an adapter speaks the sealed one only"});
}

TEST(ForeignNeeds, IdsAreDrawnByEachClientForItself) {
  EXPECT_EQ(missing("", able(), R"("devices": ["phone"], "own_ids": true)"),
            Words{"ids as our own client draws them"});
  EXPECT_EQ(missing("", able(), R"("devices": ["phone"], "own_ids": false)"), Words{});
}

TEST(ForeignNeeds, SettingsTheProtocolOrTheClientDoesNotHave) {
  EXPECT_EQ(missing("", able(), R"("devices": ["phone"],
                                   "settings": {"client": {"archive_entries_max": 2}})"),
            Words{"no option: how many texts the archive holds"});
  ForeignClients fixed = able();
  fixed.powers.fixed_options = {"debounce_ms", "ping_interval_ms"};
  EXPECT_EQ(missing("", fixed, R"("devices": ["phone"],
                                  "settings": {"client": {"debounce": "900ms"}})"),
            Words{"no option: debounce_ms"});
}

TEST(ForeignNeeds, AClosedClientCannotBeAskedUntilItIsBack) {
  const std::string close = R"({"on": "phone", "do": "open", "chat": "lunch"},
                               {"on": "phone", "do": "close"},)";
  const std::string ask = R"({"on": "phone", "expect": {"unsaved": false}})";
  EXPECT_EQ(missing(close + ask, able()),
            Words{"a client that was told to close cannot be asked any more"});
  EXPECT_EQ(missing(close + R"({"on": "phone", "do": "restart"},)" + ask, able()), Words{});
}

}  // namespace
}  // namespace dp::sim
