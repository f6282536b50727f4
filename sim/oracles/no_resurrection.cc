#include "sim/oracles/no_resurrection.h"

namespace dp::sim {

const OracleCard& NoResurrection::card() const {
  static const OracleCard kCard{
      "no_resurrection",
      "A line covered by a clear or send is in no draft that knows of it, and no device forgets a "
      "clear or send.",
      "Archives, which keep cleared text on purpose.",
      {"CONV-06", "R01", "R13", "R27", "R43", "R48", "R73"}};
  return kCard;
}

bool NoResurrection::applies(const World&) const {
  return changed_;
}

void NoResurrection::slot_changed(const SlotChange& change, const World&) {
  changed_ = true;
  compared();
  for (const draft::Line& line : all_lines(change.after)) {
    compared();
    if (!change.after.cleared.covers(line.dot)) continue;
    violated({.oracle = {},
              .site = "cleared_line_present",
              .detail = "a draft holds a line that its own cleared vector covers",
              .time_us = change.time_us,
              .sequence = change.sequence,
              .node = node_of(change.device),
              .expected = "no line of a cleared or sent text",
              .seen = "\"" + line.text + "\""});
  }
  if (change.cause == ChangeCause::reopened) return;
  if (!change.after.cleared.covers(change.before.cleared)) {
    violated({.oracle = {},
              .site = "clear_forgotten",
              .detail = "a device forgot a clear or send it knew",
              .time_us = change.time_us,
              .sequence = change.sequence,
              .node = node_of(change.device),
              .expected = "the cleared vector only grows",
              .seen = "a dot is no longer covered"});
  }
}

void NoResurrection::at_quiescence(const World&) {}

}  // namespace dp::sim
