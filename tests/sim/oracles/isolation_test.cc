// covers: CONV-13, R24
#include "sim/oracles/isolation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "core/server/database_table.h"
#include "sim/oracles/oracle_set.h"
#include "sim/tape/site.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kStranger{1};  // of the other account

// What the law makes of a few events that a test puts together.
class Wire : public testing::Test {
 protected:
  Wire() : world_(config()), law_(nobody_did_anything_) {}

  static WorldConfig config() {
    WorldConfig config = calm_world(2);
    config.accounts.resize(2);
    config.devices[kStranger.index].account = 1;
    return config;
  }
  ChatId chat(std::size_t ordinal) const { return world_.chat(0, ordinal); }
  static std::string frame(const ChatId& chat) {
    return R"({"type":"update_draft","payload":{"chat_id":")" + chat.text() + R"("}})";
  }

  void tell(NodeId node, EventKind kind, std::uint64_t number, std::string_view bytes) {
    TraceEvent event;
    event.node = node;
    event.kind = kind;
    event.number = number;
    event.bytes = bytes;
    law_.observe(event, world_);
  }
  void sends(const std::string& text) { tell(node_of(kPhone), EventKind::frame_sent, 1, text); }
  void strikes(FaultKind fault) {
    tell(kWorldNode, EventKind::fault, static_cast<std::uint64_t>(fault), {});
  }
  void comes_instead(const std::string& text) {
    tell(kServerNode, EventKind::frame_forged, 1, text);
  }
  // Whether the law objects to a row of this chat.
  bool is_red_for(const ChatId& chat, std::size_t account = 0) {
    server::WriteDraft job;
    job.row.slot = {world_.account_id(account), chat};
    job.row.version = 1;
    job.row.sealed = true;
    server::Query query;
    query.request = job;
    TraceEvent event;
    event.node = kServerNode;
    event.kind = EventKind::db_applied;
    event.detail = &query;
    const std::uint64_t before = law_.violation_count();
    law_.observe(event, world_);
    return law_.violation_count() > before;
  }

  World world_;
  SlotHistory nobody_did_anything_;
  Isolation law_;
};

// Another chat id by one flipped bit.
ChatId damaged(const ChatId& chat) {
  std::string text = chat.text();
  for (char& symbol : text) {
    for (int bit = 0; bit < 7; ++bit) {
      symbol = static_cast<char>(symbol ^ (1 << bit));
      if (const auto other = ChatId::parse(text)) return *other;
      symbol = static_cast<char>(symbol ^ (1 << bit));
    }
  }
  ADD_FAILURE() << "no bit of " << text << " makes another id";
  return chat;
}

TEST_F(Wire, a_chat_that_a_flipped_bit_named_is_not_judged_in_its_account) {
  sends(frame(chat(0)));
  strikes(FaultKind::frame_corrupted);
  comes_instead(frame(damaged(chat(0))));
  EXPECT_FALSE(is_red_for(damaged(chat(0))));
  EXPECT_TRUE(is_red_for(damaged(chat(0)), 1));
  EXPECT_TRUE(is_red_for(chat(1)));
}

TEST_F(Wire, a_chat_that_a_damaged_frame_had_been_sent_for_is_judged) {
  const std::string sent = frame(chat(0));
  std::string came = sent;
  came.back() = '|';
  sends(sent);
  strikes(FaultKind::frame_corrupted);
  comes_instead(came);
  EXPECT_TRUE(is_red_for(chat(0)));
}

TEST_F(Wire, a_forged_frame_excuses_no_row) {
  sends(frame(chat(0)));
  comes_instead(frame(damaged(chat(0))));
  EXPECT_TRUE(is_red_for(damaged(chat(0))));
  strikes(FaultKind::frame_duplicated);
  comes_instead(frame(damaged(chat(0))));
  EXPECT_TRUE(is_red_for(damaged(chat(0))));
}

TEST_F(Wire, damage_excuses_the_one_frame_that_was_damaged) {
  sends(frame(chat(0)));
  strikes(FaultKind::frame_corrupted);
  comes_instead(frame(damaged(chat(0))));
  comes_instead(frame(damaged(chat(1))));
  EXPECT_TRUE(is_red_for(damaged(chat(1))));
  strikes(FaultKind::frame_corrupted);
  sends(frame(chat(0)));
  comes_instead(frame(damaged(chat(1))));
  EXPECT_TRUE(is_red_for(damaged(chat(1))));
}

TEST_F(Wire, what_was_damaged_on_its_way_down_excuses_no_row) {
  sends(frame(chat(0)));
  tell(kServerNode, EventKind::frame_sent, 1, frame(chat(0)));
  strikes(FaultKind::frame_corrupted);
  tell(node_of(kPhone), EventKind::frame_forged, 1, frame(damaged(chat(0))));
  EXPECT_TRUE(is_red_for(damaged(chat(0))));
}

// The phone's only save. Of the frames on its connection this is the place of the one that carries
// it, and in it the flipped bit is the one that makes another chat id.
struct Damage {
  std::uint32_t frame = 0;
  std::uint64_t bit = 0;
};

Damage damage_of_the_save(const Observed& seen, const ChatId& chat) {
  Damage found;
  for (const RecordedEvent& event : seen.events) {
    if (event.kind != EventKind::frame_sent) continue;
    if (event.name == "update_draft") {
      const std::string from = chat.text();
      const std::string to = damaged(chat).text();
      std::size_t at = 0;
      while (from[at] == to[at]) ++at;
      std::uint64_t bit = 0;
      while (((from[at] ^ to[at]) & (1 << bit)) == 0) ++bit;
      found.bit = (event.bytes.find(from) + at) * 7 + bit;
      return found;
    }
    ++found.frame;
  }
  ADD_FAILURE() << "nothing was saved";
  return found;
}

void save_and_rest(World& world) {
  type(world, kPhone, world.chat(0, 0), "noodles");
  world.run_for(5 * kSecond);
  world.heal();
  EXPECT_TRUE(world.quiesce()) << world.pending();
}

TEST(Isolation, a_world_that_damages_a_chat_id_on_its_way_up_breaks_no_law) {
  WorldConfig config = calm_world(1);
  World honest(config);
  Observed seen;
  honest.attach(&seen);
  save_and_rest(honest);
  const ChatId chat = honest.chat(0, 0);
  const Damage damage = damage_of_the_save(seen, chat);

  const std::uint32_t node = node_of(kPhone).value;
  config.faults[FaultKind::frame_corrupted] = 1;
  config.tape.only_these = true;
  config.tape.decisions = {
      {{strike_site(FaultKind::frame_corrupted), node, damage.frame}, 1},
      {{how_site(FaultKind::frame_corrupted), node, 0}, damage.bit},
  };
  World world(config);
  OracleSet laws;
  world.attach(&laws);
  save_and_rest(world);
  laws.conclude(world, true);
  world.detach(&laws);

  const server::SlotKey nobodys{world.account_id(0), damaged(chat)};
  EXPECT_TRUE(world.database().drafts().contains(nobodys)) << "the damage did not get through";
  for (const Violation& violation : laws.violations()) {
    ADD_FAILURE() << violation.signature() << ": " << violation.seen;
  }
}

}  // namespace
}  // namespace dp::sim
