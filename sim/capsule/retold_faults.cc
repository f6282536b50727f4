#include "sim/capsule/retold_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/scenario/duration.h"

namespace dp::sim {
namespace {

// Until it is known how long it took. What never came takes a minute.
constexpr std::string_view kSealsSlowly = "\"do\": \"slow_cipher\", \"delay\": \"1m\"";
constexpr std::string_view kWritesSlowly = "\"do\": \"slow_disk\", \"delay\": \"1m\"";

constexpr std::string_view kCrashesLeaveAll = "\"do\": \"crashes_leave\", \"unsynced\": \"kept\"";

std::string verb(std::string_view word) {
  return fmt::format("\"do\": \"{}\"", word);
}

std::string tampering(std::string_view frames, std::string_view how) {
  return fmt::format("\"do\": \"tamper\", \"frames\": \"{}\", \"how\": \"{}\"", frames, how);
}

// The member of a JSON object in which two texts differ first; "" if it has no such place.
std::string field_of_difference(std::string_view before, std::string_view after) {
  const auto [first, second] = std::ranges::mismatch(before, after);
  const std::string_view until = before.substr(0, static_cast<std::size_t>(first - before.begin()));
  const std::size_t colon = until.rfind("\":");
  if (colon == std::string_view::npos) return "";
  const std::size_t quote = until.rfind('"', colon - 1);
  return std::string(until.substr(quote + 1, colon - quote - 1));
}

// What an effect of a core is traced as. A crash strikes between two of them.
bool is_effect(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::conn_asked:
    case EventKind::frame_sent:
    case EventKind::store_write:
    case EventKind::editor_replaced:
    case EventKind::preview_invalidated:
    case EventKind::draft_announced:
    case EventKind::chat_list_changed:
    case EventKind::notice:
    case EventKind::log:
    case EventKind::auth_asked:
    case EventKind::db_asked:
      return true;
    case EventKind::seal_turn:
      return event.other == 0;
    case EventKind::conn_closed:
      return event.name ==
             (is_device(event.node) ? "closed by the device" : "closed by the server");
    default:
      return false;
  }
}

}  // namespace

RetoldFaults::RetoldFaults(StepList& steps, ChatNames chat_names)
    : steps_(steps), changes_(steps, std::move(chat_names)), jobs_(steps) {}

void RetoldFaults::observe(const TraceEvent& event, const World& world) {
  changes_.observe(event, world);
  count_checks(event);
  jobs_.observe(event, world);
  switch (event.kind) {
    case EventKind::fault:
      return strike(event, world);
    case EventKind::fault_ended:
      return end(event, world);
    case EventKind::store_synced:
      return retell_slow(slow_writes_, event, "slow_disk");
    case EventKind::seal_turn:
      if (event.other == 1) retell_slow(slow_seals_, event, "slow_cipher");
      return;
    case EventKind::frame_sent:
      sent_ = {std::string(event.name), std::string(event.bytes)};
      return;
    case EventKind::frame_forged:
      return retell_corruption(event);
    case EventKind::conn_closed:
      return retell_late_break(event, world);
    default:
      return;
  }
}

void RetoldFaults::count_checks(const TraceEvent& event) {
  if (event.node == kWorldNode) return;
  Instant& instant = instants_[event.node];
  if (instant.time_us != event.time_us) instant = {event.time_us, 0, false};
  if (event.kind == EventKind::boot) instant.booted = true;
  if (event.kind == EventKind::store_synced || is_effect(event)) ++instant.checks;
}

bool RetoldFaults::is_told(const TraceEvent& event) const {
  const auto replaced = replaced_us_.find(event.node);
  return replaced != replaced_us_.end() && replaced->second == event.time_us;
}

bool RetoldFaults::is_first_of_a_clone(NodeId node) {
  return changes_.forget_clone(node);
}

void RetoldFaults::retell_crash(const TraceEvent& event) {
  const bool is_server = event.node == kServerNode;
  const std::string node = is_server ? "server" : node_name(event.node);
  const auto crashing = crashing_us_.find(event.node);
  const bool counted = crashing != crashing_us_.end() && crashing->second == event.time_us;
  const auto instant = instants_.find(event.node);
  const bool seen = instant != instants_.end() && instant->second.time_us == event.time_us;
  if (counted && event.time_us > 0 && !(seen && instant->second.booted)) {
    steps_.say_before(
        event.time_us, node,
        fmt::format("\"do\": \"crash\", \"after_effects\": {}", seen ? instant->second.checks : 0));
  } else {
    steps_.say(event.time_us, node, verb("crash"));
  }
  if (is_server) jobs_.forget_jobs(event.time_us);
}

std::set<std::string> RetoldFaults::unspeakable() const {
  std::set<std::string> all = unspeakable_;
  if (!changes_.unspeakable().empty()) all.insert(changes_.unspeakable());
  return all;
}

// ---- while they last ----------------------------------------------------------------------------

void RetoldFaults::strike(const TraceEvent& event, const World& world) {
  const auto kind = static_cast<FaultKind>(event.number);
  const NodeId node{static_cast<std::uint32_t>(event.other)};
  const Micros time_us = event.time_us;
  if (kind == FaultKind::auth_unavailable) return verdict_for_all(time_us, "unavailable", world);
  const bool told = strike_network(kind, time_us, node, event) ||
                    strike_frame(kind, time_us, node) || strike_device(kind, time_us, node) ||
                    strike_disk(kind, time_us, node) || strike_server(kind, time_us) ||
                    jobs_.strike(kind, time_us) || changes_.strike(kind, node, world);
  if (!told) unspeakable_.insert(std::string(event.name));
}

bool RetoldFaults::strike_network(FaultKind kind, Micros time_us, NodeId struck,
                                  const TraceEvent& event) {
  const std::string node = node_name(struck);
  switch (kind) {
    case FaultKind::long_tail_delay:
      return true;  // a delay like any other
    case FaultKind::flapping: {
      Flapping flapping{time_us, 0};
      std::from_chars(event.bytes.data(), event.bytes.data() + event.bytes.size(),
                      flapping.pause_us);
      flapping_[struck] = flapping;
      [[fallthrough]];
    }
    case FaultKind::disconnect:
    case FaultKind::lost_receipt:
      steps_.say(time_us, node, verb("disconnect"));
      return true;
    case FaultKind::reconnect_storm:
      steps_.say(time_us, "everyone", verb("disconnect"));
      return true;
    case FaultKind::half_open:
      steps_.say(time_us, node, verb("stall"));
      return true;
    case FaultKind::partition_up:
      steps_.say(time_us, node, "\"do\": \"partition\", \"way\": \"up\"");
      return true;
    case FaultKind::partition_down:
      steps_.say(time_us, node, "\"do\": \"partition\", \"way\": \"down\"");
      return true;
    case FaultKind::slow_reader:
      steps_.say(time_us, node, verb("read_slowly"));
      return true;
    case FaultKind::connect_refused:
      steps_.say_before(time_us, node, verb("refuse"));
      steps_.say(time_us + 1, node, verb("accept"));
      return true;
    default:
      return false;
  }
}

bool RetoldFaults::strike_frame(FaultKind kind, Micros time_us, NodeId struck) {
  static const std::map<FaultKind, std::string_view> kHow{
      {FaultKind::frame_dropped, "drop"},      {FaultKind::frame_duplicated, "duplicate"},
      {FaultKind::frame_reordered, "swap"},    {FaultKind::frame_replayed, "replay"},
      {FaultKind::frame_corrupted, "corrupt"}, {FaultKind::server_drops, "drop"}};
  const auto how = kHow.find(kind);
  if (how == kHow.end() || !sent_ || sent_->type.empty()) return false;
  const std::size_t step =
      steps_.say_before(time_us, node_name(struck), tampering(sent_->type, how->second));
  if (kind == FaultKind::frame_corrupted) {
    corruption_ = step;
    corrupted_ = struck;
  }
  return true;
}

bool RetoldFaults::strike_device(FaultKind kind, Micros time_us, NodeId struck) {
  const std::string node = node_name(struck);
  switch (kind) {
    case FaultKind::device_crash:
      crashing_us_[struck] = time_us;
      return true;
    case FaultKind::device_pause:
    case FaultKind::device_hidden:
      steps_.say(time_us, node, verb("pause"));
      return true;
    case FaultKind::device_suspend:
      steps_.say(time_us, node, verb("suspend"));
      return true;
    case FaultKind::device_logout:
      steps_.say(time_us, node, verb("lock"));
      return true;
    case FaultKind::store_wiped:
      replaced_us_[struck] = time_us;
      steps_.say(time_us, node, verb("wipe"));
      return true;
    case FaultKind::store_restored:
      steps_.say(time_us, node, verb("snapshot"));
      return true;
    case FaultKind::slow_cipher:
      slow_seals_[struck] = {time_us, steps_.say_before(time_us, node, kSealsSlowly)};
      steps_.say(time_us + 1, node, "\"do\": \"slow_cipher\", \"delay\": \"0s\"");
      return true;
    default:
      return false;
  }
}

bool RetoldFaults::strike_disk(FaultKind kind, Micros time_us, NodeId struck) {
  const std::string node = node_name(struck);
  switch (kind) {
    case FaultKind::slow_write:
      slow_writes_[struck] = {time_us, steps_.say_before(time_us, node, kWritesSlowly)};
      steps_.say(time_us + 1, node, "\"do\": \"slow_disk\", \"delay\": \"300us\"");
      return true;
    case FaultKind::failed_write:
      steps_.say_before(time_us, node, verb("fail_writes"));
      return true;
    case FaultKind::disk_full:
      steps_.say(time_us, node, verb("fill_disk"));
      return true;
    case FaultKind::lost_unsynced:
      steps_.say_before(time_us, node, "\"do\": \"crashes_leave\", \"unsynced\": \"lost\"");
      steps_.say(time_us, node, kCrashesLeaveAll);
      return true;
    case FaultKind::torn_write:
      steps_.say_before(time_us, node, "\"do\": \"crashes_leave\", \"unsynced\": \"torn\"");
      steps_.say(time_us, node, kCrashesLeaveAll);
      return true;
    default:
      return false;
  }
}

bool RetoldFaults::strike_server(FaultKind kind, Micros time_us) {
  switch (kind) {
    case FaultKind::server_crash:
      crashing_us_[kServerNode] = time_us;
      return true;
    case FaultKind::server_restart:
      steps_.say(time_us, "server", verb("stop"));
      return true;
    case FaultKind::cache_unavailable:
      steps_.say(time_us, "server", verb("cache_down"));
      return true;
    case FaultKind::backup_restored:
      steps_.say(time_us, "server", verb("backup"));
      return true;
    default:
      return false;
  }
}

// ---- when they end ------------------------------------------------------------------------------

void RetoldFaults::end(const TraceEvent& event, const World& world) {
  const auto kind = static_cast<FaultKind>(event.number);
  const NodeId node{static_cast<std::uint32_t>(event.other)};
  static const std::map<FaultKind, std::string_view> kVerbs{
      {FaultKind::half_open, "unstall"},          {FaultKind::partition_up, "unpartition"},
      {FaultKind::partition_down, "unpartition"}, {FaultKind::slow_reader, "read_normally"},
      {FaultKind::device_pause, "resume"},        {FaultKind::device_hidden, "resume"},
      {FaultKind::device_suspend, "resume"},      {FaultKind::device_logout, "unlock"},
      {FaultKind::disk_full, "disk_heals"},       {FaultKind::cache_unavailable, "cache_up"},
      {FaultKind::store_restored, "restore"}};
  if (kind == FaultKind::flapping) return end_flapping(node, event.time_us);
  if (kind == FaultKind::auth_unavailable) {
    return verdict_for_all(event.time_us, "accepted", world);
  }
  if (kind == FaultKind::backup_restored) {
    // The verb has the server up at once; here it stays down until it is started.
    replaced_us_[kServerNode] = event.time_us;
    steps_.say(event.time_us, "server", verb("restore_backup"));
    steps_.say(event.time_us, "server", verb("crash"));
    return jobs_.forget_jobs(event.time_us);
  }
  if (kind == FaultKind::store_restored) replaced_us_[node] = event.time_us;
  const auto word = kVerbs.find(kind);
  if (word == kVerbs.end()) return;
  const std::size_t step = steps_.say(
      event.time_us, node == kServerNode ? "server" : node_name(node), verb(word->second));
  if (kind == FaultKind::half_open) unstalled_[node] = {event.time_us, step};
}

void RetoldFaults::end_flapping(NodeId node, Micros time_us) {
  const auto flapping = flapping_.find(node);
  if (flapping == flapping_.end() || flapping->second.pause_us <= 0) return;
  const Micros pause_us = flapping->second.pause_us;
  for (Micros at = flapping->second.since_us + pause_us; at < time_us; at += pause_us) {
    steps_.say(at, node_name(node), verb("disconnect"));
  }
  flapping_.erase(flapping);
}

// The authority's word is one for an account; any of its devices stands for it.
void RetoldFaults::verdict_for_all(Micros time_us, std::string_view verdict, const World& world) {
  std::set<std::size_t> accounts;
  for (std::uint32_t i = 0; i < world.device_count(); ++i) {
    const DeviceId device{i};
    if (!accounts.insert(world.account_of(device)).second) continue;
    steps_.say(time_us, node_name(node_of(device)),
               fmt::format("\"do\": \"session\", \"verdict\": \"{}\"", verdict));
  }
}

// ---- what is known only afterwards --------------------------------------------------------------

void RetoldFaults::retell_slow(std::map<NodeId, Slow>& slow, const TraceEvent& event,
                               std::string_view word) {
  const auto found = slow.find(event.node);
  if (found == slow.end()) return;
  const auto [since_us, step] = found->second;
  steps_.say_again(step, node_name(event.node),
                   fmt::format("\"do\": \"{}\", \"delay\": \"{}\"", word,
                               duration_text(event.time_us - since_us)));
  slow.erase(found);
}

// A line that froze may be found to be dead; its ends learn of that when any broken line's would.
void RetoldFaults::retell_late_break(const TraceEvent& event, const World& world) {
  const auto unstalled = unstalled_.find(event.node);
  if (unstalled == unstalled_.end() || event.name != "lost") return;
  const Micros notice_us = world.config().network.loss_notice_us;
  if (event.time_us != unstalled->second.since_us + notice_us) return;
  steps_.say_again(unstalled->second.step, node_name(event.node), verb("disconnect"));
}

void RetoldFaults::retell_corruption(const TraceEvent& event) {
  if (!corruption_ || !sent_) return;
  const std::string field = field_of_difference(sent_->text, event.bytes);
  if (!field.empty()) {
    steps_.say_again(*corruption_, node_name(corrupted_),
                     tampering(sent_->type, "corrupt") + fmt::format(", \"field\": \"{}\"", field));
  }
  corruption_.reset();
}

}  // namespace dp::sim
