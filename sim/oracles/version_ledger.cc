#include "sim/oracles/version_ledger.h"

#include "core/server/database_table.h"
#include "core/wire/codec.h"

namespace dp::sim {
namespace {

constexpr std::string_view kRestored = "database restored from a backup";

std::string bytes_of(const server::DraftRow& row) {
  if (row.deleted) return "deleted " + row.tombstone.value_or("");
  return "content " + row.draft.value_or("");
}

}  // namespace

const OracleCard& VersionLedger::card() const {
  static const OracleCard kCard{
      "version_ledger",
      "Versions of a slot only grow, in rows and on each connection, and no durable version is "
      "given to other bytes.",
      "What a restored backup took back.",
      {"CONV-03", "R02", "R05", "R08", "R14", "R27", "R79"}};
  return kCard;
}

bool VersionLedger::applies(const World&) const {
  return written_any_;
}

void VersionLedger::observe(const TraceEvent& event, const World& world) {
  if (event.kind == EventKind::cache_struck && event.name == kRestored) {
    forget_what_was_taken_back(world);
  }
  if (event.node != kServerNode) return;
  if (event.kind == EventKind::db_applied) {
    const auto* const* query = std::get_if<const server::Query*>(&event.detail);
    if (query == nullptr || *query == nullptr) return;
    if (const auto* job = std::get_if<server::WriteDraft>(&(*query)->request)) {
      row_written(event, world, job->row.slot);
    }
  } else if (event.kind == EventKind::frame_sent &&
             (event.name == "chat_draft_updated" || event.name == "draft_deleted")) {
    announced(event);
  }
}

// Looks at the table after a job ran: what stands there now must go forward from what stood there.
void VersionLedger::row_written(const TraceEvent& event, const World& world,
                                const server::SlotKey& slot) {
  const auto found = world.database().drafts().find(slot);
  if (found == world.database().drafts().end()) return;
  const server::DraftRow& row = found->second;
  written_any_ = true;
  compared(2);
  const auto known = bytes_.emplace(std::pair{slot, row.version}, bytes_of(row)).first;
  if (known->second != bytes_of(row)) {
    violated({.oracle = {},
              .site = "version_reused",
              .detail = "a durable version was given to other bytes",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = kServerNode,
              .expected = "one content for version " + std::to_string(row.version),
              .seen = "another"});
  }
  Version& durable = durable_[slot];
  if (row.version < durable) {
    violated({.oracle = {},
              .site = "version_went_back",
              .detail = "a row was overwritten by an older version",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = kServerNode,
              .expected = "above version " + std::to_string(durable),
              .seen = "version " + std::to_string(row.version)});
  }
  durable = std::max(durable, row.version);
}

void VersionLedger::announced(const TraceEvent& event) {
  const auto frame = wire::decode_server_frame(event.bytes, wire::WireLimits{});
  if (!frame) return;
  ChatId chat;
  Version version = 0;
  if (const auto* update = std::get_if<wire::ChatDraftUpdated>(&*frame)) {
    chat = update->chat_id;
    version = update->draft_v;
  } else if (const auto* deleted = std::get_if<wire::DraftDeleted>(&*frame)) {
    chat = deleted->chat_id;
    version = deleted->draft_v.value_or(0);
  }
  compared();
  auto& [last, bytes] = announced_[{event.number, chat}];
  // The same state may be told twice, when the server learns of its own row again.
  const bool told_again = version == last && bytes == event.bytes;
  if (version <= last && !told_again) {
    violated({.oracle = {},
              .site = "announced_out_of_order",
              .detail = "one connection heard versions of a slot out of order",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = kServerNode,
              .expected = "above version " + std::to_string(last),
              .seen = "version " + std::to_string(version)});
  }
  if (version < last) return;
  last = version;
  bytes = std::string(event.bytes);
}

void VersionLedger::forget_what_was_taken_back(const World& world) {
  for (auto& [slot, version] : durable_) {
    const auto row = world.database().drafts().find(slot);
    version = row == world.database().drafts().end() ? 0 : row->second.version;
  }
  std::erase_if(bytes_, [&](const auto& entry) {
    const auto durable = durable_.find(entry.first.first);
    return durable == durable_.end() || entry.first.second > durable->second;
  });
}

}  // namespace dp::sim
