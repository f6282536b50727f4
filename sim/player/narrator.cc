#include "sim/player/narrator.h"

#include <fmt/format.h>

#include "sim/player/event_words.h"
#include "sim/report/record.h"

namespace dp::sim {
namespace {

constexpr std::size_t kLinesMax = 12;
}  // namespace

void Narrator::observe(const TraceEvent& event, const World&) {
  if (event.sequence > last_sequence_) return;
  std::string what = event_in_words(event);
  if (what.empty()) return;
  lines_.push_back(
      fmt::format("{:>16} {:<8} {}", time_text(event.time_us), stage_.node_text(event.node), what));
  if (lines_.size() > kLinesMax) lines_.pop_front();
}

}  // namespace dp::sim
