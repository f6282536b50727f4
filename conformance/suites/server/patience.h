// How long a case waits: for one answer, and altogether.
//
// Guarantees: no wait outlives the case's time, an interrupt or the answer's time, whichever comes
// first. Does not: sleep; whatever arrives meanwhile is taken in.
#pragma once

#include <functional>
#include <utility>

#include "conformance/net/loop.h"

namespace dp::conformance {

class Patience {
 public:
  Patience(net::Loop& loop, Micros answer_us, Micros case_us, std::function<bool()> stop)
      : loop_(loop),
        answer_us_(answer_us),
        end_us_(net::Loop::now().monotonic_us + case_us),
        stop_(std::move(stop)) {}

  net::Loop& loop() { return loop_; }
  Micros answer_us() const { return answer_us_; }
  bool until(const std::function<bool()>& holds) { return until(holds, answer_us_); }
  bool until(const std::function<bool()>& holds, Micros at_most_us);
  bool is_over() const;  // the case's time, or an interrupt

 private:
  net::Loop& loop_;
  Micros answer_us_;
  Micros end_us_;
  std::function<bool()> stop_;
};

}  // namespace dp::conformance
