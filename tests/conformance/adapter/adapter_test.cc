#include "conformance/adapter/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace dp::conformance {
namespace {

using namespace std::chrono_literals;
constexpr ProcessLimits kShort{300ms, 1u << 16, 1u << 16};
constexpr const char* kHello =
    R"(printf '%s\n' '{"id":1,"ok":true,"implementation":"x","version":"1",)"
    R"("capabilities":["core"],"unsupported_options":[],"now_ms":0,"next_timer_ms":null}'; )";

std::string after_hello(const std::string& what) {
  return std::string("read l; ") + kHello + what;
}

std::string code_of(const Result<Reply>& reply) {
  return reply ? "ok" : reply.error().code;
}

TEST(Process, that_does_not_exist_is_closed_and_says_why) {
  const auto adapter = Adapter::start("./no-such-program-here", kShort);
  ASSERT_FALSE(adapter.has_value());
  EXPECT_EQ(adapter.error().code, "closed");
  EXPECT_THAT(adapter.error().detail, testing::HasSubstr("exit 127"));
}

TEST(Process, that_never_answers_times_out) {
  const auto begin = std::chrono::steady_clock::now();
  const auto adapter = Adapter::start("exec tail -f /dev/null", kShort);
  ASSERT_FALSE(adapter.has_value());
  EXPECT_EQ(adapter.error().code, "timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Process, that_dies_is_closed_with_its_status) {
  auto adapter = Adapter::start(after_hello("read l; echo boom >&2; exit 7"), kShort);
  ASSERT_TRUE(adapter.has_value());
  const auto reply = adapter->call(Operation("state.get"));
  EXPECT_EQ(code_of(reply), "closed");
  EXPECT_EQ(reply.error().detail, "exit 7: boom");
  EXPECT_EQ(code_of(adapter->call(Operation("bye"))), "closed");
  EXPECT_FALSE(adapter->alive());
}

TEST(Process, that_prints_garbage_is_a_bad_reply) {
  auto adapter = Adapter::start(after_hello("read l; echo '%%%'; cat > /dev/null"), kShort);
  ASSERT_TRUE(adapter.has_value());
  EXPECT_EQ(code_of(adapter->call(Operation("state.get"))), "bad_reply");
}

TEST(Process, that_prints_without_end_is_cut) {
  auto adapter = Adapter::start(after_hello("read l; yes | tr -d '\\n'"), kShort);
  ASSERT_TRUE(adapter.has_value());
  EXPECT_EQ(code_of(adapter->call(Operation("state.get"))), "line_too_long");
}

TEST(Process, that_speaks_unasked_is_told_apart) {
  auto adapter = Adapter::start(after_hello("echo more; cat > /dev/null"), kShort);
  ASSERT_TRUE(adapter.has_value());
  std::string code;
  for (int i = 0; i < 3 && adapter->alive(); ++i) code = code_of(adapter->call(Operation("x")));
  EXPECT_THAT(code, testing::AnyOf("unasked_output", "bad_reply"));
}

TEST(Process, that_answers_another_question_is_told_apart) {
  auto adapter = Adapter::start(
      after_hello(R"(read l; echo '{"id":9,"ok":true,"now_ms":0,"next_timer_ms":null}'; cat)"),
      kShort);
  ASSERT_TRUE(adapter.has_value());
  EXPECT_EQ(code_of(adapter->call(Operation("state.get"))), "wrong_id");
}

TEST(Process, that_floods_standard_error_is_not_blocked) {
  auto adapter = Adapter::start("head -c 3000000 /dev/zero >&2; " + after_hello("cat > /dev/null"),
                                {5'000ms, 1u << 16, 1'000});
  ASSERT_TRUE(adapter.has_value()) << adapter.error().code;
  EXPECT_EQ(adapter->errors().size(), 1'000u);
}

TEST(Operation, is_one_line_of_json) {
  Operation operation("ui.edit");
  operation.with("text", "a\"\n\xff").with("n", std::int64_t{7}).with("on", true).with_null("x");
  EXPECT_EQ(operation.line(3),
            "{\"id\":3,\"op\":\"ui.edit\",\"text\":\"a\\\"\\n\xef\xbf\xbd\",\"n\":7,\"on\":true,"
            "\"x\":null}");
}

TEST(Reply, names_what_is_wrong) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"({"id":1,"ok":true,"next_timer_ms":null})", "now_ms is missing"},
      {R"({"id":1,"ok":true,"now_ms":-1,"next_timer_ms":null})",
       "now_ms is no whole number from 0 to 2^53 - 1"},
      {R"({"id":1,"now_ms":0,"next_timer_ms":null})", "neither ok nor error"},
      {R"({"id":1,"error":{"code":"no","message":""},"now_ms":0,"next_timer_ms":null})",
       "error.code is not one of section 1"},
      {R"({"id":1,"ok":true,"now_ms":0,"next_timer_ms":null,"effects":[{"effect":"x"}]})",
       "effects[0].effect is not one of section 5"},
      {R"([])", "is no object"},
      {R"({"id":1)", "is not JSON"},
  };
  for (const auto& [line, detail] : rows) {
    const auto reply = read_reply(line);
    ASSERT_FALSE(reply.has_value()) << line;
    EXPECT_EQ(reply.error().detail, detail);
  }
}

TEST(Reply, is_read_with_its_effects) {
  const auto reply =
      read_reply(R"({"id":4,"ok":true,"now_ms":7,"next_timer_ms":9,"x":1,"effects":[)"
                 R"({"effect":"conn.send","conn":2,"text":"t"},{"effect":"ui.chats"}]})");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->effects.size(), 2u);
  EXPECT_EQ(reply->effects[0].conn, 2u);
  EXPECT_EQ(reply->effects[0].text, "t");
  EXPECT_EQ(reply->next_timer_ms, 9u);
}

}  // namespace
}  // namespace dp::conformance
