#include "core/wire/error_code.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dp::wire {
namespace {

TEST(ErrorCode, EachCodeHasItsOwnNameAndIsReadBack) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(parse_error_code(name(code)), code);
    EXPECT_TRUE(names.insert(name(code)).second) << name(code);
    EXPECT_EQ(name(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

TEST(ErrorCode, OtherNamesAreRefused) {
  for (const std::string_view text : {"", "Internal", "internal ", "intern", "internall"}) {
    EXPECT_EQ(parse_error_code(text), std::nullopt) << text;
  }
}

TEST(ErrorCode, EachMessageIsOneTemplateWithoutArguments) {
  std::set<std::string_view> messages;
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {
    const std::string_view message = message_template(static_cast<ErrorCode>(i));
    EXPECT_TRUE(messages.insert(message).second) << message;
    EXPECT_EQ(message.back(), '.') << message;
    EXPECT_EQ(message.find_first_of("{}%$"), std::string_view::npos) << message;
  }
}

TEST(ErrorCode, OnlyConditionsThatPassByThemselvesMayBeRetried) {
  std::set<std::string_view> retryable;
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (is_retryable(code)) retryable.insert(name(code));
  }
  EXPECT_EQ(retryable, (std::set<std::string_view>{
                           "internal", "ownership_unknown", "too_many_connections", "slow_reader",
                           "replay_refused", "storage_unavailable", "persistence_lagging"}));
}

}  // namespace
}  // namespace dp::wire
