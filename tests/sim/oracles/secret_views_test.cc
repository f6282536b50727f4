#include "sim/oracles/secret_views.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/vocabulary/bytes.h"
#include "sim/oracles/pattern_index.h"

namespace dp::sim {
namespace {

constexpr std::string_view kSecret = "s3cr3tW0rdsThatAreLongEnough";

// Independent of written_as: what a program that leaks the whole text would really write.
bool leaks(SecretView view, const std::string& leaked) {
  PatternIndex index;
  for (const std::string_view window : windows_of(kSecret, 1)) {
    index.add(written_as(view, window), 1);
  }
  return index.find(leaked).has_value();
}

TEST(SecretViewsTest, Base64OfALongerTextIsRecognisedAtEachAlignment) {
  for (std::size_t lead = 0; lead < 9; ++lead) {
    const std::string text = std::string(lead, 'x') + std::string(kSecret) + "tail";
    const std::string leaked = base64_encode(as_bytes(text));
    const auto view =
        static_cast<SecretView>(static_cast<std::size_t>(SecretView::base64_at_0) + lead % 3);
    bool any = false;
    for (const SecretView each :
         {SecretView::base64_at_0, SecretView::base64_at_1, SecretView::base64_at_2}) {
      any = any || leaks(each, leaked);
    }
    EXPECT_TRUE(any) << "lead " << lead;
    EXPECT_TRUE(leaks(view, leaked)) << "lead " << lead;
  }
}

TEST(SecretViewsTest, HexReversedAndUtf16AreRecognised) {
  EXPECT_TRUE(leaks(SecretView::hex_lower, "00" + hex_encode(as_bytes(kSecret)) + "ff"));
  EXPECT_TRUE(leaks(SecretView::reversed, std::string(kSecret.rbegin(), kSecret.rend())));
  std::string wide;
  for (const char symbol : kSecret) {
    wide += symbol;
    wide += '\0';
  }
  EXPECT_TRUE(leaks(SecretView::utf16_little, wide));
}

TEST(SecretViewsTest, UniformWindowsAreNotSearchedFor) {
  EXPECT_TRUE(windows_of("aaaaaaaaaaaaaaaaaaaaaaaa", 1).empty());
  EXPECT_TRUE(windows_of("short", 1).empty());
  EXPECT_EQ(windows_of("abcdefghijklm", 1).size(), 2U);
}

}  // namespace
}  // namespace dp::sim
