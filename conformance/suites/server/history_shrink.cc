#include "conformance/suites/server/history_shrink.h"

#include <algorithm>

namespace dp::conformance {
namespace {

class Shrinker {
 public:
  Shrinker(History history, const HistoryShrinking& how)
      : history_(std::move(history)), how_(how) {}

  // Ever smaller parts are left out, until no single action can be.
  History shrink() {
    std::size_t part = std::max<std::size_t>(1, history_.size() / 2);
    while (!is_over()) {
      const bool shorter = without_parts_of(part);
      if (part == 1 && !shorter) break;
      if (!shorter || part > history_.size()) part = std::max<std::size_t>(1, part / 2);
    }
    return history_;
  }

 private:
  bool is_over() const { return tries_ >= how_.tries_max || how_.is_over(); }

  bool without_parts_of(std::size_t size) {
    bool shorter = false;
    // From the end: what follows the breach goes first.
    for (std::size_t end = history_.size(); end > 0 && !is_over();) {
      const std::size_t begin = end > size ? end - size : 0;
      History candidate = history_;
      candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(begin),
                      candidate.begin() + static_cast<std::ptrdiff_t>(end));
      if (breaks(candidate)) {
        history_ = std::move(candidate);
        shorter = true;
      }
      end = std::min(begin, history_.size());
    }
    return shorter;
  }

  bool breaks(const History& candidate) {
    for (std::size_t chance = 0; chance < how_.chances && !is_over(); ++chance) {
      ++tries_;
      if (how_.breaks(candidate)) return true;
    }
    return false;
  }

  History history_;
  const HistoryShrinking& how_;
  std::size_t tries_ = 0;
};

}  // namespace

History shrink_history(History history, const HistoryShrinking& how) {
  return Shrinker(std::move(history), how).shrink();
}

}  // namespace dp::conformance
