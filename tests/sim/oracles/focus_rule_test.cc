// covers: CONV-11, R40, R46
#include "sim/oracles/focus_rule.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kTablet{1};

// The law alone, told by a test what a person and a device did.
class FocusedEditor : public testing::Test {
 protected:
  FocusedEditor() : world_(calm_world(1)) {
    world_.run_for(kSecond);
    person("chat_opened");
    person("focused");
    person("edited", "soup");
  }
  void person(const char* name, std::string text = {}) {
    tell(EventKind::person, name, std::move(text));
  }
  void cleared() { person("clear_pressed"); }
  void told_that_the_text_is_kept() {
    TraceEvent event;
    event.number = static_cast<std::uint64_t>(client::NoticeKind::chat_deleted_kept_text);
    tell(EventKind::notice, event);
  }
  bool is_red_when_replaced_by(const std::string& text) {
    const std::uint64_t before = law_.violation_count();
    tell(EventKind::editor_replaced, "", text);
    return law_.violation_count() > before;
  }

 private:
  void tell(EventKind kind, const char* name, const std::string& text) {
    TraceEvent event;
    event.name = name;
    event.bytes = text;
    tell(kind, event);
  }
  void tell(EventKind kind, TraceEvent event) {
    event.kind = kind;
    event.node = node_of(kPhone);
    law_.observe(event, world_);
  }
  World world_;
  FocusRule law_;
};

TEST_F(FocusedEditor, words_that_nobody_saved_may_not_be_replaced) {
  EXPECT_TRUE(is_red_when_replaced_by("noodles"));
}

TEST_F(FocusedEditor, an_editor_emptied_by_typing_may_not_be_filled) {
  person("edited", "");
  EXPECT_TRUE(is_red_when_replaced_by("noodles"));
}

TEST_F(FocusedEditor, what_is_typed_after_a_clear_may_not_be_replaced) {
  cleared();
  person("edited", "soup!");
  EXPECT_TRUE(is_red_when_replaced_by(""));
}

TEST_F(FocusedEditor, after_a_clear_an_editor_typed_back_to_nothing_may_be_filled) {
  cleared();
  person("edited", "soup!");
  person("edited", "");
  EXPECT_FALSE(is_red_when_replaced_by("noodles"));
  person("edited", "noodles!");
  person("edited", "");
  EXPECT_TRUE(is_red_when_replaced_by("bread")) << "the clear is over";
}

// Typed after the notice's own text was taken, these words are nowhere.
TEST_F(FocusedEditor, words_said_to_be_kept_that_are_not_in_the_archive_may_not_be_replaced) {
  told_that_the_text_is_kept();
  EXPECT_TRUE(is_red_when_replaced_by(""));
}

// The phone types on while the tablet deletes the chat.
TEST(FocusRuleInAWorld, the_end_of_a_chat_takes_words_that_are_in_the_archive) {
  World world(calm_world(2));
  FocusRule law;
  world.attach(&law);
  type(world, kPhone, world.chat(0, 0), "soup");
  world.run_for(5 * kSecond);
  world.act(kPhone, client::Edited{"soup, or bread"});
  world.act(kTablet, client::ChatDeletePressed{world.chat(0, 0)});
  world.run_for(kSecond);
  EXPECT_EQ(world.view(kPhone).editor_text, "");
  EXPECT_TRUE(law.violations().empty());
  EXPECT_GT(law.comparisons(), 0u);
  world.detach(&law);
}

}  // namespace
}  // namespace dp::sim
