// A device is looked at before what it queued has arrived, which at the end of a run it has.
// covers: CONV-02, CONV-12, R48, R23
#include "sim/oracles/queue_arrives.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};

struct QueueArrivesLaw : testing::Test, Observer {
  QueueArrivesLaw() : world(calm_world(2)) {
    world.attach(this);
    world.run_for(kSecond);
  }
  ~QueueArrivesLaw() override { world.detach(this); }
  void observe(const TraceEvent& event, const World& at) override {
    history.observe(event, at);
    law.observe(event, at);
  }

  ChatId chat() const { return world.chat(0, 0); }
  void passes() { world.run_for(5 * kSecond); }
  void sends(std::string text) {
    type(world, kPhone, chat(), std::move(text));
    passes();
    world.act(kPhone, client::SendPressed{});
    passes();
  }
  // Tells the law of a notice of the phone that no client gave.
  void notices(client::NoticeKind kind, std::string_view detail) {
    const std::string named = chat().text();
    TraceEvent event;
    event.kind = EventKind::notice;
    event.node = node_of(kPhone);
    event.number = static_cast<std::uint64_t>(kind);
    event.name = detail;
    event.bytes = named;
    law.observe(event, world);
  }
  void hears_forged(const std::string& frame) {
    TraceEvent event;
    event.kind = EventKind::frame_forged;
    event.node = node_of(kPhone);
    event.bytes = frame;
    law.observe(event, world);
  }
  std::vector<std::string> red() {
    QueueArrives judged = law;
    applies = judged.applies(world);
    judged.at_quiescence(world);
    compared = judged.comparisons();
    std::vector<std::string> sites;
    for (const Violation& violation : judged.violations()) sites.push_back(violation.site);
    return sites;
  }
  static std::vector<std::string> nothing() { return {}; }

  World world;
  SlotHistory history;
  QueueArrives law{history};
  bool applies = false;
  std::uint64_t compared = 0;
};

TEST_F(QueueArrivesLaw, a_message_sent_in_a_tunnel_is_red_until_it_has_arrived) {
  EXPECT_EQ(red(), nothing());
  EXPECT_FALSE(applies);
  world.set_online(kPhone, false);
  sends("noodles");
  EXPECT_EQ(red(), std::vector<std::string>{"message_lost"});
  EXPECT_TRUE(applies);
  world.set_online(kPhone, true);
  passes();
  EXPECT_EQ(red(), nothing());
  EXPECT_TRUE(applies);
  EXPECT_EQ(compared, 1u);
}

TEST_F(QueueArrivesLaw, of_two_messages_the_one_that_is_missing_is_red) {
  sends("noodles");
  world.set_online(kPhone, false);
  sends("at one");
  EXPECT_EQ(red(), std::vector<std::string>{"message_lost"});
  EXPECT_EQ(compared, 2u);
}

TEST_F(QueueArrivesLaw, a_deletion_of_a_chat_is_red_until_it_has_arrived) {
  sends("noodles");
  world.set_online(kPhone, false);
  world.act(kPhone, client::ChatDeletePressed{chat()});
  passes();
  EXPECT_EQ(red(), std::vector<std::string>{"deletion_lost"});
  world.set_online(kPhone, true);
  passes();
  EXPECT_EQ(red(), nothing());
  EXPECT_EQ(compared, 1u) << "the message went with its chat";
}

TEST_F(QueueArrivesLaw, a_refusal_excuses_a_message_but_not_a_deletion) {
  world.set_online(kPhone, false);
  sends("noodles");
  notices(client::NoticeKind::not_synced_refused, "message_too_long");
  EXPECT_EQ(red(), nothing());
  EXPECT_FALSE(applies);
  world.act(kPhone, client::ChatDeletePressed{chat()});
  passes();
  notices(client::NoticeKind::not_synced_refused, "unknown_type");
  EXPECT_EQ(red(), std::vector<std::string>{"deletion_lost"});
  notices(client::NoticeKind::not_synced_refused, "chat_forbidden");
  EXPECT_EQ(red(), nothing());
}

TEST_F(QueueArrivesLaw, a_refusal_excuses_nothing_that_was_sent_after_it) {
  world.set_online(kPhone, false);
  notices(client::NoticeKind::not_synced_refused, "message_too_long");
  sends("noodles");
  EXPECT_EQ(red(), std::vector<std::string>{"message_lost"});
}

TEST_F(QueueArrivesLaw, a_forged_receipt_excuses_the_message_it_names_only) {
  world.set_online(kPhone, false);
  sends("noodles");
  const std::string id = world.queued(kPhone).at(0).id.value;
  hears_forged(R"({"type":"chat_message_receipt","payload":{"message_id":"another"}})");
  hears_forged(R"({"type":"draft_update_receipt","payload":{"change_id":")" + id + R"("}})");
  EXPECT_EQ(red(), std::vector<std::string>{"message_lost"});
  hears_forged(R"({"type":"chat_message_receipt","payload":{"message_id":")" + id + R"("}})");
  EXPECT_EQ(red(), nothing());
}

TEST_F(QueueArrivesLaw, a_chat_that_went_elsewhere_excuses_its_messages_but_not_its_deletion) {
  world.set_online(kPhone, false);
  sends("noodles");
  notices(client::NoticeKind::chat_deleted_kept_text, "");
  EXPECT_EQ(red(), nothing());
  world.act(kPhone, client::ChatDeletePressed{chat()});
  passes();
  notices(client::NoticeKind::chat_deleted_kept_text, "");
  EXPECT_EQ(red(), std::vector<std::string>{"deletion_lost"});
}

TEST_F(QueueArrivesLaw, a_forged_end_of_its_own_chat_excuses_a_deletion_and_no_message) {
  sends("noodles");
  world.set_online(kPhone, false);
  sends("at one");
  world.act(kPhone, client::ChatDeletePressed{chat()});
  passes();
  const std::vector<std::string> both{"deletion_lost", "message_lost"};
  EXPECT_EQ(red(), both);
  hears_forged(R"({"event":"chat_deleted","chat_id":")" + world.chat(0, 1).text() + R"("})");
  EXPECT_EQ(red(), both);
  hears_forged(R"({"event":"chat_deleted","chat_id":")" + chat().text() + R"("})");
  EXPECT_EQ(red(), std::vector<std::string>{"message_lost"});
}

TEST_F(QueueArrivesLaw, a_device_that_never_comes_back_is_not_judged) {
  world.set_online(kPhone, false);
  sends("noodles");
  world.set_power(kPhone, PowerState::off);
  world.heal({DeviceId{1}});
  EXPECT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(red(), nothing());
  EXPECT_FALSE(applies);
}

TEST_F(QueueArrivesLaw, what_a_wiped_store_held_is_nobodys_loss) {
  world.set_online(kPhone, false);
  sends("noodles");
  world.wipe_store(kPhone);
  passes();
  EXPECT_EQ(red(), nothing());
  EXPECT_FALSE(applies);
}

}  // namespace
}  // namespace dp::sim
