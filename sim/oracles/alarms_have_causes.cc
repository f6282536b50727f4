#include "sim/oracles/alarms_have_causes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "sim/faults/fault_kind.h"

namespace dp::sim {
namespace {

enum class About : std::uint8_t { the_store, the_world };

struct Alarm {
  client::NoticeKind kind;
  About about;
  std::string_view name;
};
using enum client::NoticeKind;
constexpr std::array kAlarms{
    Alarm{store_row_damaged, About::the_store, "store_row_damaged"},
    Alarm{store_rolled_back, About::the_store, "store_rolled_back"},
    Alarm{store_key_lost, About::the_store, "store_key_lost"},
    Alarm{security_rollback, About::the_world, "security_rollback"},
    Alarm{security_fork, About::the_world, "security_fork"},
    Alarm{security_authentication, About::the_world, "security_authentication"},
    Alarm{security_downgrade, About::the_world, "security_downgrade"},
};

bool is_false(FaultKind kind) {
  return kind == FaultKind::backup_restored || family_of(kind) == Family::hostile ||
         family_of(kind) == Family::byzantine;
}

}  // namespace

const OracleCard& AlarmsHaveCauses::card() const {
  static const OracleCard kCard{
      "alarms_have_causes",
      "A device raises an alarm about its store, the network or the server only after somebody "
      "gave "
      "cause for one.",
      "Whether the cause explains the very alarm; alarms that are missing.",
      {"SEC-32", "SEC-43"}};
  return kCard;
}

void AlarmsHaveCauses::note_cause(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::store_changed:
      if (event.name == "crashed" || event.name == "torn") return;
      if (is_device(event.node)) touched_.insert(device_of(event.node));
      anything_is_false_ = true;
      return;
    case EventKind::cache_struck:
      anything_is_false_ = anything_is_false_ || event.name.contains("backup");
      return;
    case EventKind::fault:
      anything_is_false_ = anything_is_false_ || is_false(static_cast<FaultKind>(event.number));
      return;
    case EventKind::frame_forged:
      anything_is_false_ = true;
      return;
    case EventKind::frame_lost:
      anything_is_false_ = anything_is_false_ || event.name == "rewritten";
      return;
    case EventKind::crash:
      anything_is_false_ = anything_is_false_ || event.node == kServerNode;
      return;
    default:
      return;
  }
}

void AlarmsHaveCauses::judge(const TraceEvent& event) {
  const auto kind = static_cast<client::NoticeKind>(event.number);
  const auto alarm = std::ranges::find(kAlarms, kind, &Alarm::kind);
  if (alarm == kAlarms.end()) return;
  raised_any_ = true;
  compared();
  const bool is_of_the_store = alarm->about == About::the_store;
  const bool has_cause =
      is_of_the_store ? touched_.contains(device_of(event.node)) : anything_is_false_;
  if (has_cause) return;
  violated({.oracle = {},
            .site = is_of_the_store ? "store" : "world",
            .detail = "an alarm was raised without a cause",
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = event.node,
            .expected = "silence: nobody touched anything",
            .seen = std::string(alarm->name)});
}

void AlarmsHaveCauses::observe(const TraceEvent& event, const World& world) {
  note_cause(event);
  if (event.kind == EventKind::notice && is_device(event.node) &&
      world.is_sealed(device_of(event.node))) {
    judge(event);
  }
}

}  // namespace dp::sim
