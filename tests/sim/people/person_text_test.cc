#include "sim/people/person_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "core/vocabulary/bytes.h"

namespace dp::sim {
namespace {

RC_GTEST_PROP(PersonText, every_edit_is_valid_and_a_function_of_its_arguments,
              (std::uint64_t first, std::uint64_t second)) {
  std::string text;
  for (const std::uint64_t bits : {first, second, first ^ second}) {
    const std::string next = edited_text(text, bits);
    RC_ASSERT(next == edited_text(text, bits));
    RC_ASSERT(is_valid_utf8(next));
    text = next;
    RC_ASSERT(is_valid_utf8(odd_text(bits)));
    RC_ASSERT(is_valid_utf8(long_text(bits)));
  }
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text + "\n").find("\n" + line + "\n") != std::string::npos;
}

TEST(PersonText, edits_of_one_text_collide_often) {
  const std::string before = "milk bread\ncall Anna\nat noon";
  std::size_t collisions = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const std::string a = edited_text(before, 2 * i);
    const std::string b = edited_text(before, 2 * i + 1);
    bool collide = false;
    for (const char* line : {"milk bread", "call Anna", "at noon"}) {
      collide = collide || (!has_line(a, line) && !has_line(b, line));
    }
    collisions += collide;
  }
  EXPECT_GT(collisions, 60u);   // more than a sixth: conflicts happen in every run
  EXPECT_LT(collisions, 340u);  // and so do edits that can be joined
}

TEST(PersonText, texts_stay_small_whatever_is_typed) {
  std::string text;
  for (std::uint64_t i = 0; i < 2'000; ++i) text = edited_text(text, i * 77);
  EXPECT_LT(text.size(), 16'000u);
}

TEST(PersonText, canaries_differ_and_have_48_symbols) {
  std::set<std::string> seen;
  for (std::uint32_t device = 0; device < 5; ++device) {
    for (std::uint32_t operation = 0; operation < 20; ++operation) {
      const std::string canary = canary_text(9, device, operation);
      EXPECT_EQ(canary.size(), 48u);
      seen.insert(canary);
    }
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_NE(canary_text(9, 0, 0), canary_text(10, 0, 0));
}

TEST(PersonText, odd_texts_include_nul_and_crlf) {
  bool nul = false;
  bool crlf = false;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string text = odd_text(i);
    nul = nul || text.find('\0') != std::string::npos;
    crlf = crlf || text.find("\r\n") != std::string::npos;
  }
  EXPECT_TRUE(nul);
  EXPECT_TRUE(crlf);
}

}  // namespace
}  // namespace dp::sim
