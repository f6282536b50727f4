// Programs that are no adapters, or stop being one: a verdict with its cause, in bounded time.
#include <chrono>

#include "tests/conformance/foreign/clients.h"

namespace dp::conformance {
namespace {

constexpr const char* kTyping = R"(
  "devices": ["phone", "laptop"], "chats": ["lunch"],
  "steps": [
    {"on": "everyone", "do": "open", "chat": "lunch"},
    {"on": "phone", "do": "type", "text": "noodles"},
    {"wait": "1h"}
  ])";

// Says hello, then does `then` for each further line.
std::string after_hello(const std::string& then) {
  return R"(read l; echo '{"id":1,"ok":true,"protocol":1,"implementation":"x","version":"1",)"
         R"("capabilities":["facts","suite:1","suite:2"],"unsupported_options":[],)"
         R"("now_ms":0,"next_timer_ms":null}'; while read l; do )" +
         then + "; done";
}

void expect_end(const std::string& command, const std::string& signature) {
  const auto begin = std::chrono::steady_clock::now();
  ProcessLimits limits;
  limits.reply = std::chrono::milliseconds(300);
  const auto clients = clients_of(command, false, limits);
  const sim::Played played = played_by(scenario_of("typing", kTyping), clients);
  EXPECT_EQ(played.record.status, sim::RunStatus::failed);
  EXPECT_TRUE(signature_of(played).starts_with(signature)) << signature_of(played);
  EXPECT_FALSE(played.record.violations.front().seen.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(DeadLines, AnAdapterThatDies) {
  expect_end(after_hello("echo no battery >&2; exit 3"), "port_conduct/line_closed");
}

TEST(DeadLines, AnAdapterThatNeverAnswers) {
  expect_end(after_hello("sleep 100"), "port_conduct/line_timeout");
}

TEST(DeadLines, AnAdapterThatPrintsGarbage) {
  expect_end(after_hello("echo 'Segmentation violation'"), "port_conduct/line_bad_reply");
}

TEST(DeadLines, AnAdapterThatAnswersAnotherRequest) {
  expect_end(after_hello(R"(echo '{"id":999,"ok":true,"now_ms":0,"next_timer_ms":null}')"),
             "port_conduct/line_wrong_id");
}

TEST(DeadLines, OneThatDoesNotStartIsNoClientAtAll) {
  const auto pool = AdapterPool::open("/no/such/program");
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error().code, "closed");
  EXPECT_NE(pool.error().detail.find("127"), std::string::npos) << pool.error().detail;
}

// A clock that stays where it is would let a run go on for ever.
TEST(DeadLines, ATimerThatIsAlwaysDue) {
  const std::string state =
      R"(\"state\":{\"current_chat\":null,\"editor_text\":\"\",\"focused\":false,)"
      R"(\"draft_version\":0,\"unsaved\":false,\"unsynced\":false,\"too_long\":false,)"
      R"(\"last_saved_text\":null,\"connection\":\"offline\",\"chats\":[],\"drafts\":[]},)";
  expect_end(after_hello(R"(n=$((n+1)); echo "{\"id\":$((n+1)),\"ok\":true,)" + state +
                         R"(\"now_ms\":0,\"next_timer_ms\":0}")"),
             "port_conduct/line_timer_in_place");
}

}  // namespace
}  // namespace dp::conformance
