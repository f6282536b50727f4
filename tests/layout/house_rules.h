// What can be checked about our style by reading text: sizes, names, comments, and the words that
// would make a core or the simulator depend on something other than its inputs.
//
// Does not: judge whether a name is good or a comment is true.
#pragma once

#include <string>

#include "tests/layout/source_tree.h"

namespace dp::layout {

inline constexpr std::size_t kFileLinesMax = 500;
inline constexpr std::size_t kFileLinesWanted = 400;
inline constexpr std::size_t kFunctionLinesMax = 70;
inline constexpr std::size_t kColumnsMax = 100;

Complaints files_are_short(const SourceTree& tree, std::size_t lines_max);
// A function is recognised by its shape after clang-format: it begins at the left margin with a
// line ending in "{" and ends with a line that is "}". Tests are left alone: a table of cases is
// long.
Complaints functions_are_short(const SourceTree& tree);
Complaints lines_are_narrow(const SourceTree& tree);
Complaints names_say_what_lives_there(const SourceTree& tree);
Complaints headers_begin_with_a_comment(const SourceTree& tree);
Complaints nothing_is_left_unfinished(const SourceTree& tree);

// A word that one folder or file may use although its layer may not, and the reason.
struct Permission {
  std::string_view under;
  std::string_view word;
  std::string_view reason;
};
// A permission that nothing uses any more is a complaint too.
Complaints core_and_sim_depend_on_inputs_only(const SourceTree& tree,
                                              const std::vector<Permission>& permissions);

}  // namespace dp::layout
