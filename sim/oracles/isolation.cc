#include "sim/oracles/isolation.h"

namespace dp::sim {

const OracleCard& Isolation::card() const {
  static const OracleCard kCard{
      "isolation",
      "The row of a slot is written only after a person of its account acted in its chat.",
      "Slots of the field dialect, and those whose chat id a damaged frame made up.",
      {"CONV-13", "R24"}};
  return kCard;
}

bool Isolation::applies(const World&) const {
  return written_any_;
}

void Isolation::observe(const TraceEvent& event, const World& world) {
  watch_wire(event, world);
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
  if (is_touched(job->row.slot, world)) return;
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

bool Isolation::is_touched(const server::SlotKey& key, const World& world) const {
  for (const auto& [slot, saves] : history_.saves()) {
    if (slot.chat == key.chat && world.account_id(slot.account) == key.account) return true;
  }
  for (std::size_t account = 0; account < world.config().accounts.size(); ++account) {
    if (!(world.account_id(account) == key.account)) continue;
    const auto slot = world.slot_id(account, key.chat);
    if (slot && sealed_.contains({account, *slot})) return true;
    if (named_by_damage_.contains({account, key.chat})) return true;
  }
  return false;
}

// Of a frame that is damaged on its way up, the chat id that has the flipped bit in it.
void Isolation::watch_wire(const TraceEvent& event, const World& world) {
  const std::optional<DamagedFrame> damage = damaged_.observe(event);
  if (!damage) return;
  const std::string_view arrives = damage->arrives;
  const std::size_t at = damage->position();
  for (std::size_t from = at - std::min(at, ChatId::kTextLength - 1); from <= at; ++from) {
    const auto chat =
        ChatId::parse(arrives.substr(std::min(from, arrives.size()), ChatId::kTextLength));
    if (chat) named_by_damage_.insert({world.account_of(damage->sender), *chat});
  }
}

}  // namespace dp::sim
