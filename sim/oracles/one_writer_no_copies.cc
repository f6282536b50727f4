#include "sim/oracles/one_writer_no_copies.h"

namespace dp::sim {

const OracleCard& OneWriterNoCopies::card() const {
  static const OracleCard kCard{"one_writer_no_copies",
                                "While one device alone writes to a slot, no kept copy appears.",
                                "Slots where a second device saved or the writer's store was "
                                "replaced by another one.",
                                {"CONV-08", "R29", "R40", "R64"}};
  return kCard;
}

bool OneWriterNoCopies::applies(const World&) const {
  for (const auto& [slot, saves] : history_.saves()) {
    if (!saves.empty() && one_writer(slot)) return true;
  }
  return false;
}

bool OneWriterNoCopies::one_writer(const AccountChat& slot) const {
  const auto saves = history_.saves().find(slot);
  if (saves == history_.saves().end()) return true;
  const Save* first = nullptr;
  for (const Save& save : saves->second) {
    if (history_.store_was_replaced(save.device)) return false;
    if (first == nullptr) first = &save;
    if (save.device != first->device) return false;
  }
  return true;
}

void OneWriterNoCopies::slot_changed(const SlotChange& change, const World&) {
  if (!one_writer(change.slot)) return;
  compared();
  if (change.after.copies.empty()) return;
  violated({.oracle = {},
            .site = "copy_with_one_writer",
            .detail = "a kept copy appeared although one device alone wrote",
            .time_us = change.time_us,
            .sequence = change.sequence,
            .node = node_of(change.device),
            .expected = "no kept copies",
            .seen = std::to_string(change.after.copies.size()) + " kept"});
}

}  // namespace dp::sim
