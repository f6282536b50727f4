#include "sim/oracles/slot_history.h"

#include <algorithm>

namespace dp::sim {
namespace {

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
    closed_.insert(device);
    if (event.name == "crashed" || event.name == "torn") return;
    // What the store held before is gone; what it holds now was never shown to anybody.
    replaced_.insert(device);
    std::erase_if(held_, [&](const auto& entry) { return entry.first.first == device; });
    return;
  }
  if (event.kind == EventKind::boot) {
    closed_.erase(device);
    seen_.erase(device);  // another client counts from the start
  }
  look_at(device, event.time_us, event.sequence, world);
}

void SlotHistory::look_at_all(const TraceEvent& last, const World& world) {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    look_at(DeviceId{index}, last.time_us, last.sequence, world);
  }
}

void SlotHistory::look_at(DeviceId device, Micros time_us, std::uint64_t sequence,
                          const World& world) {
  if (!world.is_sealed(device) || closed_.contains(device)) return;
  const std::uint64_t revision = world.revision(device);
  const auto [seen, first] = seen_.try_emplace(device, 0);
  if (!first && seen->second == revision) return;
  seen->second = revision;
  const std::size_t account = world.account_of(device);
  const std::vector<client::SlotDraft> drafts = world.drafts(device);
  for (const client::SlotDraft& one : drafts) {
    look_at_slot(device, AccountChat{account, one.chat}, one.draft, time_us, sequence, world);
  }
  if (!drafts.empty()) reopened_.erase(device);
}

// What an act took out of the draft before it. If the store came back different, that draft was
// never seen here: whatever was saved before and the act's vector covers may have been in it.
std::set<draft::Line> SlotHistory::taken_out(DeviceId device, const AccountChat& slot,
                                             const draft::Draft& before,
                                             const draft::Draft& now) const {
  std::set<draft::Line> removed = all_lines(before);
  if (reopened_.contains(device) && !held_.contains({device, slot})) {
    if (const auto saves = saves_.find(slot); saves != saves_.end()) {
      for (const Save& save : saves->second) {
        for (const draft::Line& line : all_lines(save.draft)) {
          if (now.vv.covers(line.dot)) removed.insert(line);
        }
      }
    }
  }
  for (const draft::Line& line : all_lines(now)) removed.erase(line);
  return removed;
}

void SlotHistory::look_at_slot(DeviceId device, const AccountChat& slot, const DraftRef& shown,
                               Micros time_us, std::uint64_t sequence, const World& world) {
  const auto held = held_.find({device, slot});
  const DraftRef before_ref = held == held_.end() ? nullptr : held->second;
  if (held != held_.end() && before_ref == shown) return;
  const draft::Draft& before = before_ref ? *before_ref : kNothing;
  const draft::Draft& now = shown ? *shown : kNothing;
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
    save.removed = taken_out(device, slot, before, now);
    saves_[slot].push_back(std::move(save));
  }
  held_[{device, slot}] = shown;
  const SlotChange change{device, slot, cause, before, now, own, time_us, sequence};
  for (SlotWatcher* watcher : watchers_) watcher->slot_changed(change, world);
}

}  // namespace dp::sim
