// The tree that this test program was built from, read once.
#pragma once

#include "tests/layout/source_tree.h"

namespace dp::layout {

inline const SourceTree& real_tree() {
  static const SourceTree tree = load_tree(DP_SOURCE_DIR);
  return tree;
}

}  // namespace dp::layout
