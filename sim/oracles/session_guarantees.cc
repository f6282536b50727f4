#include "sim/oracles/session_guarantees.h"

namespace dp::sim {

const OracleCard& SessionGuarantees::card() const {
  static const OracleCard kCard{"session_guarantees",
                                "No dot a device ever held is missing from its later drafts.",
                                "Devices whose store was wiped, put back or damaged meanwhile.",
                                {"CONV-04", "CONV-05", "SEC-32", "R42", "R45", "R47"}};
  return kCard;
}

bool SessionGuarantees::applies(const World&) const {
  return changed_twice_;
}

void SessionGuarantees::slot_changed(const SlotChange& change, const World&) {
  if (change.before.vv.empty() || change.cause == ChangeCause::reopened) return;
  changed_twice_ = true;
  compared();
  if (change.after.vv.covers(change.before.vv)) return;
  violated({.oracle = {},
            .site = "dot_forgotten",
            .detail = "a device's draft lost a dot it held",
            .time_us = change.time_us,
            .sequence = change.sequence,
            .node = node_of(change.device),
            .expected = "a version vector that only grows",
            .seen = "text now \"" + draft::text_of(change.after) + "\", before \"" +
                    draft::text_of(change.before) + "\""});
}

}  // namespace dp::sim
