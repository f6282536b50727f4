#include "sim/oracles/focus_rule.h"

#include <algorithm>

namespace dp::sim {
namespace {

constexpr auto kTextArchived =
    static_cast<std::uint64_t>(client::NoticeKind::chat_deleted_kept_text);

// Nobody can look into a foreign client: it is believed.
bool is_in_the_archive(const World& world, DeviceId device, const std::string& text) {
  const client::Client* ours = world.client(device);
  if (ours == nullptr || text.empty()) return true;
  return std::ranges::any_of(ours->archive(), [&](const client::ArchivedText& kept) {
    return draft::join_lines(kept.lines) == text;
  });
}

}  // namespace

const OracleCard& FocusRule::card() const {
  static const OracleCard kCard{
      "focus_rule",
      "The text of a focused editor with unsaved changes is never replaced, unless its chat was "
      "deleted elsewhere and the very text is in the archive.",
      "Replacements of saved text or in editors without focus; the archives of foreign clients.",
      {"CONV-11", "R40", "R46", "R47", "R61"}};
  return kCard;
}

bool FocusRule::applies(const World&) const {
  return replaced_any_;
}

void FocusRule::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node) || !world.is_sealed(device_of(event.node))) return;
  Editor& editor = editors_[device_of(event.node)];
  listen(event, world, editor);
  switch (event.kind) {
    case EventKind::editor_replaced:
      replaced(event, editor);
      break;
    case EventKind::boot:
      editor = {};
      break;
    case EventKind::person:
      person_did(event, editor);
      break;
    case EventKind::notice:  // the chat was deleted elsewhere
      if (event.number == kTextArchived && editor.unsaved) {
        editor.unsaved = !is_in_the_archive(world, device_of(event.node), editor.text);
      }
      break;
    case EventKind::draft_announced:  // a save became durable
      if (!editor.gave_up) editor.unsaved = world.view(device_of(event.node)).unsaved_changes;
      break;
    default:
      break;
  }
}

// These are traced before the device acts on them, so what it says is of the time before.
void FocusRule::listen(const TraceEvent& event, const World& world, Editor& editor) {
  const bool before_it_acts = event.kind == EventKind::store_synced ||
                              event.kind == EventKind::frame_came ||
                              event.kind == EventKind::timer || event.kind == EventKind::seal_turn;
  if (!before_it_acts || !editor.focused || !editor.unsaved) return;
  if (!editor.earlier.contains(editor.text)) return;
  editor.said_saved = !world.view(device_of(event.node)).unsaved_changes;
}

void FocusRule::person_did(const TraceEvent& event, Editor& editor) {
  if (event.name == "edited") {
    if (editor.text == event.bytes) return;  // typed to what it was: nothing is unsaved
    editor.earlier.insert(std::move(editor.text));
    editor.said_saved = false;
    editor.text = std::string(event.bytes);
    // Typed back to what was sent: that is what its sending takes away. Or to the nothing that a
    // clear leaves.
    editor.gave_up = (!editor.given.empty() && editor.given == editor.text) ||
                     (editor.cleared && editor.text.empty());
    editor.unsaved = !editor.gave_up;
  } else if (event.name == "focused") {
    editor.focused = true;
  } else if (event.name == "blurred") {
    editor.focused = false;
  } else if (event.name == "chat_opened" || event.name == "composer_opened" ||
             event.name == "chat_closed" || event.name == "clear_pressed" ||
             event.name == "send_pressed" || event.name == "chat_delete_pressed" ||
             event.name == "editor_reset") {
    editor.unsaved = false;  // the person asked for another text
    editor.gave_up = true;
    editor.earlier.clear();
    const bool consumed = event.name == "clear_pressed" || event.name == "send_pressed";
    editor.given = consumed ? editor.text : std::string();
    editor.cleared = event.name == "clear_pressed";
  }
}

void FocusRule::replaced(const TraceEvent& event, Editor& editor) {
  replaced_any_ = true;
  compared();
  const bool under_the_cursor =
      editor.focused && editor.unsaved && !editor.said_saved && editor.text != event.bytes;
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
  editor.given.clear();
  editor.cleared = false;
  editor.earlier.clear();
  editor.said_saved = false;
}

}  // namespace dp::sim
