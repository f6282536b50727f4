// SEC-25: domain separation by label.
#include "core/crypto/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace dp::crypto {
namespace {

TEST(Labels, NoLabelIsEqualToOrAPrefixOfAnother) {
  for (std::size_t one = 0; one < kLabels.size(); ++one) {
    EXPECT_FALSE(kLabels[one].empty());
    for (std::size_t other = 0; other < kLabels.size(); ++other) {
      if (one != other) {
        EXPECT_FALSE(kLabels[one].starts_with(kLabels[other])) << kLabels[one];
      }
    }
  }
}

TEST(Labels, LengthsIncludeTheTrailingZeros) {
  using namespace std::string_view_literals;
  EXPECT_EQ(kLabelWrap, "ds1/wrap\0"sv);
  EXPECT_EQ(kLabelAuth, "ds1/auth\0"sv);
  EXPECT_EQ(kLabelIndex, "ds1/index\0"sv);
  EXPECT_EQ(kLabelEpoch, "ds1/epoch\0"sv);
  EXPECT_EQ(kLabelField, "ds1/field\0"sv);
  EXPECT_EQ(kLabelSlotId, "ds1/sid\0"sv);
  EXPECT_EQ(kLabelRowId, "ds1/row\0"sv);
  EXPECT_EQ(kLabelKeyId, "ds1/kid\0"sv);
  EXPECT_EQ(kLabelSlotKey, "ds1/slot"sv);
  EXPECT_EQ(kLabelMessage, "ds1/msg\0"sv);
  EXPECT_EQ(kLabelNonce, "ds1/nonce"sv);
  EXPECT_EQ(kLabelAad, "draftsync/v1\0\0\0\0"sv);
}

// Reads the sources: each label constant is mentioned once outside labels.h, and no label is
// spelled out anywhere else in code.
TEST(Labels, EachLabelIsUsedExactlyOnce) {
  std::map<std::string, int> uses;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DP_SOURCE_DIR "/core/crypto")) {
    if (entry.path().extension() != ".cc") continue;
    ++files;
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    const std::string source = text.str();
    const std::regex name("kLabel[A-Z][A-Za-z]*");
    for (std::sregex_iterator at(source.begin(), source.end(), name), end; at != end; ++at) {
      ++uses[at->str()];
    }
    EXPECT_EQ(source.find("\"ds1/"), std::string::npos) << entry.path();
  }
  EXPECT_GT(files, 10);
  EXPECT_EQ(uses.size(), kLabels.size());
  for (const auto& [label, count] : uses) EXPECT_EQ(count, 1) << label;
}

}  // namespace
}  // namespace dp::crypto
