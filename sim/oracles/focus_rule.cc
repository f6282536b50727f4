#include "sim/oracles/focus_rule.h"

namespace dp::sim {

const OracleCard& FocusRule::card() const {
  static const OracleCard kCard{
      "focus_rule",
      "The text of a focused editor with unsaved changes is never replaced.",
      "Replacements of saved text or in editors without focus.",
      {"CONV-11", "R40", "R47", "R61"}};
  return kCard;
}

bool FocusRule::applies(const World&) const {
  return replaced_any_;
}

void FocusRule::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node)) return;
  const DeviceId device = device_of(event.node);
  Editor& editor = editors_[device];
  switch (event.kind) {
    case EventKind::editor_replaced:
      replaced(event, editor);
      break;
    case EventKind::boot:
      editor = {};
      return;
    case EventKind::person:
    case EventKind::lifecycle:
    case EventKind::store_synced:
    case EventKind::draft_announced: {
      const client::View view = world.view(device);
      editor = {view.focused, view.unsaved_changes, view.editor_text};
      break;
    }
    default:
      break;
  }
}

void FocusRule::replaced(const TraceEvent& event, Editor& editor) {
  replaced_any_ = true;
  compared();
  const bool under_the_cursor = editor.focused && editor.unsaved && editor.text != event.bytes;
  if (under_the_cursor) {
    violated({.oracle = {},
              .site = "text_replaced_under_cursor",
              .detail = "a focused editor with unsaved changes was overwritten",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = event.node,
              .expected = "\"" + editor.text + "\"",
              .seen = "\"" + std::string(event.bytes) + "\""});
  }
  editor.text = std::string(event.bytes);
  editor.unsaved = false;
}

}  // namespace dp::sim
