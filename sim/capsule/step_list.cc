#include "sim/capsule/step_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/duration.h"

namespace dp::sim {
namespace {

std::string object(std::string_view node, std::string_view what) {
  return fmt::format("{{\"on\": \"{}\", {}}}", node, what);
}

}  // namespace

std::size_t StepList::say(Micros time_us, std::string_view node, std::string_view what) {
  steps_.push_back({std::max<Micros>(0, time_us), object(node, what)});
  return steps_.size() - 1;
}

std::size_t StepList::say_before(Micros time_us, std::string_view node, std::string_view what) {
  return say(time_us - 1, node, what);
}

void StepList::say_again(std::size_t step, std::string_view node, std::string_view what) {
  steps_[step].text = object(node, what);
}

void StepList::add_to(std::size_t step, std::string_view member) {
  std::string& text = steps_[step].text;
  text.insert(text.size() - 1, fmt::format(", {}", member));
}

void StepList::retract(std::size_t step) {
  steps_[step].text.clear();
}

std::vector<ToldStep> StepList::in_order() const {
  std::vector<ToldStep> ordered = steps_;
  std::erase_if(ordered, [](const ToldStep& step) { return step.text.empty(); });
  std::ranges::stable_sort(ordered, {}, &ToldStep::time_us);
  return ordered;
}

std::string steps_text(const std::vector<ToldStep>& in_order, Micros end_us) {
  std::string out;
  Micros now_us = 0;
  const auto add = [&](const std::string& text) {
    out += fmt::format("{}\n    {}", out.empty() ? "" : ",", text);
  };
  const auto wait_until = [&](Micros time_us) {
    if (time_us <= now_us) return;
    add(fmt::format("{{\"wait\": \"{}\"}}", duration_text(time_us - now_us)));
    now_us = time_us;
  };
  for (const ToldStep& step : in_order) {
    wait_until(step.time_us);
    add(step.text);
  }
  wait_until(end_us);
  return out;
}

}  // namespace dp::sim
