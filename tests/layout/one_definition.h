// One name in one namespace means one type: two definitions of it in different files break the rule
// that lets a program be linked from many files. Neither compiler nor linker notices, and what such
// a program does depends on the optimisation.
//
// Does not: parse C++. It knows the shape that clang-format gives to types and namespaces, looks at
// types that are defined at the left margin, and leaves anonymous namespaces alone.
#pragma once

#include "tests/layout/source_tree.h"

namespace dp::layout {

Complaints types_have_one_definition(const SourceTree& tree);

}  // namespace dp::layout
