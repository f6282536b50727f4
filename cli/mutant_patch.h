// A planted bug: a unified diff over one file of core/, with a header that says what it breaks.
//
// Guarantees: a patch is applied to a text, never to a file; a hunk that is found nowhere is an
// error that names it. Line numbers are only hints, so that a patch survives edits elsewhere in its
// file, but the lines it removes and the nearest line around them must be there exactly once
// closest to the hint. Does not: create, delete or rename files.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dp::cli {

struct MutantPatch {
  struct Hunk {
    std::size_t hint = 0;  // line of the original, from 1
    std::vector<std::string> before;
    std::vector<std::string> after;
    std::size_t leading = 0;  // lines of context at the beginning and at the end
    std::size_t trailing = 0;
  };

  std::filesystem::path file;
  std::string name;
  std::string claim;
  std::vector<std::string> expects;
  std::vector<std::string> covers;
  std::string breed;     // the header's "class"
  std::string family;    // of faults that it takes to notice; "" is none in particular
  std::string survives;  // why generated worlds cannot notice; "" if they should
  std::string target;    // core/room/file.cc
  std::vector<Hunk> hunks;
};

// The classes, worst first.
inline constexpr std::array<std::string_view, 9> kMutantClasses{
    "data_loss", "leak",         "resurrection", "security", "convergence",
    "ownership", "availability", "limits",       "timing"};

// Problems name the file and the line.
std::expected<MutantPatch, std::string> parse_patch(const std::filesystem::path& file,
                                                    std::string_view text);

std::expected<std::string, std::string> apply_patch(const MutantPatch& patch,
                                                    std::string_view original);

struct PatchSet {
  std::vector<MutantPatch> patches;  // by name
  std::vector<std::string> mistakes;
};
// Every *.patch of the folder.
PatchSet load_patches(const std::filesystem::path& folder);

}  // namespace dp::cli
