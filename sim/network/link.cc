#include "sim/network/link.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/network/profile.h"

namespace dp::sim {

bool Lane::push(InFlight frame) {
  bytes_queued += frame.text.size();
  if (!frame.reorderable) {
    frame.due_us = std::max(frame.due_us, last_due_us);
    last_due_us = frame.due_us;
  }
  auto at = queue.end();
  while (at != queue.begin()) {
    const InFlight& before = *std::prev(at);
    if (!before.reorderable || before.due_us <= frame.due_us || frame.close_code) break;
    --at;
  }
  const bool overtook = at != queue.end();
  queue.insert(at, std::move(frame));
  return overtook;
}

InFlight Lane::take_head() {
  InFlight head = std::move(queue.front());
  queue.pop_front();
  bytes_queued -= head.text.size();
  return head;
}

void Lane::clear() {
  queue.clear();
  bytes_queued = 0;
  closed = true;
}

void Lane::remember(const std::string& text) {
  if (history.size() == kReplayHistoryMax) history.pop_front();
  history.push_back(text);
}

std::string_view frame_type(std::string_view text) {
  for (const std::string_view start :
       {std::string_view("{\"type\":\""), std::string_view("{\"event\":\"")}) {
    if (!text.starts_with(start)) continue;
    const std::size_t end = text.find('"', start.size());
    if (end == std::string_view::npos) return {};
    return text.substr(start.size(), end - start.size());
  }
  return {};
}

// Knots of the table on the 16-bit position axis, matching the quantiles of profile.h.
Micros delay_at(const DelayTable& table, std::uint32_t position) {
  constexpr std::array<std::uint32_t, 9> kKnots{0,      8'192,  16'384, 24'576, 32'768,
                                                40'960, 49'152, 57'344, 65'535};
  position = std::min<std::uint32_t>(position, 65'535);
  std::size_t at = 0;
  while (at + 2 < kKnots.size() && position >= kKnots[at + 1]) ++at;
  const Micros low = table.quantiles_us[at];
  const Micros high = table.quantiles_us[at + 1];
  const auto within = static_cast<Micros>(position - kKnots[at]);
  const auto width = static_cast<Micros>(kKnots[at + 1] - kKnots[at]);
  return low + (high - low) * within / width;
}

}  // namespace dp::sim
