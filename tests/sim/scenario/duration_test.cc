#include "sim/scenario/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dp::sim {
namespace {

TEST(Duration, reads_units_alone_and_together) {
  EXPECT_EQ(parse_duration("1199ms"), 1'199 * kMillisecond);
  EXPECT_EQ(parse_duration("7us"), 7);
  EXPECT_EQ(parse_duration("0s"), 0);
  EXPECT_EQ(parse_duration("1h30m"), 90 * kMinute);
  EXPECT_EQ(parse_duration("1m5ms"), kMinute + 5 * kMillisecond);
  EXPECT_EQ(parse_duration("3650d"), kDurationMax);
  EXPECT_EQ(parse_duration("-2h", true), -2 * kHour);
}

TEST(Duration, refuses_what_is_not_a_time) {
  for (const char* text : {"", "5", "ms", "1.5s", "1,5s", "1s1h", "1s1s", "1 s", "-1s", "1S", "1w",
                           "3651d", "3650d1us", "99999999999999999999d", "--1s", "1s-"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_FALSE(parse_duration("-", true));
  EXPECT_NE(parse_duration("1.5s").error().find("no fractions"), std::string::npos);
  EXPECT_NE(parse_duration("4000d").error().find("3650 days"), std::string::npos);
  EXPECT_NE(parse_duration("5").error().find("unit is missing"), std::string::npos);
}

RC_GTEST_PROP(Duration, every_time_is_read_back_from_its_text, ()) {
  const auto duration = *rc::gen::inRange<Micros>(-kDurationMax, kDurationMax);
  const auto read = parse_duration(duration_text(duration), true);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == duration);
}

}  // namespace
}  // namespace dp::sim
