// The steps of a scenario, collected in any order and told in that of time.
//
// Guarantees: steps of one instant keep the order in which they were said; what happens between two
// of them is one `wait`. Does not: know verbs. What a step says is the caller's word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/time.h"

namespace dp::sim {

struct ToldStep {
  Micros time_us = 0;
  std::string text;  // one object of the file
};

class StepList {
 public:
  // Who does what, such as `"do": "open", "chat": "lunch"`. The result names the step below.
  std::size_t say(Micros time_us, std::string_view node, std::string_view what);
  // A player acts when everything of an instant has happened; what strikes an event is in force
  // before it.
  std::size_t say_before(Micros time_us, std::string_view node, std::string_view what);
  // The same time, other words.
  void say_again(std::size_t step, std::string_view node, std::string_view what);
  // One more member for the object that a step is.
  void add_to(std::size_t step, std::string_view member);
  void retract(std::size_t step);

  std::vector<ToldStep> in_order() const;

 private:
  std::vector<ToldStep> steps_;
};

// The array of steps with the pauses between them, the last until `end_us`; indented by four.
std::string steps_text(const std::vector<ToldStep>& in_order, Micros end_us);

}  // namespace dp::sim
