// What can be wrong when a host starts: each is said in a sentence, with the exit code of its kind.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/conformance/hosts/household.h"
#include "tests/conformance/hosts/http_get.h"

namespace dp::hosts::testing {
namespace {

// What a server that should not start says, and how it ends.
void refuses(const Start& start, int code, const std::string& words) {
  LivingProgram program(start);
  EXPECT_EQ(program.exit_code(), code) << program.errors();
  EXPECT_NE(program.errors().find(words), std::string::npos) << program.errors();
  EXPECT_EQ(program.output(), "");
}

TEST(BadStart, TwoServersOnOneFolder) {
  Household home;
  home.start_server();
  refuses({{"serve", "--data", home.at("server"), "--listen", "127.0.0.1:0"}}, 3,
          "another process is using it");
}

TEST(BadStart, APortThatIsTaken) {
  Household home;
  home.start_server();
  Household other;
  refuses({{"serve", "--data", other.at("server"), "--listen", "127.0.0.1:" + home.port()}}, 3,
          "Address already in use");
}

TEST(BadStart, TwoDevicesOnOneStore) {
  Household home;
  home.start_server();
  const auto phone = home.start_device("phone");
  refuses({{"device", "--store", home.at("phone"), "--url", home.url(), "--token-file",
            home.at("token"), "--password-file", home.at("password")}},
          3, "another process is using it");
}

TEST(BadStart, AFolderThatCannotBe) {
  Folder folder;
  const std::string file = folder.write("file", "");
  refuses({{"serve", "--data", file + "/inside"}}, 3, "Not a directory");
  refuses({{"serve"}, {"DRAFTPROOF_DATA_DIR="}}, 2, "--data DIR");
}

TEST(BadStart, ADatabaseOfAnotherProgramOrANewerOne) {
  Household home;
  home.folder().write("server/server.sqlite3", std::string(4096, 'x'));
  refuses({{"serve", "--data", home.at("server"), "--listen", "127.0.0.1:0"}}, 3,
          "file is not a database");
}

TEST(BadStart, AMistakeInTheProfileIsSaidWithItsPlace) {
  Household home;
  const std::string profile = home.folder().write(
      "profile.json", "{\"accounts\": [\n  {\"name\": \"alice\", \"tokns\": [\"t\"]}]}");
  refuses({{"serve", "--data", home.at("server"), "--profile", profile}}, 2,
          "profile.json:2:21: unknown key \"tokns\"; did you mean \"tokens\"?");
  refuses({{"serve", "--data", home.at("server"), "--profile", home.at("absent.json")}}, 2,
          "--add-account");
}

TEST(BadStart, ASettingOutsideItsRangeIsSaidWithItsName) {
  Household home;
  const Start start{{"serve", "--data", home.at("server")}, {"MAX_DRAFT_CHARS=lots"}};
  refuses(start, 2, "MAX_DRAFT_CHARS must be a whole number from 5664");
}

TEST(BadStart, ACertificateThatIsNone) {
  Household home;
  const std::string text = home.folder().write("certificate.pem", "hello");
  refuses({{"serve", "--data", home.at("server"), "--listen", "127.0.0.1:0", "--certificate", text,
            "--key", text}},
          2, "certificate.pem");
}

TEST(BadStart, AnAddressThatIsNone) {
  Household home;
  refuses({{"serve", "--data", home.at("server"), "--listen", "here"}}, 2, "HOST:PORT");
  refuses({{"device", "--store", home.at("phone"), "--url", "http://localhost"}}, 2, "ws://");
}

TEST(BadStart, AStoreWithoutAKeyTeachesHowToGetOne) {
  Household home;
  home.start_server();
  refuses({{"device", "--store", home.at("phone"), "--url", home.url(), "--token-file",
            home.at("token"), "--password-file", home.at("password")}},
          2, "--create-key");
}

TEST(BadStart, HealthIsOfferedOnTheSamePort) {
  Household home;
  home.start_server();
  const std::string answer = http_get(home.port(), "/health");
  EXPECT_NE(answer.find("200 OK"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\"status\":\"ok\""), std::string::npos) << answer;
  EXPECT_NE(http_get(home.port(), "/other").find("404"), std::string::npos);
}

TEST(BadStart, TheEnvironmentAloneIsEnough) {
  Household home;
  LivingProgram server(
      {{"serve", "--quiet"},
       {"DRAFTPROOF_DATA_DIR=" + home.at("server"), "DRAFTPROOF_LISTEN=127.0.0.1:0"}});
  EXPECT_TRUE(server.expect({{"ready", true}}).value("url", "").starts_with("ws://127.0.0.1:"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_code(), 0);
}

}  // namespace
}  // namespace dp::hosts::testing
