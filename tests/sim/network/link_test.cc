#include "sim/network/link.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/network/profile.h"

namespace dp::sim {
namespace {

InFlight frame(std::string text, Micros due_us, bool reorderable = false) {
  InFlight out;
  out.text = std::move(text);
  out.due_us = due_us;
  out.reorderable = reorderable;
  return out;
}

RC_GTEST_PROP(Lane, frames_never_overtake_each_other_on_an_honest_connection,
              (std::vector<std::uint16_t> delays)) {
  Lane lane;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    RC_ASSERT(!lane.push(frame(std::to_string(i), delays[i])));
  }
  Micros last_us = 0;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    const InFlight head = lane.take_head();
    RC_ASSERT(head.text == std::to_string(i));
    RC_ASSERT(head.due_us >= last_us);
    last_us = head.due_us;
  }
  RC_ASSERT(lane.bytes_queued == 0u);
}

TEST(Lane, a_reorderable_frame_is_overtaken_by_one_that_is_due_earlier) {
  Lane lane;
  lane.push(frame("late", 100, true));
  EXPECT_TRUE(lane.push(frame("early", 10)));
  EXPECT_FALSE(lane.push(frame("later", 200)));
  EXPECT_EQ(lane.take_head().text, "early");
  EXPECT_EQ(lane.take_head().text, "late");
  EXPECT_EQ(lane.take_head().text, "later");
}

TEST(Lane, a_close_is_last) {
  Lane lane;
  lane.push(frame("late", 100, true));
  InFlight end = frame("", 10);
  end.close_code = 1000;
  EXPECT_FALSE(lane.push(end));
  EXPECT_EQ(lane.take_head().text, "late");
  EXPECT_TRUE(lane.take_head().close_code.has_value());
}

TEST(Lane, the_history_for_replays_is_bounded) {
  Lane lane;
  for (int i = 0; i < 100; ++i) lane.remember(std::to_string(i));
  EXPECT_EQ(lane.history.size(), kReplayHistoryMax);
  EXPECT_EQ(lane.history.back(), "99");
}

TEST(DelayTable, goes_through_its_knots_and_never_down) {
  EXPECT_EQ(delay_at(kHomeNetwork, 0), kHomeNetwork.quantiles_us.front());
  EXPECT_EQ(delay_at(kHomeNetwork, 65'535), kHomeNetwork.quantiles_us.back());
  EXPECT_EQ(delay_at(kHomeNetwork, 32'768), kHomeNetwork.quantiles_us[4]);
  Micros last_us = 0;
  for (std::uint32_t position = 0; position < 65'536; position += 7) {
    const Micros delay = delay_at(kHomeNetwork, position);
    ASSERT_GE(delay, last_us);
    last_us = delay;
  }
  EXPECT_EQ(delay_at(constant_delay(5), 12'345), 5);
}

TEST(FrameType, reads_both_envelopes_and_nothing_else) {
  EXPECT_EQ(frame_type(R"({"type":"ping"})"), "ping");
  EXPECT_EQ(frame_type(R"({"event":"chat_draft_updated","chat_id":"x"})"), "chat_draft_updated");
  EXPECT_EQ(frame_type("nonsense"), "");
  EXPECT_EQ(frame_type(R"({"type":"unended)"), "");
}

}  // namespace
}  // namespace dp::sim
