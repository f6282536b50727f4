#include "sim/oracles/slot_history.h"

#include <algorithm>

namespace dp::sim {
namespace {

bool may_change_slots(EventKind kind) {
  switch (kind) {
    case EventKind::draft_announced:
    case EventKind::chat_list_changed:
    case EventKind::notice:
    case EventKind::boot:
    case EventKind::timer:
    case EventKind::frame_came:
    case EventKind::store_synced:
      return true;
    default:
      return false;
  }
}

const draft::Draft kNothing{};

// The dot that names what the person just did: the one nobody held before. `draft.dot` will not do,
// because a save that was merged at once carries the winner's.
draft::Dot dot_beyond(const draft::VersionVector& known, const draft::Draft& draft) {
  for (const draft::Dot& entry : draft.vv.entries()) {
    if (!known.covers(entry)) return entry;
  }
  return draft.dot;
}

}  // namespace

std::set<draft::Line> all_lines(const draft::Draft& draft) {
  std::set<draft::Line> lines(draft.lines.begin(), draft.lines.end());
  for (const draft::Copy& copy : draft.copies) lines.insert(copy.lines.begin(), copy.lines.end());
  return lines;
}

const draft::VersionVector& SlotHistory::known(const AccountChat& slot) const {
  static const draft::VersionVector kEmpty;
  const auto found = known_.find(slot);
  return found == known_.end() ? kEmpty : found->second;
}

void SlotHistory::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node)) return;
  const DeviceId device = device_of(event.node);
  if (event.kind == EventKind::store_changed) {
    reopened_.insert(device);
    if (event.name == "crashed" || event.name == "torn") return;
    // What the store held before is gone; what it holds now was never shown to anybody.
    replaced_.insert(device);
    std::erase_if(held_, [&](const auto& entry) { return entry.first.first == device; });
    return;
  }
  if (may_change_slots(event.kind)) look_at(device, event.time_us, event.sequence, world);
}

void SlotHistory::look_at_all(const TraceEvent& last, const World& world) {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    look_at(DeviceId{index}, last.time_us, last.sequence, world);
  }
}

void SlotHistory::look_at(DeviceId device, Micros time_us, std::uint64_t sequence,
                          const World& world) {
  if (world.client(device) == nullptr) return;
  const std::size_t account = world.account_of(device);
  const std::vector<client::SlotFacts> slots = world.slots(device);
  for (const client::SlotFacts& facts : slots) {
    look_at_slot(device, AccountChat{account, facts.chat}, facts.local, time_us, sequence, world);
  }
  if (!slots.empty()) reopened_.erase(device);
}

void SlotHistory::look_at_slot(DeviceId device, const AccountChat& slot, const draft::Draft& now,
                               Micros time_us, std::uint64_t sequence, const World& world) {
  const auto held = held_.find({device, slot});
  const draft::Draft before = held == held_.end() ? kNothing : held->second;
  if (before == now) return;

  draft::VersionVector& known = known_[slot];
  ChangeCause cause = ChangeCause::sync;
  if (!known.covers(now.vv)) {
    cause = ChangeCause::person;
  } else if (reopened_.contains(device)) {
    cause = ChangeCause::reopened;
  }
  const draft::Dot own = dot_beyond(known, now);
  known.join(now.vv);
  if (cause == ChangeCause::person) {
    Save save{.device = device, .dot = own, .draft = now, .removed = {}, .time_us = time_us};
    const std::set<draft::Line> kept = all_lines(now);
    for (const draft::Line& line : all_lines(before)) {
      if (!kept.contains(line)) save.removed.insert(line);
    }
    saves_[slot].push_back(std::move(save));
  }
  held_[{device, slot}] = now;
  const SlotChange change{device, slot, cause, before, now, own, time_us, sequence};
  for (SlotWatcher* watcher : watchers_) watcher->slot_changed(change, world);
}

}  // namespace dp::sim
