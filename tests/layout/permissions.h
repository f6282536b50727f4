// Words that one place of core or sim uses although the rule forbids them, each with its reason.
#pragma once

#include <vector>

#include "tests/layout/house_rules.h"

namespace dp::layout {

inline std::vector<Permission> permissions() {
  return {};
}

}  // namespace dp::layout
