#include "sim/oracles/isolation.h"

namespace dp::sim {

const OracleCard& Isolation::card() const {
  static const OracleCard kCard{
      "isolation",
      "The row of a slot is written only after a person of its account acted in its chat.",
      "Slots of the field dialect.",
      {"CONV-13", "R24"}};
  return kCard;
}

bool Isolation::applies(const World&) const {
  return written_any_;
}

void Isolation::observe(const TraceEvent& event, const World& world) {
  if (event.kind == EventKind::cipher_seal && is_device(event.node)) {
    const DeviceId device = device_of(event.node);
    const auto* const* call = std::get_if<const SealCall*>(&event.detail);
    if (call == nullptr || world.port(device) == nullptr) return;
    sealed_.emplace(world.account_of(device), (*call)->request.slot_id);
    return;
  }
  if (event.kind != EventKind::db_applied) return;
  const auto* const* query = std::get_if<const server::Query*>(&event.detail);
  if (query == nullptr || *query == nullptr) return;
  const auto* job = std::get_if<server::WriteDraft>(&(*query)->request);
  if (job == nullptr || !job->row.sealed) return;
  written_any_ = true;
  compared();
  for (const auto& [slot, saves] : history_.saves()) {
    if (slot.chat == job->row.slot.chat &&
        world.account_id(slot.account) == job->row.slot.account) {
      return;
    }
  }
  for (std::size_t account = 0; account < world.config().accounts.size(); ++account) {
    if (!(world.account_id(account) == job->row.slot.account)) continue;
    const auto slot = world.slot_id(account, job->row.slot.chat);
    if (slot && sealed_.contains({account, *slot})) return;
  }
  violated({.oracle = {},
            .site = "row_of_an_untouched_slot",
            .detail = "a slot was written in which nobody of its account did anything",
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = kServerNode,
            .expected = "rows only where people acted",
            .seen = "version " + std::to_string(job->row.version) + " of chat " +
                    job->row.slot.chat.text()});
}

}  // namespace dp::sim
