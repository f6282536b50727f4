#include "core/vocabulary/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace dp {
namespace {

const std::string kChat = "01234567-89ab-4def-8123-456789abcdef";

TEST(ChatId, keeps_its_text) {
  const auto id = ChatId::parse(kChat);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), kChat);
  EXPECT_EQ(id->bytes()[0], 0x01);
  EXPECT_EQ(id->bytes()[15], 0xef);
}

TEST(ChatId, refuses_every_other_spelling) {
  const std::string_view refused[] = {
      "",
      "01234567-89AB-4DEF-8123-456789ABCDEF",   // uppercase
      "{1234567-89ab-4def-8123-456789abcde}",   // braces
      "0123456789ab4def8123456789abcdef",       // no hyphens
      "01234567-89ab-1def-8123-456789abcdef",   // version 1
      "01234567-89ab-4def-c123-456789abcdef",   // another variant
      "01234567-89ab-4def-8123-456789abcde",    // short
      "01234567-89ab-4def-8123-456789abcdef0",  // long
      "012345678-9ab-4def-8123-456789abcdef",   // a hyphen displaced
      "01234567-89ab-4def-8123-456789abcdeg",   // not a digit
      "01234567-89ab-4def-8123-456789abcde\n",  // white space
      "00000000-0000-0000-0000-000000000000",   // the nil id
  };
  for (const auto text : refused) EXPECT_FALSE(ChatId::parse(text)) << "accepted " << text;
}

RC_GTEST_PROP(ChatId, any_sixteen_random_bytes_make_an_id_whose_text_parses_back,
              (const std::array<std::uint8_t, 16>& bytes)) {
  const ChatId id = ChatId::from_random(bytes);
  RC_ASSERT(id.text().size() == ChatId::kTextLength);
  RC_ASSERT(ChatId::parse(id.text()) == id);
}

RC_GTEST_PROP(ChatId, a_text_with_one_character_changed_is_refused_or_names_another_chat, ()) {
  const auto at = *rc::gen::inRange<std::size_t>(0, kChat.size());
  const auto other = *rc::gen::distinctFrom(kChat[at]);
  std::string text = kChat;
  text[at] = other;
  const auto id = ChatId::parse(text);
  if (id) {
    RC_ASSERT(id->text() == text);
    RC_ASSERT(*id != *ChatId::parse(kChat));
  }
}

TEST(OpaqueName, is_one_to_sixty_four_safe_characters) {
  EXPECT_TRUE(is_opaque_name("a"));
  EXPECT_TRUE(is_opaque_name("Az09_-"));
  EXPECT_TRUE(is_opaque_name(std::string(64, 'x')));
  EXPECT_FALSE(is_opaque_name(""));
  EXPECT_FALSE(is_opaque_name(std::string(65, 'x')));
  for (const auto text :
       {"a b", "a.b", "a/b", "a+b", "a\n", "\xc3\xa9", "a=", "a@", "[", "`", "{"}) {
    EXPECT_FALSE(is_opaque_name(text)) << "accepted " << text;
  }
}

}  // namespace
}  // namespace dp
