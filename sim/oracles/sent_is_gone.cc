#include "sim/oracles/sent_is_gone.h"

namespace dp::sim {

const OracleCard& SentIsGone::card() const {
  static const OracleCard kCard{"sent_is_gone",
                                "At quiescence no line of a sent text is part of any draft.",
                                "Messages, and other text that merely reads like the sent one.",
                                {"CONV-07", "R48", "R57", "R72"}};
  return kCard;
}

bool SentIsGone::applies(const World& world) const {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_healed(device) || world.client(device) == nullptr) continue;
    for (const client::SlotFacts& facts : world.slots(device)) {
      if (sent_.contains(AccountChat{world.account_of(device), facts.chat})) return true;
    }
  }
  return false;
}

void SentIsGone::slot_changed(const SlotChange& change, const World&) {
  if (change.cause != ChangeCause::person) return;
  if (change.after.operation != draft::Operation::sent) return;
  sent_[change.slot].join(change.after.cleared);
}

void SentIsGone::at_quiescence(const World& world) {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_healed(device) || world.client(device) == nullptr) continue;
    for (const client::SlotFacts& facts : world.slots(device)) {
      const auto sent = sent_.find(AccountChat{world.account_of(device), facts.chat});
      if (sent == sent_.end()) continue;
      compared();
      for (const draft::Line& line : all_lines(facts.local)) {
        compared();
        if (!sent->second.covers(line.dot)) continue;
        violated({.oracle = {},
                  .site = "sent_line_present",
                  .detail = "a line of a sent message is a draft again",
                  .time_us = world.now_us(),
                  .node = node_of(device),
                  .expected = "no line of the sent text",
                  .seen = "\"" + line.text + "\""});
      }
    }
  }
}

}  // namespace dp::sim
