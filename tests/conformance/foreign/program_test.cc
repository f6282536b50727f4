// The commands as a person types them: what is played, what is excluded and why, and exit codes.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace dp::conformance {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = -1;
  std::string said;
};

Ended run(const std::string& arguments) {
  const std::string command = std::string(DP_PROGRAM) + " " + arguments + " 2>&1";
  Ended out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> chunk{};
  while (const std::size_t got = fread(chunk.data(), 1, chunk.size(), pipe)) {
    out.said.append(chunk.data(), got);
  }
  const int status = pclose(pipe);
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}

std::string client(const std::string& more = "") {
  return " --client '" + std::string(DP_PROGRAM) + " adapter" + more + "' ";
}

class ForeignProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "foreign-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("plain", R"("devices": ["phone"], "chats": ["lunch"],
      "steps": [{"on": "phone", "do": "open", "chat": "lunch"},
                {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "2s"},
                {"on": "phone", "do": "clear"}])");
    write("rotten", R"("devices": ["phone"], "chats": ["lunch"],
      "steps": [{"on": "phone", "do": "open", "chat": "lunch"},
                {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "2s"},
                {"on": "phone", "do": "rot"}])");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& rest) {
    std::ofstream(folder_ / (name + ".json"))
        << R"({"format": "draftproof-scenario/1", "name": ")" << name
        << R"(", "story": "A test.", "covers": ["R01"], )" << rest << "}";
  }
  std::string folder() const { return folder_.string(); }

  fs::path folder_;
};

TEST_F(ForeignProgram, WhatCannotBePlayedIsExcludedByNameAndNeverGreen) {
  const std::string report = folder() + "/report.out";
  const Ended ended = run("run " + folder() + client() + "--json " + report);
  EXPECT_EQ(ended.code, 0) << ended.said;
  EXPECT_NE(ended.said.find("1 of 2 scenarios played, 1 excluded"), std::string::npos);
  EXPECT_NE(ended.said.find("a bit of a stored row cannot be flipped"), std::string::npos);
  EXPECT_NE(ended.said.find("law authenticity           not applicable"), std::string::npos);

  std::ifstream in(report);
  const auto json = nlohmann::json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
  EXPECT_EQ(json["summary"]["passed"], 1);
  EXPECT_EQ(json["summary"]["scenarios"], 1);
  ASSERT_EQ(json["client"]["excluded"].size(), 1u);
  EXPECT_EQ(json["client"]["excluded"][0]["name"], "rotten");
  EXPECT_EQ(json["client"]["excluded"][0]["missing"][0], "a bit of a stored row cannot be flipped");
  for (const auto& law : json["client"]["laws"]) {
    EXPECT_TRUE(law["runs"] == 0 || law["comparisons"] > 0) << law;
  }
}

TEST_F(ForeignProgram, ExcludedScenariosAreListedWithoutPlaying) {
  const Ended ended = run("run " + folder() + client() + "--list-excluded");
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.said.find("rotten\n  needs: a bit of a stored row"), std::string::npos);
  EXPECT_NE(ended.said.find("1 of 2 scenarios can be played"), std::string::npos) << ended.said;
}

TEST_F(ForeignProgram, NothingToPlayIsNoSuccess) {
  const Ended ended = run("run " + folder() + "/rotten.json" + client());
  EXPECT_NE(ended.code, 0) << ended.said;
}

TEST_F(ForeignProgram, AWrongClientIsAViolationWithItsCommandToRunAgain) {
  const Ended ended = run("run " + folder() + client(" --broken saves-late"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.said.find("debounce_exactness"), std::string::npos) << ended.said;
  EXPECT_NE(ended.said.find("adapter --broken saves-late'"), std::string::npos);
}

TEST_F(ForeignProgram, AnAdapterThatCannotBeUsedIsUntestable) {
  EXPECT_EQ(run("run " + folder() + " --client /no/such/program").code, 4);
  EXPECT_EQ(run("fuzz --seeds 1..2 --client 'echo nothing'").code, 4);
  EXPECT_EQ(run("run " + folder() + " --list-excluded").code, 2);
}

TEST_F(ForeignProgram, AnAdapterThatHangsAlwaysIsGivenUpSoon) {
  const std::string hello =
      R"(echo "{\"id\":1,\"ok\":true,\"protocol\":1,\"implementation\":\"x\",\"version\":\"1\",)"
      R"(\"capabilities\":[\"facts\",\"suite:1\"],\"unsupported_options\":[],)"
      R"(\"now_ms\":0,\"next_timer_ms\":null}")";
  std::ofstream(folder_ / "hangs.sh") << "read l; " << hello << "; while read l; do :; done\n";
  const auto begin = std::chrono::steady_clock::now();
  const Ended ended =
      run("run " + folder() + "/plain.json --seeds 1..50 --reply-ms 200 --client 'sh " + folder() +
          "/hangs.sh'");
  EXPECT_EQ(ended.code, 1) << ended.said;
  EXPECT_NE(ended.said.find("port_conduct/line_timeout"), std::string::npos);
  EXPECT_NE(ended.said.find("the rest is not played"), std::string::npos) << ended.said;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(ForeignProgram, AFailureOfASeedIsKeptAndReplayedWithTheClientOnly) {
  const std::string broken = client(" --broken drops-copies");
  const std::string corpus = folder() + "/corpus";
  const Ended found =
      run("fuzz --mix house --seeds 11..12 --no-shrink --quiet --corpus " + corpus + broken);
  ASSERT_EQ(found.code, 1) << found.said;
  EXPECT_NE(found.said.find("replay " + corpus), std::string::npos) << found.said;
  std::string capsule;
  for (const auto& entry : fs::recursive_directory_iterator(corpus + "/failures")) {
    if (entry.path().filename() == "capsule.json" && capsule.empty()) capsule = entry.path();
  }
  ASSERT_FALSE(capsule.empty());
  const Ended again = run("replay " + capsule + broken);
  EXPECT_EQ(again.code, 1) << again.said;
  EXPECT_NE(again.said.find("reproduced: the same events"), std::string::npos) << again.said;
  EXPECT_EQ(run("replay " + capsule).code, 2);
  EXPECT_EQ(run("replay " + capsule + client()).code, 0);  // every law holds with the right one
}

}  // namespace
}  // namespace dp::conformance
