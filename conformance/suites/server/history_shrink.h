// Makes a history that breaks a law shorter while it breaks the same law.
//
//   const History small = shrink_history(history, {.breaks = [&](const History& one) {...}});
//
// A race does not happen each time, so every candidate is tried more than once.
// Guarantees: the result broke the law when it was last tried; ends within the number of tries, or
// when `is_over` says so.
// Does not: know what plays a history.
#pragma once

#include <functional>

#include "conformance/suites/server/history.h"

namespace dp::conformance {

struct HistoryShrinking {
  std::function<bool(const History&)> breaks;  // the law in question; plays it afresh
  std::function<bool()> is_over = [] { return false; };
  std::size_t tries_max = 120;
  std::size_t chances = 2;  // of one candidate
};

History shrink_history(History history, const HistoryShrinking& how);

}  // namespace dp::conformance
