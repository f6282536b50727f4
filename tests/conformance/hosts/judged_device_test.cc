// `draftproof conform client --level L1` is the server, and `draftproof device` the client it
// judges by the wire alone.
#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include "tests/conformance/hosts/living_program.h"

namespace dp::hosts::testing {
namespace {

using Json = nlohmann::json;

TEST(JudgedByTheWire, a_device_breaks_nothing_and_what_was_not_seen_is_not_green) {
  const Folder folder;
  folder.write("password", "draftproof\n");
  LivingProgram judge({{"conform", "client", "--level", "L1", "--seconds", "300", "--write-key",
                        folder.at("key"), "--json", folder.at("report.json")}});
  const Json invited = judge.expect({{"ready", true}});
  folder.write("token", invited.value("token", ""));
  LivingProgram device(
      {{"device", "--batch", "--store", folder.at("phone"), "--url", invited.value("url", ""),
        "--token-file", folder.at("token"), "--password-file", folder.at("password"), "--key-file",
        folder.at("key"), "--debounce-ms", "50"}});
  device.expect({{"event", "ready"}});
  device.tell("new");
  device.tell("set these words are nowhere else");
  // The judge breaks the connection once; the device comes back by itself.
  device.expect({{"event", "state"}, {"saved", true}, {"synced", true}, {"version", 1}});
  device.tell("set and neither are these words");
  device.expect({{"event", "state"}, {"saved", true}, {"synced", true}, {"version", 2}});
  device.tell("clear");
  device.tell("wait");
  device.expect({{"event", "waited"}, {"settled", true}});
  judge.signal(SIGINT);
  device.expect({{"event", "state"}, {"connection", "signed_out"}});
  EXPECT_EQ(judge.exit_code(), 4) << judge.errors();  // incomplete: most of it cannot be seen

  const Json report = Json::parse(bytes_of(folder.at("report.json")));
  std::map<std::string, std::string> verdicts;
  for (const Json& one : report["cases"]) verdicts[one["id"]] = one["verdict"];
  for (const auto& [id, verdict] : verdicts) {
    EXPECT_TRUE(verdict == "pass" || verdict == "untestable") << id << " " << verdict;
  }
  for (const char* id : {"DP-CONN-001", "DP-CONN-002", "DP-CONN-006", "DP-CONN-007", "DP-KEY-001",
                         "DP-ENV-001", "DP-PREV-001", "DP-PAD-001", "DP-SYNC-011", "DP-PRIV-002"}) {
    EXPECT_EQ(verdicts[std::string(id) + "/wire"], "pass") << id;
  }
  EXPECT_EQ(verdicts["DP-EDIT-001/wire"], "untestable");
  EXPECT_EQ(report["level"], "L1");
}

}  // namespace
}  // namespace dp::hosts::testing
