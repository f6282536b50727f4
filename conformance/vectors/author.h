// Writes one file of vectors: groups of inputs, each with what the reference makes of it.
//
//   Author author("padding", "Padding to published buckets");
//   author.group("padding", {{"kind", 1}});
//   author.boundary("511 bytes and the marker fill the smallest bucket", {{"content_bytes", 511}});
//   author.defect("content_too_long", "no bucket of a preview holds it", {{...}});
//
// Guarantees: a valid vector is one the reference accepts and an invalid one it refuses, or there
// is a complaint; every defect has a name of the closed list (defects.h); ids ascend from 1.
// Does not: check that a defect is the only one. Its author makes it so, by changing one thing of
// an input that is valid; `repaired` writes down that input too.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/vectors/answer.h"

namespace dp::vectors {

class Author {
 public:
  Author(std::string area, std::string about) : area_(std::move(area)), about_(std::move(about)) {}

  // Starts a group; `common` are members of every input in it.
  void group(std::string_view type, Json common = Json::object());

  void rule(std::string_view comment, Json input) { valid({}, comment, std::move(input)); }
  void boundary(std::string_view comment, Json input) {
    valid("boundary", comment, std::move(input));
  }
  void random(std::string_view comment, Json input) { valid("random", comment, std::move(input)); }
  // For what not every implementation needs; README.md explains the flag.
  void flagged(std::string_view flag, std::string_view comment, Json input) {
    valid(flag, comment, std::move(input));
  }
  void defect(std::string_view name, std::string_view comment, Json input);

  const std::string& area() const { return area_; }
  std::string text() const;  // of the whole file
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Group {
    std::string type;
    Json common;
    std::vector<Json> tests;
  };

  void valid(std::string_view flag, std::string_view comment, Json input);
  void add(Json test, Json input, Json expected);
  void complain(std::string_view comment, std::string_view what);

  std::string area_;
  std::string about_;
  std::vector<Group> groups_;
  std::set<std::string, std::less<>> defects_;
  std::uint64_t count_ = 0;
  std::vector<std::string> complaints_;
};

// The answer to the input of a group's test, or why the vector cannot be run.
struct Tried {
  Answer answer;
  std::string problem;  // empty: there is an answer
};
Tried try_input(std::string_view type, const Json& common, const Json& input);

}  // namespace dp::vectors
