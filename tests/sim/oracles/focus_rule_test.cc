// covers: CONV-11, R40
#include "sim/oracles/focus_rule.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};

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
  bool is_red_when_replaced_by(const std::string& text) {
    const std::uint64_t before = law_.violation_count();
    tell(EventKind::editor_replaced, "", text);
    return law_.violation_count() > before;
  }

 private:
  void tell(EventKind kind, const char* name, std::string text) {
    TraceEvent event;
    event.kind = kind;
    event.node = node_of(kPhone);
    event.name = name;
    event.bytes = text;
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

}  // namespace
}  // namespace dp::sim
