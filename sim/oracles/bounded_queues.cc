#include "sim/oracles/bounded_queues.h"

namespace dp::sim {
namespace {

bool is_change(std::string_view frame_type) {
  return frame_type == "update_draft" || frame_type == "delete_draft" ||
         frame_type == "chat_message_added" || frame_type == "sync_offline_changes";
}

}  // namespace

const OracleCard& BoundedQueues::card() const {
  static const OracleCard kCard{
      "bounded_queues",
      "Outbound queues, archives and the writes per conflict stay within bounds.",
      "The memory of the whole process; the age of what is not persisted.",
      {"SEC-38", "CONV-10", "R64", "R78", "R79"}};
  return kCard;
}

bool BoundedQueues::applies(const World&) const {
  return connections_ > 0;
}

void BoundedQueues::observe(const TraceEvent& event, const World& world) {
  if (event.node == kServerNode) {
    if (event.kind == EventKind::conn_opened) {
      links_.insert(event.number);
      ++connections_;
    } else if (event.kind == EventKind::conn_closed) {
      links_.erase(event.number);
    } else if (event.kind == EventKind::frame_sent || event.kind == EventKind::db_answered) {
      if (event.name == "error" || event.name == "draft_conflict") ++retries_allowed_;
      judge_server(event, world);
    }
  } else if (event.kind == EventKind::frame_sent && is_change(event.name) &&
             world.is_sealed(device_of(event.node))) {
    ++uploads_;
  }
}

void BoundedQueues::judge_server(const TraceEvent& event, const World& world) {
  const server::Server* server = world.server();
  if (server == nullptr) return;
  compared();
  const std::size_t bytes_max = server->config().max_outbound_bytes;
  if (event.kind == EventKind::frame_sent &&
      server->outbound_bytes(ConnId{event.number}) > bytes_max + event.bytes.size()) {
    violated({.oracle = {},
              .site = "outbound_queue",
              .detail = "a slow reader was buffered beyond the bound",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = event.node,
              .expected = "at most " + std::to_string(bytes_max) + " bytes",
              .seen = std::to_string(server->outbound_bytes(ConnId{event.number})) + " bytes"});
  }
}

void BoundedQueues::judge_archives(const World& world) {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_sealed(device)) continue;
    compared();
    const std::size_t entries_max = world.client_config(device).archive_entries_max;
    const std::size_t entries = world.archive(device).size();
    if (entries <= entries_max) continue;
    violated({.oracle = {},
              .site = "archive",
              .detail = "a device archived more than its bound",
              .time_us = world.now_us(),
              .node = node_of(DeviceId{index}),
              .expected = "at most " + std::to_string(entries_max),
              .seen = std::to_string(entries)});
  }
}

void BoundedQueues::judge_work(const World& world) {
  std::uint64_t acts = 0;
  for (const auto& [slot, saves] : history_.saves()) acts += saves.size();
  // Each act costs at most 2D - 1 writes (one conflict resolved by everybody at once); each new
  // connection may replay once per slot with something pending; each refusal earns one more try.
  const std::uint64_t devices = world.device_count();
  const std::uint64_t slots = history_.saves().size();
  const std::uint64_t uploads_max =
      acts * (2 * devices - 1) + connections_ * (slots + 1) + retries_allowed_ + devices;
  compared();
  if (uploads_ <= uploads_max) return;
  violated({.oracle = {},
            .site = "writes_per_conflict",
            .detail = "devices sent more changes than acts, conflicts and reconnects explain",
            .time_us = world.now_us(),
            .expected = "at most " + std::to_string(uploads_max),
            .seen = std::to_string(uploads_)});
}

void BoundedQueues::at_quiescence(const World& world) {
  judge_archives(world);
  judge_work(world);
}

}  // namespace dp::sim
