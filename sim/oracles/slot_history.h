// What every device held in every slot, change by change: the raw material of the text oracles.
//
// A SlotHistory watches one world and turns the stream of events into SlotChanges: on this device
// the durable local draft of this chat went from `before` to `after`, and why. A dot that no device
// has held before was allocated here, so it names a save, a clear or a send of this device's
// person; everything else is an adoption, a merge or a reopened store.
// Guarantees: each change is reported once, in the order of events; saves are kept for the end.
// Does not: see states that lasted less than one event, or devices of the `field` dialect.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/client/view.h"
#include "core/draft/draft.h"
#include "sim/world/observer.h"
#include "sim/world/world.h"

namespace dp::sim {

struct AccountChat {
  std::size_t account = 0;
  ChatId chat;
  auto operator<=>(const AccountChat&) const = default;
};

enum class ChangeCause : std::uint8_t {
  person,    // a save, clear or send made on this device: `after` holds a dot new to the world
  sync,      // adopted or merged
  reopened,  // the store came back different: wiped, restored, cloned, or rotted
};

struct SlotChange {
  DeviceId device;
  AccountChat slot;
  ChangeCause cause = ChangeCause::sync;
  const draft::Draft& before;  // an empty draft if the slot was unknown here
  const draft::Draft& after;
  draft::Dot own;  // of the person's act, if that is the cause
  Micros time_us = 0;
  std::uint64_t sequence = 0;
};

// One act of a person, as the durable row of their device had it.
struct Save {
  DeviceId device;
  draft::Dot dot;
  draft::Draft draft;
  std::set<draft::Line> removed;  // lines of the draft before it that this act took out
  Micros time_us = 0;
};

class SlotWatcher {
 public:
  virtual ~SlotWatcher() = default;
  virtual void slot_changed(const SlotChange& change, const World& world) = 0;
};

class SlotHistory {
 public:
  void add_watcher(SlotWatcher* watcher) { watchers_.push_back(watcher); }
  void observe(const TraceEvent& event, const World& world);
  // Looks at every device once more, so that a change nobody announced is still seen.
  void look_at_all(const TraceEvent& last, const World& world);

  const std::map<AccountChat, std::vector<Save>>& saves() const { return saves_; }
  // Every dot that any device ever held.
  const draft::VersionVector& known(const AccountChat& slot) const;
  // Devices whose store was wiped, restored, cloned from or damaged: their losses are the world's.
  bool store_was_replaced(DeviceId device) const { return replaced_.contains(device); }

 private:
  void look_at(DeviceId device, Micros time_us, std::uint64_t sequence, const World& world);
  void look_at_slot(DeviceId device, const AccountChat& slot,
                    const std::shared_ptr<const draft::Draft>& shown, Micros time_us,
                    std::uint64_t sequence, const World& world);
  std::set<draft::Line> taken_out(DeviceId device, const AccountChat& slot,
                                  const draft::Draft& before, const draft::Draft& now) const;

  std::vector<SlotWatcher*> watchers_;
  using DraftRef = std::shared_ptr<const draft::Draft>;
  std::map<DeviceId, std::uint64_t> seen_;  // revision of the client that was looked at last
  std::map<std::pair<DeviceId, AccountChat>, DraftRef> held_;
  std::map<AccountChat, std::vector<Save>> saves_;
  std::map<AccountChat, draft::VersionVector> known_;
  std::set<DeviceId> closed_;    // their stores changed under them; they start again
  std::set<DeviceId> reopened_;  // until the next look
  std::set<DeviceId> replaced_;
};

// Every line of the text and of the kept copies.
std::set<draft::Line> all_lines(const draft::Draft& draft);

}  // namespace dp::sim
