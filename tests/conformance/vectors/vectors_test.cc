#include "conformance/vectors/vectors.h"

#include <gtest/gtest.h>

#include <set>

#include "conformance/vectors/answer.h"
#include "conformance/vectors/defects.h"
#include "tests/conformance/vectors/committed_files.h"

namespace dp::vectors {
namespace {

struct ParsedFile {
  std::string name;
  Json whole;
};
const std::vector<ParsedFile>& parsed_files() {
  static const std::vector<ParsedFile> kAll = [] {
    std::vector<ParsedFile> all;
    for (const VectorFile& file : committed_files()) {
      all.push_back({file.name, Json::parse(file.text)});
    }
    return all;
  }();
  return kAll;
}

TEST(Vectors, TheCommittedFilesAreWhatTheGeneratorWritesByteForByte) {
  const auto written = write_vectors();
  ASSERT_TRUE(written.has_value()) << written.error().front();
  std::vector<VectorFile> files = *written;
  std::ranges::sort(files, {}, &VectorFile::name);
  const std::vector<VectorFile> committed = committed_files();
  ASSERT_EQ(files.size(), committed.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(files[i].name, committed[i].name);
    EXPECT_TRUE(files[i].text == committed[i].text)
        << files[i].name << " differs: draftproof vectors --write conformance/vectors";
  }
}

TEST(Vectors, EveryCommittedVectorHolds) {
  Checked checked;
  for (const VectorFile& file : committed_files()) check_file(checked, file.name, file.text);
  EXPECT_TRUE(checked.all_hold()) << checked.failures.front();
  for (const GroupTally& group : checked.groups) {
    EXPECT_EQ(group.failed + group.not_applicable, 0u) << group.file << " " << group.type;
    EXPECT_GT(group.passed, 0u) << group.file << " " << group.type;
  }
}

// One vector of a group, told wrong.
Json flipped(Json test) {
  if (test["result"] == "invalid") {
    test["result"] = "valid";
    return test;
  }
  Json& expected = test["expected"];
  const std::string name = expected.begin().key();
  expected[name] = expected[name] == "wrong" ? "right" : "wrong";
  return test;
}

TEST(Vectors, AFlippedExpectationIsNoticedInEveryGroup) {
  std::size_t flips = 0;
  for (const auto& [name, whole] : parsed_files()) {
    for (const Json& group : whole["testGroups"]) {
      for (const Json& test : {group["tests"].front(), group["tests"].back()}) {
        const Json wrong = {{"format", whole["format"]},
                            {"numberOfTests", 1},
                            {"testGroups",
                             {{{"type", group["type"]},
                               {"common", group["common"]},
                               {"tests", Json::array({flipped(test)})}}}}};
        Checked checked;
        check_file(checked, name, wrong.dump());
        EXPECT_EQ(checked.failures.size(), 1u) << name << " " << test["tcId"];
        EXPECT_FALSE(checked.all_hold());
        ++flips;
      }
    }
  }
  EXPECT_GT(flips, 60u);
}

TEST(Vectors, WhatIsNoVectorsHoldsNothing) {
  for (const char* text : {"", "[]", "{}", R"({"format":"another"})",
                           R"({"format":"draftproof-vectors/1","numberOfTests":0,"testGroups":[]})",
                           R"({"format":"draftproof-vectors/1","numberOfTests":1,"testGroups":[
            {"type":"padding","common":{},"tests":[{"tcId":1,"comment":"c","result":"valid",
             "input":{"kind":1},"expected":{}}]}]})"}) {
    Checked checked;
    check_file(checked, "odd.json", text);
    EXPECT_FALSE(checked.all_hold()) << text;
  }
}

TEST(Vectors, AnUnknownTypeCountsAsNotApplicable) {
  Checked checked;
  check_file(checked, "new.json",
             R"({"format":"draftproof-vectors/1","numberOfTests":1,"testGroups":[
                 {"type":"of tomorrow","common":{},"tests":[{"tcId":1,"comment":"c",
                  "result":"valid","input":{},"expected":{}}]}]})");
  ASSERT_EQ(checked.groups.size(), 1u);
  EXPECT_EQ(checked.groups[0].not_applicable, 1u);
  EXPECT_TRUE(checked.failures.empty());
  EXPECT_FALSE(checked.all_hold());  // nothing was checked
}

struct Counts {
  std::size_t valid = 0;
  std::size_t random = 0;
  std::size_t invalid = 0;
  std::set<std::string> defects;
};

Counts all_counts() {
  Counts counts;
  for (const ParsedFile& file : parsed_files()) {
    for (const Json& group : file.whole["testGroups"]) {
      for (const Json& test : group["tests"]) {
        if (test["result"] == "valid") {
          ++counts.valid;
          for (const Json& flag : test["flags"]) counts.random += flag == "random" ? 1 : 0;
        } else {
          ++counts.invalid;
          counts.defects.insert(test["defect"].get<std::string>());
        }
      }
    }
  }
  return counts;
}

TEST(Vectors, ThereAreEnoughOfThemAndMostAreChosenByRule) {
  const Counts counts = all_counts();
  EXPECT_GE(counts.valid + counts.invalid, 1500u);
  EXPECT_GE(counts.invalid, 500u);
  EXPECT_LE(2 * counts.random, counts.valid);
}

TEST(Vectors, EveryListedDefectOccursAndNoOther) {
  const Counts counts = all_counts();
  std::set<std::string> listed;
  for (const Defect& defect : all_defects()) listed.emplace(defect.name);
  EXPECT_EQ(counts.defects, listed);
}

TEST(Vectors, TheReadmeExplainsEveryTypeAndDefect) {
  const std::string readme = text_of_file(vectors_folder() / "README.md");
  const auto mentions = [&readme](std::string_view name) {
    return readme.find("`" + std::string(name) + "`") != std::string::npos;
  };
  for (const Defect& defect : all_defects()) EXPECT_TRUE(mentions(defect.name)) << defect.name;
  for (const ParsedFile& file : parsed_files()) {
    for (const Json& group : file.whole["testGroups"]) {
      EXPECT_TRUE(mentions(group["type"].get<std::string>())) << group["type"];
    }
  }
}

}  // namespace
}  // namespace dp::vectors
