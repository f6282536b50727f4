// What was damaged on its way up, and that it excuses the slots it names and no other.
// covers: CONV-01, SEC-40
#include "sim/oracles/damaged_frames.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/faults/fault_kind.h"
#include "sim/oracles/convergence.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr std::string_view kSent = R"({"chat_id":"11111111-2222-4333-8444-555555555555","a":1})";
constexpr std::string_view kCame = R"({"chat_id":"11111111-2222-4333-8444-555555555554","a":1})";

TraceEvent event(EventKind kind, NodeId node, std::string_view bytes = {}) {
  TraceEvent out;
  out.kind = kind;
  out.node = node;
  out.bytes = bytes;
  if (kind == EventKind::fault) {
    out.number = static_cast<std::uint64_t>(FaultKind::frame_corrupted);
  }
  return out;
}

// The three events of one damage, in order.
std::vector<TraceEvent> damage(std::string_view sent, std::string_view came) {
  return {event(EventKind::frame_sent, node_of(kPhone), sent),
          event(EventKind::fault, node_of(kPhone)),
          event(EventKind::frame_forged, kServerNode, came)};
}

TEST(DamagedFrames, sent_spoiled_and_arrived_are_put_together_once) {
  DamagedFrames frames;
  const auto events = damage(kSent, kCame);
  EXPECT_FALSE(frames.observe(events[0]));
  EXPECT_FALSE(frames.observe(events[1]));
  const auto found = frames.observe(events[2]);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sender.index, kPhone.index);
  EXPECT_EQ(found->sent, kSent);
  EXPECT_EQ(found->arrives, kCame);
  EXPECT_EQ(kSent[found->position()], '5');
  ASSERT_EQ(found->chats().size(), 2u) << "the chat that was meant, and the one that arrives";
  EXPECT_NE(found->chats()[0], found->chats()[1]);
  EXPECT_FALSE(frames.observe(events[2])) << "a frame that nobody sent, such as a replayed one";
}

TEST(DamagedFrames, damage_on_the_way_down_is_none) {
  DamagedFrames frames;
  EXPECT_FALSE(frames.observe(event(EventKind::frame_sent, kServerNode, kSent)));
  EXPECT_FALSE(frames.observe(event(EventKind::fault, kServerNode)));
  EXPECT_FALSE(frames.observe(event(EventKind::frame_forged, node_of(kPhone), kCame)));
}

TEST(DamagedFrames, the_next_frame_is_not_damaged_by_the_last_ones_fault) {
  DamagedFrames frames;
  const auto events = damage(kSent, kCame);
  frames.observe(events[0]);
  frames.observe(events[1]);
  frames.observe(events[0]);
  EXPECT_FALSE(frames.observe(events[2]));
}

// A network that the world knows nothing of changes a letter of each preview; whether it is red
// depends on the frame that was seen damaged.
std::vector<std::string> red_after_damage_of(std::size_t ordinal) {
  World world(calm_world(1));
  Convergence law;
  world.attach(&law);
  world.run_for(kSecond);
  world.set_rewrite(kPhone, Direction::up, [](std::string_view frame) {
    std::string out(frame);
    const std::string_view field = R"("encrypted_draft_preview":")";
    const std::size_t at = out.find(field);
    if (at != std::string::npos) {
      char& letter = out[at + field.size() + 200];
      letter = letter == 'A' ? 'B' : 'A';
    }
    return std::vector{out};
  });
  type(world, kPhone, world.chat(0, 0), "noodles");
  world.run_for(5 * kSecond);
  const std::string sent = R"({"chat_id":")" + world.chat(0, ordinal).text() + R"("})";
  for (const TraceEvent& one : damage(sent, sent + " ")) law.observe(one, world);
  law.at_quiescence(world);
  world.detach(&law);
  std::vector<std::string> sites;
  for (const Violation& violation : law.violations()) sites.push_back(violation.site);
  return sites;
}

TEST(DamagedFrames, a_spoiled_preview_is_excused_by_damage_of_its_own_slot_only) {
  EXPECT_EQ(red_after_damage_of(1), std::vector<std::string>{"preview_differs"});
  EXPECT_TRUE(red_after_damage_of(0).empty());
}

}  // namespace
}  // namespace dp::sim
