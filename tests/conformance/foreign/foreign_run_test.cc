// Scenarios on devices whose client is another program.
#include <algorithm>
#include <array>
#include <utility>

#include "tests/conformance/foreign/clients.h"

namespace dp::conformance {
namespace {

constexpr const char* kTwoDevices = R"(
  "devices": ["phone", "laptop"], "chats": ["lunch"],
  "steps": [
    {"on": "everyone", "do": "open", "chat": "lunch"},
    {"on": "phone", "do": "set_text", "text": {"lines": ["noodles", "at", "one"]}},
    {"wait": "1199ms"},
    {"on": "phone", "expect": {"unsaved": true, "sent": {"update_draft": 0}}},
    {"wait": "2s"},
    {"on": "phone", "expect": {"unsaved": false, "sent": {"update_draft": 1}}},
    {"on": "laptop", "expect": {"editor": {"lines": ["noodles", "at", "one"]}}},
    {"on": "phone", "do": "go_offline"},
    {"on": "phone", "do": "change_line", "line": 1, "text": "from the phone"},
    {"on": "laptop", "do": "change_line", "line": 3, "text": "from the laptop"},
    {"wait": "5s"},
    {"on": "phone", "do": "restart"},
    {"on": "phone", "do": "go_online"},
    {"quiet": true}
  ],
  "finally": [
    {"on": "everyone", "expect": {"drafts": {"lunch": {"contains": "from the phone"}}}}
  ])";

std::uint64_t comparisons_of(const sim::Played& played, std::string_view law) {
  const auto at = std::ranges::find(played.laws, law, &sim::OracleTally::name);
  return at == played.laws.end() ? 0 : at->comparisons;
}

TEST(ForeignRun, OurOwnClientBehindItsAdapterHoldsEveryLaw) {
  const auto clients = clients_of(our_adapter());
  const sim::Played played = played_by(scenario_of("two-devices", kTwoDevices), clients);
  EXPECT_EQ(signature_of(played), "");
  for (const char* law : {"convergence", "no_lost_text", "debounce_exactness", "nonce_ledger",
                          "session_guarantees", "canary_search", "port_conduct"}) {
    EXPECT_GT(comparisons_of(played, law), 0u) << law;
  }
}

// A secret is found wherever a client leaves it: the pipe repeats every request on standard error.
TEST(ForeignRun, WhatLiesInTheFolderOrOnStandardErrorIsSearchedForSecrets) {
  const auto scenario = scenario_of("two-devices", kTwoDevices);
  const std::array<std::pair<std::string, std::string>, 3> leaks = {
      {{our_adapter("leaks-into-the-store"), "canary_search/store_put"},
       {"tee /dev/stderr | " + our_adapter(), "canary_search/log"},
       {our_adapter(), ""}}};
  for (const auto& [command, found] : leaks) {
    const sim::Played played = played_by(scenario, clients_of(command));
    const auto named = [&](const auto& one) { return one.signature.starts_with(found); };
    EXPECT_EQ(std::ranges::any_of(played.record.violations, named), !found.empty())
        << command << ": " << signature_of(played);
  }
}

TEST(ForeignRun, EqualSeedsAreEqualRunsInOtherProcesses) {
  const auto scenario = scenario_of("two-devices", kTwoDevices);
  const sim::Played first = played_by(scenario, clients_of(our_adapter()), 7);
  const sim::Played second = played_by(scenario, clients_of(our_adapter()), 7);
  const sim::Played other = played_by(scenario, clients_of(our_adapter()), 8);
  EXPECT_EQ(first.record.digest, second.record.digest);
  EXPECT_NE(first.record.digest, other.record.digest);
}

TEST(ForeignRun, AProcessThatPlayedOnceIsLikeAFreshOne) {
  const auto scenario = scenario_of("two-devices", kTwoDevices);
  const auto clients = clients_of(our_adapter());
  const sim::Played first = played_by(scenario, clients, 7);
  EXPECT_EQ(played_by(scenario, clients, 7).record.digest, first.record.digest);
}

TEST(ForeignRun, OneForeignDeviceMeetsOurOwn) {
  const auto clients = clients_of(our_adapter(), true);
  const sim::Played played = played_by(scenario_of("two-devices", kTwoDevices), clients);
  EXPECT_EQ(signature_of(played), "");
  EXPECT_GT(comparisons_of(played, "authenticity"), 0u);  // of what our own opens
}

TEST(ForeignRun, EachWrongClientBreaksTheLawThatIsAboutIt) {
  const struct {
    const char* client;
    const char* law;
  } wrong[] = {{"saves-late", "debounce_exactness/not_saved_in_time"},
               {"same-nonce", "nonce_ledger/nonce_repeated"},
               {"leaks-into-logs", "canary_search/log"},
               {"another-slot", "port_conduct/sealed_elsewhere"},
               {"token-in-the-url", "port_conduct/token"},
               {"crashes-when-cleared", "port_conduct/line_closed"}};
  const auto scenario = scenario_of("typed-and-cleared", R"(
    "devices": ["phone", "laptop"], "chats": ["lunch"],
    "steps": [
      {"on": "everyone", "do": "open", "chat": "lunch"},
      {"on": "phone", "do": "type", "text": "Quarterly figures, not for the server"},
      {"wait": "3s"},
      {"on": "phone", "do": "type", "text": " and one thing more"},
      {"wait": "3s"},
      {"on": "phone", "do": "set_text", "text": ""},
      {"wait": "3s"}
    ])");
  for (const auto& [client, law] : wrong) {
    const auto clients = clients_of(our_adapter(client));
    const sim::Played played = played_by(scenario, clients);
    const auto named = [&](const auto& one) { return one.signature.starts_with(law); };
    EXPECT_TRUE(std::ranges::any_of(played.record.violations, named))
        << client << ": " << signature_of(played);
  }
}

TEST(ForeignRun, WhatTheStoreOfAnotherDayHeldIsReadAgain) {
  const auto clients = clients_of(our_adapter());
  const sim::Played played = played_by(scenario_of("restored", R"(
    "devices": ["phone"], "chats": ["lunch"],
    "steps": [
      {"on": "phone", "do": "open", "chat": "lunch"},
      {"on": "phone", "do": "type", "text": "one"},
      {"quiet": true},
      {"on": "phone", "do": "snapshot"},
      {"on": "phone", "do": "go_offline"},
      {"on": "phone", "do": "type", "text": " two"},
      {"wait": "2s"},
      {"on": "phone", "do": "restore"},
      {"wait": "1s"},
      {"on": "phone", "expect": {"drafts": {"lunch": "one"}}},
      {"on": "phone", "do": "wipe"},
      {"wait": "1s"},
      {"on": "phone", "expect": {"drafts": {"lunch": null}}},
      {"on": "phone", "do": "go_online"},
      {"wait": "1m"},
      {"on": "phone", "expect": {"drafts": {"lunch": "one"}}}
    ])"),
                                       clients);
  EXPECT_EQ(signature_of(played), "");
}

TEST(ForeignRun, AFullDiskAndASlowOneAreTheClients) {
  const auto clients = clients_of(our_adapter());
  const sim::Played played = played_by(scenario_of("disks", R"(
    "devices": ["phone"], "chats": ["lunch"],
    "steps": [
      {"on": "phone", "do": "open", "chat": "lunch"},
      {"wait": "1s"},
      {"on": "phone", "do": "fill_disk"},
      {"on": "phone", "do": "type", "text": "noodles"},
      {"wait": "2s"},
      {"on": "phone", "expect": {"unsaved": true, "notices": {"not_saved": {"at_least": 1}}}},
      {"on": "phone", "do": "disk_heals"},
      {"wait": "1m"},
      {"on": "phone", "expect": {"unsaved": false}},
      {"on": "phone", "do": "slow_disk", "delay": "3s"},
      {"on": "phone", "do": "type", "text": " at one"},
      {"wait": "2s"},
      {"on": "phone", "expect": {"last_saved": "noodles"}},
      {"wait": "5s"},
      {"on": "phone", "expect": {"last_saved": "noodles at one"}}
    ])"),
                                       clients);
  EXPECT_EQ(signature_of(played), "");
}

}  // namespace
}  // namespace dp::conformance
