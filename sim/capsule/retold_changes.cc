#include "sim/capsule/retold_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/server/server.h"
#include "sim/scenario/duration.h"

namespace dp::sim {

void RetoldChanges::observe(const TraceEvent& event, const World& world) {
  settle_cache(world);
  switch (event.kind) {
    case EventKind::store_changed:
      return retell_store(event, world);
    case EventKind::clock_changed:
      return retell_clock(event);
    case EventKind::cache_struck:
      return retell_cache(event, world);
    default:
      return;
  }
}

bool RetoldChanges::strike(FaultKind kind, NodeId struck, const World& world) {
  switch (kind) {
    case FaultKind::store_cloned:
      cloned_ = struck;
      return true;
    case FaultKind::bit_rot:
      before_rot_[struck] = world.disk(device_of(struck)).durable();
      return true;
    case FaultKind::clock_skew:
    case FaultKind::clock_jump_back:
    case FaultKind::clock_jump_forward:
    case FaultKind::clock_drift:
    case FaultKind::cache_evicted:
    case FaultKind::cache_hollowed:
      return true;
    default:
      return false;
  }
}

void RetoldChanges::retell_store(const TraceEvent& event, const World& world) {
  if (event.name == "cloned" && cloned_) {
    clones_.insert(event.node);
    steps_.say(event.time_us, node_name(*cloned_),
               fmt::format("\"do\": \"clone\", \"to\": \"{}\"", node_name(event.node)));
    cloned_.reset();
  }
  if (event.name == "rotted") retell_rot(event, world);
}

void RetoldChanges::retell_rot(const TraceEvent& event, const World& world) {
  const auto before = before_rot_.find(event.node);
  if (before == before_rot_.end()) return;
  const Disk::Rows after = world.disk(device_of(event.node)).durable();
  const auto [old_row, new_row] = std::ranges::mismatch(before->second, after);
  if (old_row == before->second.end()) return;
  const auto [old_byte, new_byte] = std::ranges::mismatch(old_row->second, new_row->second);
  if (old_byte == old_row->second.end()) return;
  unsigned bit = 0;
  while (((*old_byte ^ *new_byte) >> bit & 1u) == 0) ++bit;
  steps_.say(event.time_us, node_name(event.node),
             fmt::format("\"do\": \"rot\", \"row\": {}, \"bit\": {}",
                         std::distance(before->second.begin(), old_row),
                         8 * std::distance(old_row->second.begin(), old_byte) + bit));
  before_rot_.erase(before);
}

void RetoldChanges::retell_clock(const TraceEvent& event) {
  const std::string node = node_name(event.node);
  const auto offset_us = static_cast<Micros>(event.number);
  const Micros before_us = std::exchange(wall_offset_us_[event.node], offset_us);
  if (event.name == "jump") {
    steps_.say(event.time_us, node,
               fmt::format("\"do\": \"jump_clock\", \"by\": \"{}\"",
                           duration_text(offset_us - before_us)));
  } else {
    steps_.say(event.time_us, node,
               fmt::format("\"do\": \"drift_clock\", \"ppm\": {}",
                           static_cast<std::int64_t>(event.other)));
  }
}

void RetoldChanges::retell_cache(const TraceEvent& event, const World& world) {
  if (event.name != "evicted" && event.name != "hollowed") return;
  const auto chat = chat_names_(event.bytes);
  if (!chat) {
    unspeakable_ = "a cache that forgets a chat left before it had a name";
    return;
  }
  const std::size_t step = steps_.say(event.time_us, "server",
                                      fmt::format("\"do\": \"hollow\", \"chat\": \"{}\"", *chat));
  if (event.name == "hollowed" || world.server() == nullptr) return;
  for (const server::SlotFacts& facts : world.server()->slots()) {
    if (facts.slot.chat.text() == event.bytes) struck_slot_ = {step, *chat, facts};
  }
}

// What was evicted, the record or the number or both, is seen when it is gone.
void RetoldChanges::settle_cache(const World& world) {
  if (!struck_slot_) return;
  const StruckSlot struck = *std::exchange(struck_slot_, std::nullopt);
  server::SlotFacts now;
  if (world.server() != nullptr) {
    for (const server::SlotFacts& facts : world.server()->slots()) {
      if (facts.slot == struck.before.slot) now = facts;
    }
  }
  const bool record = struck.before.record.has_value() && !now.record.has_value();
  const bool counter = struck.before.counter != now.counter;
  if (!record && !counter) return steps_.retract(struck.step);
  steps_.say_again(
      struck.step, "server",
      fmt::format("\"do\": \"evict\", \"chat\": \"{}\", \"record\": {}, \"counter\": {}",
                  struck.chat, record, counter));
}

}  // namespace dp::sim
