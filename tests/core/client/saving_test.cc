// From keystroke to durable row: the debounce, flushes, and what may interrupt them.
#include <gtest/gtest.h>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);
const ChatId kOther = chat_named(2);

struct Saving : testing::Test {
  Testbed bed;
  Saving() {
    bed.boot();
    bed.act(ChatOpened{kChat});
    bed.forget_effects();
  }
};

TEST_F(Saving, AnEditIsSavedSentAndAcknowledged) {
  bed.type_and_pause("hello");
  EXPECT_EQ(bed.text(kChat), "hello");
  ASSERT_TRUE(bed.server.slots.contains(kChat));
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), "hello");
  const SlotFacts facts = bed.facts(kChat);
  EXPECT_FALSE(facts.in_flight);
  EXPECT_FALSE(facts.pending);
  EXPECT_EQ(facts.base_version, 1u);
  const View view = bed.client().view();
  EXPECT_EQ(view.connection, Connection::online);
  EXPECT_FALSE(view.unsaved_changes);
  EXPECT_EQ(view.last_saved_text, "hello");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Saving, ThePauseIsExact) {
  bed.type("hello");
  bed.pass(1'200 * kMillisecond - 1);
  EXPECT_TRUE(bed.seen<SealTurn>().empty());
  bed.pass(1);
  EXPECT_EQ(bed.seen<SealTurn>().size(), 2u) << "the save, its receipt, and nothing else";
}

}  // namespace
}  // namespace dp::client
