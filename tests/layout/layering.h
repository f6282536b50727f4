// Who may include whom: the arrows core <- sim <- conformance <- cli, the room list of the CMake
// files, and the few libraries that only one place may see.
//
// Does not: see includes that reach a header through a macro, or what a library includes itself.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/layout/source_tree.h"

namespace dp::layout {

// Rooms by path, each with the rooms it may include: itself and all it uses, directly or through
// another.
using RoomGraph = std::map<std::string, std::set<std::string>>;

// Reads the dp_room(...) calls of the given CMake text. A room that uses one not declared before
// it is a complaint, because the list is promised to follow the arrows.
RoomGraph parse_rooms(std::string_view cmake_text, Complaints& complaints);

// Every lint below returns one complaint a line: "path:line: what is wrong".
Complaints layers_are_respected(const SourceTree& tree);
Complaints rooms_are_respected(const SourceTree& tree, const RoomGraph& rooms);
Complaints quoted_includes_name_files_from_the_root(const SourceTree& tree);
Complaints libraries_stay_in_their_rooms(const SourceTree& tree);

}  // namespace dp::layout
