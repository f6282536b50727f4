// The field client against the real server, in worlds of two devices.
#include <gtest/gtest.h>

#include "core/server/database_table.h"
#include "sim/disk/disk.h"
#include "sim/field_client/field_client.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kA{0};
constexpr DeviceId kB{1};

WorldConfig field_world() {
  WorldConfig config = calm_world(2, CipherMode::real);
  config.accounts[0].dialect = Dialect::field;
  return config;
}

TEST(FieldClient, saves_after_the_pause_and_the_last_arrival_wins) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "from a");
  world.run_for(1'199 * kMillisecond);
  EXPECT_EQ(text_in(world, kA, chat), "");
  world.run_for(kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "from a");
  world.set_online(kB, false);
  type(world, kB, chat, "from b, offline");
  world.run_for(2 * kSecond);
  world.set_online(kB, true);
  world.heal();
  ASSERT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(text_in(world, kA, chat), "from b, offline");
}

TEST(FieldClient, its_changes_carry_no_base_and_its_disk_only_ciphertext) {
  World world(field_world());
  Observed seen;
  world.attach(&seen);
  type(world, kA, world.chat(0, 0), "a very recognisable text");
  world.run_for(3 * kSecond);
  const auto sent = seen.of(EventKind::frame_sent, "update_draft");
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].bytes.find("base_version"), std::string::npos);
  for (const RecordedEvent& event : seen.events) {
    const bool outside = event.kind == EventKind::frame_sent ||
                         event.kind == EventKind::store_put || event.kind == EventKind::db_applied;
    if (!outside) continue;
    EXPECT_EQ(event.bytes.find("recognisable"), std::string::npos);
  }
}

TEST(FieldClient, a_restart_keeps_what_was_saved_and_sends_it) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  world.run_for(kSecond);
  world.set_online(kA, false);
  type(world, kA, chat, "saved offline");
  world.run_for(3 * kSecond);
  world.crash(kA);
  world.power_on(kA);
  EXPECT_EQ(text_in(world, kA, chat), "saved offline");
  world.heal();
  ASSERT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(text_in(world, kB, chat), "saved offline");
}

TEST(FieldClient, clearing_and_sending_empty_the_draft_everywhere) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "one");
  world.run_for(3 * kSecond);
  world.act(kA, client::ClearPressed{});
  world.run_for(3 * kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "");
  type(world, kA, chat, "two");
  world.run_for(3 * kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "two");
  world.act(kA, client::SendPressed{});
  world.run_for(3 * kSecond);
  EXPECT_EQ(text_in(world, kA, chat), "");
  EXPECT_EQ(text_in(world, kB, chat), "");
  EXPECT_EQ(world.database().messages().size(), 1u);
}

TEST(FieldClient, the_open_editor_keeps_what_is_being_typed) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "one");
  world.run_for(3 * kSecond);
  type(world, kB, chat, "one and more");
  type(world, kA, chat, "one from a");
  world.run_for(1'250 * kMillisecond);
  EXPECT_EQ(world.view(kB).editor_text, "one and more");
}

TEST(FieldClient, a_restored_server_brings_its_devices_together_again) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "old");
  world.run_for(3 * kSecond);
  world.backup_database();
  type(world, kA, chat, "new");
  world.run_for(3 * kSecond);
  EXPECT_TRUE(world.restore_backup());
  world.heal();
  ASSERT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(text_in(world, kA, chat), text_in(world, kB, chat));
}

std::vector<std::string> without_its_number(std::string_view frame) {
  std::string out(frame);
  const std::string_view number = R"("draft_v":2)";
  if (const auto at = out.find(number); out.contains("draft_conflict") && at != out.npos) {
    out.replace(at, number.size(), R"("draft_v":0)");
  }
  return {out};
}

// Its store may hold a text of no version: it died between a refusal and what stood behind it. It
// asks when it connects, and if the connection breaks before the answer, on the next one again.
TEST(FieldClient, an_answer_that_was_lost_with_its_connection_is_asked_for_again) {
  World world(field_world());
  const ChatId chat = world.chat(0, 0);
  world.set_online(kB, false);
  type(world, kA, chat, "old");
  world.run_for(3 * kSecond);
  world.act(kA, client::ClearPressed{});
  type(world, kB, chat, "mine");
  world.run_for(3 * kSecond);
  world.set_rewrite(kB, Direction::down, without_its_number);
  world.set_online(kB, true);
  world.run_for(5 * kSecond);
  world.crash(kB);
  world.set_rewrite(kB, Direction::down, [](std::string_view frame) {
    return frame.contains("chat_details") ? std::vector<std::string>{}
                                          : std::vector{std::string(frame)};
  });
  ASSERT_TRUE(world.power_on(kB));
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "mine") << "the answer got through";
  world.set_online(kB, false);
  world.run_for(kSecond);
  world.set_rewrite(kB, Direction::down, nullptr);
  world.set_online(kB, true);
  world.run_for(10 * kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "");
}

}  // namespace
}  // namespace dp::sim
