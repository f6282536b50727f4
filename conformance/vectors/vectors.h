// The test vectors: writing them, and holding a program or a file to them.
//
// Guarantees: write_vectors is a function of nothing; the same bytes from every build.
// Does not: read or write files; the command does.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dp::vectors {

struct VectorFile {
  std::string name;  // "padding.json"
  std::string text;
};

// All files, or a complaint for every vector that is not what it says.
std::expected<std::vector<VectorFile>, std::vector<std::string>> write_vectors();

struct GroupTally {
  std::string file;
  std::string type;
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_applicable = 0;  // of a type that the reference does not know
};

struct Checked {
  std::vector<GroupTally> groups;
  std::vector<std::string> failures;  // one line per vector, or per file that is no vectors
  bool all_hold() const;              // something was checked, and nothing failed
};

void check_file(Checked& checked, std::string_view name, std::string_view text);

}  // namespace dp::vectors
