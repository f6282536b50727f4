// Envelopes kept and forged: right ones count as the account's own, wrong ones open nowhere.
// covers: SEC-24 SEC-26 SEC-27 SEC-28 SEC-30 SEC-31
#include <gtest/gtest.h>

#include <string>

#include "sim/player/player.h"
#include "sim/scenario/bind.h"

namespace dp::sim {
namespace {

std::string document(const std::string& steps) {
  return R"({"format": "draftproof-scenario/1", "name": "t", "story": "s", "covers": ["R01"],
"accounts": ["anna", "boris"], "devices": ["phone", "laptop"],
"chats": ["lunch", "team"], "steps": [{"quiet": true},
  {"on": "everyone", "do": "open", "chat": "lunch"},
  {"on": "phone", "do": "set_text", "text": "noodles"}, {"quiet": true},
  {"on": "everyone", "do": "start_counting"},)" +
         steps + "]}";
}

// The laptop hears an update of lunch.
std::string heard(const std::string& draft, const std::string& preview,
                  const std::string& version) {
  return R"({"on": "laptop", "do": "hear", "frame": {"event": "chat_draft_updated",
    "chat_id": "@chat:lunch", "data": {"encrypted_draft_md": )" +
         draft + R"(, "encrypted_draft_preview": )" + preview + R"(}, "versions": {"draft_v": )" +
         version + R"(}, "last_edited_overall_timestamp": 0}}, {"wait": "1s"})";
}

Played played(const std::string& steps) {
  const auto scenario = bind_scenario("t.json", "t", document(steps));
  if (!scenario) {
    ADD_FAILURE() << scenario.error().front().text();
    return {};
  }
  return play(*scenario, {});
}

void expect_passed(const std::string& steps) {
  const Played run = played(steps);
  EXPECT_EQ(run.record.status, RunStatus::passed) << story_text(run.record, "") << run.record.error;
}

const std::string kTaken = heard("\"@envelope:one\"", "null", "\"@version:one\"");

TEST(Forging, a_right_envelope_of_a_stranger_is_taken_and_said_to_the_server) {
  expect_passed(
      R"({"on": "laptop", "do": "forge", "chat": "lunch", "as": "one", "text": "noodles\nrice"},)" +
      kTaken + R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "noodles\nrice"},
        "copies": {"lunch": 0}, "notices": {"security_authentication": 0}}},
      {"on": "laptop", "do": "forge", "chat": "lunch", "as": "preview", "kind": "preview",
       "beside": "one", "text": "noodles rice"},
      {"on": "laptop", "do": "say", "frame": {"type": "update_draft", "payload": {
       "chat_id": "@chat:lunch", "encrypted_draft_md": "@envelope:one",
       "encrypted_draft_preview": "@envelope:preview", "base_version": 1,
       "proposed_v": "@version:one", "change_id": "11111111-1111-4111-8111-111111111111"}}},
      {"quiet": true}, {"on": "server", "expect": {"versions": {"lunch": 2}}},
      {"on": "everyone", "do": "disconnect"}, {"quiet": true},
      {"on": "laptop", "expect": {"received": {"error": 0, "draft_update_receipt": 1},
       "last_received": {"draft_update_receipt": {"contains": "11111111"}}}},
      {"on": "phone", "expect": {"drafts": {"lunch": "noodles\nrice"}}})");
}

TEST(Forging, an_unknown_save_makes_a_conflict_with_its_copies) {
  expect_passed(
      R"({"on": "laptop", "do": "forge", "chat": "lunch", "as": "one", "text": "rice",
       "knows": false, "copies": 3},)" +
      kTaken + R"(, {"on": "laptop", "expect": {"copies": {"lunch": 4}}})");
}

const std::string kSaid = R"({"on": "laptop", "do": "say", "frame": {"type": "update_draft",
    "payload": {"chat_id": "@chat:lunch", "encrypted_draft_md": "@envelope:one",
    "encrypted_draft_preview": "@envelope:preview", "base_version": 2,
    "proposed_v": "@version:one", "change_id": "11111111-1111-4111-8111-111111111111"}}},
    {"quiet": true}, {"on": "everyone", "do": "disconnect"}, {"quiet": true},)";

TEST(Forging, the_same_saves_in_another_order_are_the_servers_to_decide) {
  expect_passed(
      R"({"on": "phone", "do": "set_text", "text": {"lines": ["a", "b"]}}, {"quiet": true},
      {"on": "laptop", "do": "forge", "chat": "lunch", "as": "one", "text": "b\na",
       "same_dots": true},
      {"on": "laptop", "do": "forge", "chat": "lunch", "as": "preview", "kind": "preview",
       "beside": "one", "text": "b a"},)" +
      kSaid + R"({"on": "everyone", "expect": {"drafts": {"lunch": "b\na"},
       "copies": {"lunch": 0}}})");
}

TEST(Forging, an_old_envelope_under_a_new_number_and_a_foreign_preview_are_noticed) {
  expect_passed(
      R"({"on": "server", "do": "keep", "chat": "lunch", "as": "old"},
      {"on": "laptop", "do": "tamper", "frames": "chat_draft_updated", "how": "drop"},
      {"on": "phone", "do": "set_text", "text": "soup"}, {"quiet": true},
      {"on": "server", "do": "keep", "chat": "lunch", "as": "new"},)" +
      heard("\"@envelope:new\"", "\"@preview:old\"", "\"@version:new\"") +
      R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "soup"},
       "notices": {"security_authentication": 1}}},)" +
      heard("\"@envelope:old\"", "\"@preview:old\"", "\"@version:new+1\"") +
      R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "soup"},
       "notices": {"security_authentication": 2}}})");
}

TEST(Forging, a_name_without_an_envelope_is_an_error_of_the_scenario) {
  EXPECT_EQ(played(kTaken).record.status, RunStatus::error);
  const auto scenario = bind_scenario(
      "t.json", "t",
      document(R"({"on": "laptop", "do": "forge", "chat": "lunch", "as": "one", "after": "two"})"));
  ASSERT_FALSE(scenario);
  EXPECT_NE(scenario.error().front().text().find("unknown envelope \"two\""), std::string::npos);
}

class Wrong : public testing::TestWithParam<const char*> {};

TEST_P(Wrong, envelopes_change_nothing_and_are_reported) {
  expect_passed(
      R"({"on": "laptop", "do": "forge", "chat": "lunch", "as": "one", "text": "rice",
       "wrong": ")" +
      std::string(GetParam()) + R"("},)" + kTaken +
      R"(, {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"},
       "notices": {"security_authentication": {"at_least": 1}}}})");
}

INSTANTIATE_TEST_SUITE_P(Header, Wrong,
                         testing::Values("suite", "kind", "flags", "key", "account"));
INSTANTIATE_TEST_SUITE_P(Bytes, Wrong,
                         testing::Values("commitment", "ciphertext", "tag", "shorter", "longer"));
INSTANTIATE_TEST_SUITE_P(Content, Wrong, testing::Values("padding", "payload", "schema"));

}  // namespace
}  // namespace dp::sim
