#include "sim/oracles/late_rows.h"

#include <variant>

namespace dp::sim {
namespace {

const server::DraftRow* row_in(const TraceEvent& event) {
  const auto* const* query = std::get_if<const server::Query*>(&event.detail);
  if (query == nullptr || *query == nullptr) return nullptr;
  if (const auto* write = std::get_if<server::WriteDraft>(&(*query)->request)) return &write->row;
  const auto* message = std::get_if<server::StoreMessage>(&(*query)->request);
  return message != nullptr && message->tombstone ? &*message->tombstone : nullptr;
}

}  // namespace

LateRows::Name LateRows::name_of(const server::DraftRow& row) {
  return {row.slot, row.version, row.changed_wall_us};
}

void LateRows::observe(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::db_asked:
      if (const auto* row = row_in(event)) asked_.insert(name_of(*row));
      break;
    case EventKind::db_applied:
      if (const auto* row = row_in(event)) {
        const Name name = name_of(*row);
        // The first time is when it lands; what comes again finds it there.
        if (asked_.contains(name)) in_time_.insert(name);
        const bool late = asked_before_.contains(name) && !in_time_.contains(name);
        if (late) landed_.emplace(name, event.sequence);
      }
      break;
    case EventKind::crash:
      if (event.node != kServerNode) break;
      asked_before_.merge(asked_);
      asked_.clear();
      break;
    case EventKind::conn_opened:
      if (is_device(event.node)) connected_[event.node] = event.sequence;
      break;
    default:
      break;
  }
}

bool LateRows::is_unheard(const server::DraftRow& row, DeviceId device) const {
  const auto landed = landed_.find(name_of(row));
  const auto connected = connected_.find(node_of(device));
  return landed != landed_.end() && connected != connected_.end() &&
         connected->second < landed->second;
}

}  // namespace dp::sim
