// What the hosts read: profiles, limits, key files, orders. Strict, total, with places.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "conformance/hosts/device_orders.h"
#include "conformance/hosts/key_file.h"
#include "conformance/hosts/profile.h"
#include "conformance/hosts/server_limits.h"
#include "core/crypto/sha256_hasher.h"

namespace dp::hosts {
namespace {

const crypto::Sha256Hasher kHasher;

std::string wrong_profile(std::string_view text) {
  const auto profile = read_profile("p.json", text, kHasher);
  return profile ? "" : profile.error().text();
}

TEST(Profile, ItsAccountsHaveIdsOfTheirNamesUnlessTheyStateOne) {
  const auto profile = read_profile("p.json", R"({"format": "draftproof-profile/1", "accounts": [
      {"name": "alice", "tokens": ["a-1"], "dialect": "field"},
      {"name": "bob", "id": "000102030405060708090a0b0c0d0e0f", "unanswered_tokens": ["b.1"]}]})",
                                    kHasher);
  ASSERT_TRUE(profile) << profile.error().text();
  ASSERT_EQ(profile->accounts.size(), 2u);
  EXPECT_EQ(profile->accounts[0].id, account_id_of("alice", kHasher));
  EXPECT_EQ(profile->accounts[0].dialect, AccountDialect::field);
  EXPECT_EQ(profile->accounts[1].id.bytes[15], 15);
  EXPECT_EQ(profile->accounts[1].unanswered_tokens, std::vector<std::string>{"b.1"});
}

TEST(Profile, MistakesHaveAPlaceAndTokensAreNotRepeated) {
  EXPECT_EQ(wrong_profile("[]"), "p.json:1:1: an object was expected here");
  EXPECT_NE(wrong_profile(R"({"accounts": {}})"), "");
  EXPECT_NE(wrong_profile(R"({"accounts": [{"name": "a b"}]})"), "");
  EXPECT_NE(wrong_profile(R"({"accounts": [{"name": "a"}, {"name": "a"}]})"), "");
  EXPECT_NE(wrong_profile(R"({"format": "draftproof-profile/2", "accounts": []})"), "");
  const std::string twice =
      wrong_profile(R"({"accounts": [{"name": "a", "tokens": ["secretive", "secretive"]}]})");
  EXPECT_NE(twice.find("twice"), std::string::npos);
  EXPECT_EQ(twice.find("secretive"), std::string::npos);
}

TEST(Profile, AnAddedAccountLeavesTheOthersAndTheLimits) {
  const auto one = with_account("p", "", "alice", "t1", kHasher);
  ASSERT_TRUE(one);
  const std::string limited =
      one->substr(0, one->rfind('}')) + R"(, "limits": {"initial_sync_page": 7}})";
  const auto two = with_account("p", limited, "bob", "t2", kHasher);
  ASSERT_TRUE(two) << two.error().text();
  const auto profile = read_profile("p", *two, kHasher);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->accounts.size(), 2u);
  EXPECT_EQ(profile->limits.at("initial_sync_page").integer, 7);
  EXPECT_FALSE(with_account("p", *two, "bob", "t3", kHasher));
}

Result<server::Config> config_of(const std::string& limits, const std::string& variable = "") {
  const auto profile =
      read_profile("p.json", R"({"accounts": [], "limits": )" + limits + "}", kHasher);
  return server_config("p.json", profile->limits, [&](const std::string& name) {
    return variable.empty() || name != "MAX_DRAFT_CHARS" ? std::nullopt : std::optional(variable);
  });
}

TEST(Limits, TheEnvironmentWinsOverTheProfile) {
  EXPECT_EQ(config_of(R"({"MAX_DRAFT_CHARS": 5664})")->max_draft_chars, 5664u);
  EXPECT_EQ(config_of(R"({"MAX_DRAFT_CHARS": 6500})", "6000")->max_draft_chars, 6000u);
  EXPECT_EQ(config_of(R"({"idle_timeout_ms": 1500})")->idle_timeout_us, 1'500'000);
}

TEST(Limits, WhatIsNoNumberInItsRangeIsRefusedByName) {
  EXPECT_NE(config_of(R"({"MAX_DRAFT_CHARS": "5000"})").error().detail.find("p.json:1:"),
            std::string::npos);
  for (const char* bad : {"", "12x", "-1", "1e4", "5663", "99999999999999999999"}) {
    if (*bad == '\0') continue;
    EXPECT_FALSE(config_of("{}", bad)) << bad;
  }
  const auto unknown = config_of(R"({"max_chats_per_acount": 5})");
  EXPECT_NE(unknown.error().detail.find("max_chats_per_account"), std::string::npos);
}

RC_GTEST_PROP(KeyFiles, WhatWasWrittenIsRead, (Bytes wrapped)) {
  RC_PRE(!wrapped.empty());
  KeyFile key;
  key.account = AccountId{*rc::gen::arbitrary<std::array<std::uint8_t, 16>>()};
  key.params.salt = *rc::gen::arbitrary<std::array<std::uint8_t, 16>>();
  key.params.operations = *rc::gen::inRange<std::uint32_t>(1, 100);
  key.wrapped_key = wrapped;
  const auto read = read_key_file("k", key_file_text(key));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->account == key.account);
  RC_ASSERT(read->params == key.params);
  RC_ASSERT(read->wrapped_key == key.wrapped_key);
}

RC_GTEST_PROP(KeyFiles, AShortenedFileIsRefused, ()) {
  KeyFile key;
  key.wrapped_key = Bytes(100, 7);
  const std::string text = key_file_text(key);
  const auto kept = *rc::gen::inRange<std::size_t>(0, text.size() - 2);
  RC_ASSERT(!read_key_file("k", text.substr(0, kept)).has_value());
}

TEST(Orders, TextIsTakenAsItIsAfterOneBlank) {
  EXPECT_EQ(parse_order("type  two blanks ")->text, " two blanks ");
  EXPECT_EQ(parse_order("set a\\nb\\\\n")->text, "a\nb\\n");
  EXPECT_EQ(parse_order("set")->verb, Verb::set);
  EXPECT_FALSE(parse_order("set \\t"));
}

TEST(Orders, WhatIsNotUnderstoodIsAnsweredWithWhatWas) {
  EXPECT_NE(parse_order("lsit").error().find("did you mean \"list\""), std::string::npos);
  EXPECT_FALSE(parse_order("open"));
  EXPECT_FALSE(parse_order("wait 0"));
  EXPECT_FALSE(parse_order("show me"));
  EXPECT_EQ(parse_order("  # a remark")->verb, Verb::nothing);
  EXPECT_EQ(parse_order("wait 7")->seconds, 7);
}

RC_GTEST_PROP(Orders, AnyLineIsAnOrderOrASentence, (const std::string& line)) {
  const auto order = parse_order(line);
  RC_ASSERT(order.has_value() || !order.error().empty());
}

}  // namespace
}  // namespace dp::hosts
