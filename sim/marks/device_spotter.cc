// Processes, disks, clocks and keys of devices, and what a person is told about them.
#include <map>

#include "sim/marks/flight_log.h"
#include "sim/marks/spotters.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

class DeviceSpotter : public Observer {
 public:
  explicit DeviceSpotter(MarkSet& marks) : marks_(marks) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (is_device(event.node)) device_event(event, world);
    flights_.observe(event);
  }

 private:
  struct Process {
    int writes = 0;
    int seals = 0;
    bool booted_before = false;
    bool look_after_boot = false;  // at what its store holds
    Micros off_since_us = 0;
    std::optional<Micros> crashed_us;
    Micros frozen_us = 0;
    bool suspended = false;
    std::optional<Mark> replaced;  // what its store became
    std::int64_t clock_offset_us = 0;
    std::map<std::uint64_t, Micros> write_asked;
    std::map<std::uint64_t, Micros> seal_asked;
  };

  void device_event(const TraceEvent& event, const World& world) {
    Process& process = processes_[event.node];
    if (process.look_after_boot && event.kind == EventKind::conn_asked) {
      process.look_after_boot = false;
      for (const client::SlotFacts& slot : world.slots(device_of(event.node))) {
        if (slot.pending) marks_.set(Mark::restart_with_a_pending_change);
      }
    }
    switch (event.kind) {
      case EventKind::crash:
        crashed(event, world, process);
        break;
      case EventKind::boot:
        booted(event, process);
        break;
      case EventKind::store_changed:
        store_changed(event, process);
        break;
      case EventKind::store_write:
      case EventKind::store_synced:
      case EventKind::store_failed:
        wrote(event, process);
        break;
      case EventKind::seal_turn:
        seal_turn(event, process);
        break;
      case EventKind::power:
        power(event, process);
        break;
      case EventKind::lifecycle:
        if (event.name == "unlocked") process.look_after_boot = true;
        if (event.name != "locked") break;
        if (process.seals > 0) marks_.set(Mark::locked_while_a_seal_was_awaited);
        if (world.view(device_of(event.node)).unsaved_changes) {
          marks_.set(Mark::locked_with_unsaved_text);
        }
        break;
      case EventKind::clock_changed:
        clock(event, process);
        break;
      case EventKind::cipher_seal:
        sealed(event);
        break;
      case EventKind::notice:
        notice(static_cast<client::NoticeKind>(event.number));
        break;
      default:
        break;
    }
  }

  void crashed(const TraceEvent& event, const World& world, Process& process) {
    if (process.writes > 0) marks_.set(Mark::crash_while_writing);
    if (process.seals > 0) marks_.set(Mark::crash_while_a_seal_was_awaited);
    if (event.other > 0) marks_.set(Mark::crash_between_effects);
    if (!flights_.of(event.node).empty()) marks_.set(Mark::crash_with_a_change_in_flight);
    if (world.view(device_of(event.node)).unsaved_changes) {
      marks_.set(Mark::crash_with_unsaved_text);
    }
    if (process.crashed_us && event.time_us - *process.crashed_us <= 10 * kSecond) {
      marks_.set(Mark::crash_twice_within_ten_seconds);
    }
    process.crashed_us = event.time_us;
    process.writes = 0;
    process.seals = 0;
    process.write_asked.clear();
    process.seal_asked.clear();
    process.off_since_us = event.time_us;
  }

  void booted(const TraceEvent& event, Process& process) {
    const Micros away_us = event.time_us - process.off_since_us;
    if (process.booted_before) {
      if (away_us > 15 * kMinute) marks_.set(Mark::device_off_for_over_15_minutes);
      if (away_us > 45 * kMinute) marks_.set(Mark::device_off_for_over_45_minutes);
      if (away_us > 7 * kDay) marks_.set(Mark::device_off_for_over_a_week);
      if (away_us > 400 * kDay) marks_.set(Mark::device_off_for_over_400_days);
    } else if (event.time_us > 0 && !process.replaced && device_of(event.node).index > 0) {
      marks_.set(Mark::device_added_mid_run);
    }
    if (process.replaced) marks_.set(*process.replaced);
    process.replaced.reset();
    process.booted_before = true;
  }

  void store_changed(const TraceEvent& event, Process& process) {
    if (event.name == "crashed" && event.other > 0) marks_.set(Mark::crash_lost_writes);
    if (event.name == "torn") marks_.set(Mark::crash_tore_a_row);
    if (event.name == "restored") process.replaced = Mark::restart_on_a_restored_store;
    if (event.name == "cloned") process.replaced = Mark::restart_on_a_cloned_store;
    if (event.name == "wiped") process.replaced = Mark::restart_on_an_empty_store;
    if (event.name == "rotted") process.replaced = Mark::restart_on_a_rotted_store;
  }

  void wrote(const TraceEvent& event, Process& process) {
    if (event.kind == EventKind::store_write) {
      ++process.writes;
      process.write_asked[event.number] = event.time_us;
      return;
    }
    if (process.writes > 0) --process.writes;
    if (event.kind == EventKind::store_failed) marks_.set(Mark::write_failed);
    const auto asked = process.write_asked.find(event.number);
    if (asked == process.write_asked.end()) return;
    if (event.time_us - asked->second > kSecond) marks_.set(Mark::write_took_seconds);
    process.write_asked.erase(asked);
  }

  void seal_turn(const TraceEvent& event, Process& process) {
    if (event.other == 0) {
      ++process.seals;
      process.seal_asked[event.number] = event.time_us;
      return;
    }
    if (process.seals > 0) --process.seals;
    const auto asked = process.seal_asked.find(event.number);
    if (asked == process.seal_asked.end()) return;
    if (event.time_us - asked->second > kSecond) marks_.set(Mark::seal_took_seconds);
    process.seal_asked.erase(asked);
  }

  void power(const TraceEvent& event, Process& process) {
    if (event.name == "running") {
      const Micros frozen_us = event.time_us - process.frozen_us;
      if (frozen_us > 10 * kSecond) marks_.set(Mark::paused_for_over_ten_seconds);
      if (process.suspended && frozen_us > kMinute) marks_.set(Mark::suspended_for_over_a_minute);
      return;
    }
    process.frozen_us = event.time_us;
    process.suspended = event.name == "suspended";
  }

  void clock(const TraceEvent& event, Process& process) {
    const auto offset_us = static_cast<std::int64_t>(event.number);
    if (offset_us > kDay || offset_us < -kDay) marks_.set(Mark::wall_clock_over_a_day_off);
    if (event.name == "jump" && offset_us < process.clock_offset_us) {
      marks_.set(Mark::wall_clock_jumped_back);
    }
    process.clock_offset_us = offset_us;
  }

  void sealed(const TraceEvent& event) {
    if (event.name == "field" && event.number == 1) marks_.set(Mark::field_device_saved);
    const auto* const* call = std::get_if<const SealCall*>(&event.detail);
    if (call == nullptr || event.number != 1) return;
    const crypto::SealRequest& request = (*call)->request;
    if (request.suite == crypto::Suite::aes256_gcm && request.kind == crypto::Kind::draft) {
      marks_.set(Mark::suite_aes_gcm_sealed);
    }
  }

  void notice(client::NoticeKind kind) {
    using enum client::NoticeKind;
    if (kind == not_synced_too_long) marks_.set(Mark::notice_not_synced_too_long);
    if (kind == not_synced_refused) marks_.set(Mark::notice_not_synced_refused);
    if (kind == not_saved) marks_.set(Mark::notice_not_saved);
    if (kind == key_missing) marks_.set(Mark::notice_key_missing);
    if (kind == copy_archived) marks_.set(Mark::notice_copy_archived);
    if (kind == chat_deleted_kept_text) marks_.set(Mark::notice_chat_deleted_kept_text);
    if (kind == store_row_damaged) marks_.set(Mark::notice_store_row_damaged);
    if (kind == store_rolled_back) marks_.set(Mark::notice_store_rolled_back);
    if (kind == send_queued) marks_.set(Mark::notice_send_queued);
  }

  MarkSet& marks_;
  std::map<NodeId, Process> processes_;
  FlightLog flights_;
};

}  // namespace

std::unique_ptr<Observer> device_spotter(MarkSet& marks) {
  return std::make_unique<DeviceSpotter>(marks);
}

}  // namespace dp::sim
