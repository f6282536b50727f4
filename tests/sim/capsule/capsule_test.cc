#include "sim/capsule/capsule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace dp::sim {
namespace {

using testing::HasSubstr;

Capsule full_capsule() {
  FuzzCase one;
  one.mix = "wide";
  one.seed = 9'007'199'254'740'991u;
  one.reduction.only_these = true;
  one.reduction.decisions = {{{kPersonSite, 2, 4}, 1},
                             {{kPersonTextSite, 2, 2}, (std::uint64_t{1} << 62) - 1},
                             {{kPersonSite, 3, 0}, 1}};
  one.reduction.absent = {1, 4};
  one.reduction.until_us = 5 * kSecond;
  Capsule capsule = capsule_before({"0.1.0", "00ff"}, one);
  capsule.attempt = 2;
  CapsuleOutcome& outcome = capsule.outcome.emplace();
  outcome.digest = std::string(32, 'a');
  outcome.events = 12;
  outcome.simulated_us = 99;
  outcome.signature = "law/site/detail with \"quotes\" and \n lines";
  outcome.time_us = 7;
  outcome.where = "d0";
  outcome.expected = "one";
  outcome.seen = "two";
  outcome.story = {"first", "second"};
  outcome.checkpoints = {4, {1, 0xFFFF, 3}};
  return capsule;
}

TEST(Capsule, is_read_as_it_was_written) {
  const Capsule capsule = full_capsule();
  const auto read = read_capsule("a.json", capsule_text(capsule));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, capsule);
  const Capsule before = capsule_before({"1", "2"}, {});
  EXPECT_EQ(read_capsule("b.json", capsule_text(before)).value(), before);
}

RC_GTEST_PROP(Capsule, decisions_keep_their_order_and_values, ()) {
  Capsule capsule = capsule_before({"1", "2"}, {});
  capsule.drawn.emplace();
  for (const std::uint32_t raw : *rc::gen::arbitrary<std::vector<std::uint32_t>>()) {
    const Site site{static_cast<std::uint16_t>(raw % kSiteCount)};
    capsule.drawn->push_back({{site, raw % 7, raw % 100}, std::uint64_t{raw} << 20});
  }
  RC_ASSERT(read_capsule("a", capsule_text(capsule)).value() == capsule);
}

// A run of 100,000 decisions does not fit; what the seed draws anyway is left out.
TEST(Capsule, is_never_larger_than_its_limit) {
  Capsule capsule = full_capsule();
  capsule.one.reduction = {};
  capsule.drawn.emplace();
  for (std::uint32_t i = 0; i < 100'000; ++i) capsule.drawn->push_back({{kPersonSite, 2, i}, i});
  capsule.outcome->checkpoints.values.assign(kCheckpointsMax, 7);
  const std::string text = capsule_text(capsule);
  EXPECT_LE(text.size(), kCapsuleBytesMax);
  const auto read = read_capsule("a.json", text);
  ASSERT_TRUE(read) << read.error();
  EXPECT_FALSE(read->drawn);
  EXPECT_EQ(read->outcome->signature, capsule.outcome->signature);
}

TEST(Capsule, every_truncation_is_refused_with_the_name_of_the_file) {
  const std::string text = capsule_text(full_capsule());
  for (std::size_t length = 0; length + 2 < text.size(); length += 3) {
    const auto read = read_capsule("torn.json", text.substr(0, length));
    ASSERT_FALSE(read) << length;
    EXPECT_THAT(read.error(), HasSubstr("torn.json:"));
  }
}

RC_GTEST_PROP(Capsule, a_changed_byte_is_refused_or_read_but_never_more, ()) {
  std::string text = capsule_text(full_capsule());
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  const auto read = read_capsule("a.json", text);
  if (read) RC_ASSERT(capsule_text(*read).size() <= kCapsuleBytesMax);
}

TEST(Capsule, older_newer_and_foreign_files_are_named_for_what_they_are) {
  for (const std::string other : {"draftproof-capsule/1", "draftproof-capsule/3"}) {
    std::string text = capsule_text(full_capsule());
    text.replace(text.find(kCapsuleFormat), kCapsuleFormat.size(), other);
    const std::string error = read_capsule("c.json", text).error();
    EXPECT_THAT(error, HasSubstr("c.json: "));
    EXPECT_THAT(error, HasSubstr(other));
    EXPECT_THAT(error, HasSubstr(std::string("reads ") + std::string(kCapsuleFormat)));
    EXPECT_THAT(error, HasSubstr("the program that made it"));
  }
  EXPECT_THAT(read_capsule("c.json", R"({"format": "draftproof-scenario/1"})").error(),
              HasSubstr("not a capsule"));
  EXPECT_THAT(read_capsule("c.json", "[]").error(), HasSubstr("not a capsule"));
  EXPECT_THAT(read_capsule("c.json", std::string(70'000, ' ')).error(), HasSubstr("65536"));
}

TEST(Capsule, what_it_does_not_know_is_refused) {
  std::string text = capsule_text(full_capsule());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    const auto read = read_capsule("d.json", changed);
    return read ? std::string("accepted") : read.error();
  };
  EXPECT_THAT(with("\"attempt\"", "\"extra\": 1, \"attempt\""), HasSubstr("extra"));
  EXPECT_THAT(with("\"wide\"", "\"narrow\""), HasSubstr("narrow"));
  EXPECT_THAT(with("\"attempt\": 2", "\"attempt\": 0"), HasSubstr("attempt"));
  EXPECT_THAT(with("\"site\": 410", "\"site\": 999999"), HasSubstr("site"));
  EXPECT_THAT(with("0:4=1", "0:4"), HasSubstr("PLACE:ORDINAL=VALUE"));
  EXPECT_THAT(with("\"every\": 4", "\"every\": 3"), HasSubstr("power of two"));
}

}  // namespace
}  // namespace dp::sim
