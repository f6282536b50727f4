#include "sim/player/foreign_needs.h"

#include <algorithm>
#include <set>

#include "sim/world/foreign_plan.h"

namespace dp::sim {
namespace {

// A disk or cipher slower than this is held back, which takes a capability.
constexpr Micros kSlowFromUs = 2 * kMillisecond;

class Needs {
 public:
  Needs(const Scenario& scenario, const ForeignClients& clients)
      : scenario_(scenario), clients_(clients), config_(scenario.world) {
    for (const ScenarioDevice& device : scenario.devices) config_.devices.push_back(device.config);
  }

  std::vector<std::string> all() {
    devices();
    need(!scenario_.own_ids, "ids as our own client draws them");
    faults();
    steps(scenario_.steps);
    steps(scenario_.finally);
    return std::move(out_);
  }

 private:
  void need(bool has, std::string_view what) {
    if (has || std::ranges::find(out_, what) != out_.end()) return;
    out_.emplace_back(what);
  }

  bool is_foreign(std::size_t device) const {
    return is_handed_over(config_, device, clients_.only_first);
  }
  bool any_foreign(const std::vector<std::size_t>& devices) const {
    return std::ranges::any_of(devices, [&](std::size_t one) { return is_foreign(one); });
  }

  void devices() {
    bool any = false;
    for (std::size_t i = 0; i < config_.devices.size(); ++i) {
      if (!is_foreign(i)) continue;
      any = true;
      const DeviceConfig& device = config_.devices[i];
      settings(device.client);
      slow(device.write_delay_us, device.seal_delay_us);
      need(clients_.powers.wall_clock || device.clock.wall_skew_us == 0,
           "wall: the wall clock cannot be set");
    }
    need(any, "the field dialect: an adapter speaks the sealed one only");
    need(clients_.powers.facts, "facts: what the laws compare cannot be read");
    need(clients_.powers.suite_1 || clients_.powers.suite_2, "suite:1 or suite:2");
    suites();
  }

  // A scenario that mixes suites on purpose needs both.
  void suites() {
    std::set<crypto::Suite> used;
    for (const AccountConfig& account : config_.accounts) used.insert(account.suite);
    need(used.size() < 2 || (clients_.powers.suite_1 && clients_.powers.suite_2),
         "suite:1 and suite:2 in one run");
  }

  void settings(const client::Config& config) {
    const client::Config usual;
    need(config.archive_entries_max == usual.archive_entries_max,
         "no option: how many texts the archive holds");
    need(config.deleted_chats_max == usual.deleted_chats_max,
         "no option: how many deleted chats are remembered");
    need(config.recheck_interval_us == usual.recheck_interval_us,
         "no option: how often versions are asked for again");
    need(config.wire == usual.wire, "no option: limits of frames");
    for (const std::string& fixed : clients_.powers.fixed_options) {
      need(!differs(config, usual, fixed), "no option: " + fixed);
    }
  }

  static bool differs(const client::Config& a, const client::Config& b, std::string_view option) {
    if (option == "debounce_ms") return a.debounce_us != b.debounce_us;
    if (option == "preview_cache_ms") return a.preview_cache_us != b.preview_cache_us;
    if (option == "receipt_timeout_ms") return a.receipt_timeout_us != b.receipt_timeout_us;
    if (option == "reconnect_min_ms") return a.reconnect_min_us != b.reconnect_min_us;
    if (option == "reconnect_max_ms") return a.reconnect_max_us != b.reconnect_max_us;
    if (option == "ping_interval_ms") return a.ping_interval_us != b.ping_interval_us;
    if (option == "pong_timeout_ms") return a.pong_timeout_us != b.pong_timeout_us;
    if (option == "persistence_window_ms") {
      return a.persistence_window_us != b.persistence_window_us;
    }
    if (option == "max_draft_chars") return a.max_draft_chars != b.max_draft_chars;
    if (option == "queue_changes_max") return a.outbox_changes_max != b.outbox_changes_max;
    if (option == "replay_changes_max") return a.replay_changes_max != b.replay_changes_max;
    return false;
  }

  void slow(Micros write_us, Micros seal_us) {
    need(clients_.powers.slow_store || write_us < kSlowFromUs,
         "store_hold: writes cannot be held back");
    need(clients_.powers.slow_cipher || seal_us < kSlowFromUs,
         "seal_hold: sealing cannot be held back");
  }

  void faults() {
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      const auto kind = static_cast<FaultKind>(i);
      if (config_.faults[kind] == 0) continue;
      const std::string_view missing = power_missing_for(kind, clients_.powers);
      need(missing.empty(), missing);
    }
  }

  void steps(const std::vector<Step>& all) {
    for (const Step& step : all) {
      if (const auto* action = std::get_if<Action>(&step.what)) {
        if (any_foreign(action->devices)) verb(*action);
        for (const std::size_t device : action->devices) close_or_open(*action, device);
      } else if (const auto* expectation = std::get_if<Expectation>(&step.what)) {
        if (any_foreign(expectation->devices)) expect(*expectation);
      } else if (const auto* repeat = std::get_if<Repeat>(&step.what)) {
        steps(repeat->steps);
      } else if (std::holds_alternative<Settle>(step.what)) {
        closed_.clear();
      }
    }
    closed_.clear();  // the world heals before `finally`
  }

  void close_or_open(const Action& action, std::size_t device) {
    if (action.verb->name == "close") {
      closed_.insert(device);
    } else if (action.verb->power == Power::person || action.verb->power == Power::process) {
      closed_.erase(device);
    }
  }

  void expect(const Expectation& expectation) {
    for (const std::size_t device : expectation.devices) {
      need(!is_foreign(device) || !closed_.contains(device),
           "a client that was told to close cannot be asked any more");
    }
    for (const Check& check : expectation.checks) {
      const std::string_view what = check.spec->name;
      need(clients_.powers.archive || (what != "archive" && what != "archived_texts"),
           "archive: what was put away cannot be read");
      need(what != "previews" || !wants_nothing(check),
           "the cache of previews cannot be looked into without drawing them");
    }
  }

  static bool wants_nothing(const Check& check) {
    return std::ranges::any_of(check.conditions, [](const Condition& condition) {
      return std::holds_alternative<std::monostate>(condition.operand);
    });
  }

  void verb(const Action& action) {
    const std::string_view name = action.verb->name;
    const PortPowers& powers = clients_.powers;
    need(name != "crash" || action.find("after_effects") == nullptr,
         "a crash between two effects of one operation");
    need(name != "restore" || action.find("row") == nullptr,
         "a single row of the store cannot be put back");
    need(name != "rot", "a bit of a stored row cannot be flipped");
    need(name != "crashes_leave" || action.text("unsynced") == "kept",
         "a write cannot be lost or torn after it was reported");
    if (name == "slow_disk") slow(action.number("delay", 0), 0);
    if (name == "slow_cipher") slow(0, action.number("delay", 0));
    need(powers.failing_store || (name != "fail_writes" && name != "fill_disk"),
         "store_fault: writes cannot be made to fail");
    need(powers.lock || (name != "lock" && name != "unlock"), "lock: keys cannot be taken away");
    need(powers.wall_clock || (name != "jump_clock" && name != "suspend"),
         "wall: the wall clock cannot be set");
    if (name != "clone" || action.devices.empty()) return;
    const bool both = is_foreign(*action.index("to")) == is_foreign(action.devices.front());
    need(both, "stores of different clients cannot be copied into one another");
  }

  const Scenario& scenario_;
  const ForeignClients& clients_;
  WorldConfig config_;
  std::set<std::size_t> closed_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> missing_powers(const Scenario& scenario, const ForeignClients& clients) {
  return Needs(scenario, clients).all();
}

}  // namespace dp::sim
