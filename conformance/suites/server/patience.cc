#include "conformance/suites/server/patience.h"

#include <algorithm>

namespace dp::conformance {

namespace {
constexpr Micros kSliceUs = 50 * kMillisecond;  // between looks at an interrupt
}

bool Patience::is_over() const {
  return net::Loop::now().monotonic_us >= end_us_ || (stop_ && stop_());
}

bool Patience::until(const std::function<bool()>& holds, Micros at_most_us) {
  const Micros end = std::min(end_us_, net::Loop::now().monotonic_us + at_most_us);
  for (;;) {
    const Micros left = end - net::Loop::now().monotonic_us;
    if (left <= 0) return holds();
    if (loop_.run_until(holds, std::min(left, kSliceUs))) return true;
    if (is_over()) return false;
  }
}

}  // namespace dp::conformance
