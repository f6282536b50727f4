// Servers that are no servers: the suite ends, and passes none of them in anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "conformance/net/websocket.h"
#include "conformance/suites/server/suite.h"

namespace dp::conformance {
namespace {

// A WebSocket server on a thread of its own that does one thing, whatever it is told.
class OddServer {
 public:
  using Answer = std::function<void(net::WebSocketServer&, ConnId, const std::string&)>;
  using Greet = std::function<void(net::WebSocketServer&, ConnId)>;

  OddServer(Greet greet, Answer answer) {
    std::promise<std::string> url;
    std::future<std::string> told = url.get_future();
    thread_ = std::thread([this, greet = std::move(greet), answer = std::move(answer), &url] {
      net::ServerHandlers handlers;
      handlers.opened = [&](ConnId conn, const net::Upgrade&) { greet(*server_, conn); };
      handlers.text = [&](ConnId conn, const std::string& text) { answer(*server_, conn, text); };
      handlers.http = [](const std::string&, const std::string&) { return net::HttpReply{}; };
      auto listening = net::WebSocketServer::listen(loop_, {}, handlers);
      if (listening) server_ = std::move(*listening);
      url.set_value(server_ ? server_->url() : "");
      loop_.run();
      server_.reset();
    });
    url_ = told.get();
  }
  ~OddServer() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }
  OddServer(const OddServer&) = delete;
  OddServer& operator=(const OddServer&) = delete;
  const std::string& url() const { return url_; }

 private:
  net::Loop loop_;
  std::unique_ptr<net::WebSocketServer> server_;
  std::string url_;
  std::thread thread_;
};

void no_greeting(net::WebSocketServer&, ConnId) {}
void no_answer(net::WebSocketServer&, ConnId, const std::string&) {}

ServerSuiteOptions options_for(const std::string& url) {
  ServerSuiteOptions options;
  options.url = url;
  options.accounts = {{.name = "one", .field = false, .tokens = {"t1"}, .unanswered_tokens = {}},
                      {.name = "two", .field = false, .tokens = {"t2"}, .unanswered_tokens = {}},
                      {.name = "tri", .field = true, .tokens = {"t3"}, .unanswered_tokens = {}}};
  options.reply = std::chrono::milliseconds(150);
  options.jobs = 2;
  return options;
}

SuiteResult judged(const OddServer& server) {
  return run_server_suite(options_for(server.url()));
}

TEST(OddServers, one_that_closes_at_once_passes_nothing) {
  const OddServer server(
      [](net::WebSocketServer& all, ConnId conn) { all.close(conn, 1011, "internal"); }, no_answer);
  const SuiteResult result = judged(server);
  EXPECT_EQ(result.count(Verdict::pass), 0u);
  EXPECT_EQ(overall(result), Overall::not_conformant);
}

// One result, which says what is wrong; nobody is judged.
void expect_no_judgement(const SuiteResult& result, const std::string& tag,
                         const std::string& cause) {
  ASSERT_EQ(result.cases.size(), 1u);
  EXPECT_EQ(result.cases[0].verdict, Verdict::harness_error);
  EXPECT_EQ(result.cases[0].tag, tag);
  EXPECT_THAT(result.cases[0].actual, ::testing::HasSubstr(cause));
}

TEST(OddServers, one_that_knows_no_account_of_the_profile_is_not_judged) {
  const OddServer server(
      [](net::WebSocketServer& all, ConnId conn) { all.close(conn, 1008, "Invalid session"); },
      no_answer);
  expect_no_judgement(judged(server), "unknown-account", "the token of one: close 1008");
}

TEST(OddServers, one_that_answers_error_to_everything_passes_nothing) {
  const OddServer server(no_greeting,
                         [](net::WebSocketServer& all, ConnId conn, const std::string&) {
                           all.send(conn, R"({"type":"error","payload":{"code":"invalid_frame",)"
                                          R"("message":"no"}})");
                         });
  const SuiteResult result = judged(server);
  EXPECT_EQ(result.count(Verdict::pass), 0u);
  EXPECT_EQ(overall(result), Overall::not_conformant);
}

TEST(OddServers, one_that_says_nothing_is_found_out_soon) {
  const OddServer server(no_greeting, no_answer);
  const SuiteResult result = judged(server);
  EXPECT_EQ(result.count(Verdict::pass), 0u);
  EXPECT_EQ(overall(result), Overall::not_conformant);
  EXPECT_LT(result.seconds, 10);
}

// It looks alive, so every case is played; the positive control keeps each from passing.
TEST(OddServers, one_that_pongs_and_refuses_the_rest_passes_no_case_but_that_sign_of_life) {
  const OddServer server(no_greeting,
                         [](net::WebSocketServer& all, ConnId conn, const std::string& text) {
                           const bool ping = text == R"({"type":"ping"})";
                           all.send(conn, ping ? R"({"type":"pong"})"
                                               : R"({"type":"error","payload":{"code":"internal",)"
                                                 R"("message":"no"}})");
                         });
  ServerSuiteOptions options = options_for(server.url());
  const SuiteResult result = run_server_suite(options);
  EXPECT_EQ(result.count(Verdict::pass), 0u);
  EXPECT_EQ(overall(result), Overall::not_conformant);
}

TEST(OddServers, an_address_where_nobody_is_is_not_judged) {
  expect_no_judgement(run_server_suite(options_for("ws://127.0.0.1:1")), "unreachable", "refused");
}

// ---- programs -----------------------------------------------------------------------------------

SuiteResult judged_program(const std::string& command) {
  ServerSuiteOptions options;
  options.command = command;
  options.reply = std::chrono::milliseconds(150);
  options.ready = std::chrono::milliseconds(300);
  return run_server_suite(options);
}

// One result, with the cause in it.
void expect_one_error(const SuiteResult& result, const std::string& cause) {
  ASSERT_EQ(result.cases.size(), 1u);
  EXPECT_EQ(result.cases[0].verdict, Verdict::harness_error);
  EXPECT_THAT(result.cases[0].actual, testing::HasSubstr(cause));
  EXPECT_EQ(overall(result), Overall::harness_broken);
}

TEST(OddServers, a_program_that_cannot_be_started) {
  expect_one_error(judged_program("/nonexistent/server"), "exit 127");
}

TEST(OddServers, a_program_that_dies_says_why) {
  expect_one_error(judged_program("echo 'port in use' >&2; exit 3"), "port in use");
}

// The shell is gone before its child has said why.
TEST(OddServers, the_last_words_of_a_program_may_come_after_its_end) {
  expect_one_error(judged_program("(sleep 0.2; echo 'port in use' >&2) & exit 3"), "port in use");
}

TEST(OddServers, a_program_that_never_gets_ready) {
  expect_one_error(judged_program("sleep 100"), "no ready line within 300 ms");
}

TEST(OddServers, a_program_that_prints_garbage_for_ever) {
  expect_one_error(judged_program("exec yes garbage"), "no ready line");
}

TEST(OddServers, a_program_whose_address_is_none) {
  expect_one_error(judged_program(R"(echo '{"ready":true,"url":"http://x"}'; sleep 100)"),
                   "http://x");
}

TEST(OddServers, a_program_that_is_ready_and_does_not_listen) {
  const SuiteResult result =
      judged_program(R"(echo '{"ready":true,"url":"ws://127.0.0.1:1"}'; sleep 100)");
  EXPECT_EQ(result.count(Verdict::pass), 0u);
  EXPECT_EQ(overall(result), Overall::not_conformant);
}

}  // namespace
}  // namespace dp::conformance
