#include "sim/oracles/debounce_exactness.h"

#include <utility>

namespace dp::sim {
namespace {

// A clock that drifts counts its own microseconds; the host rounds a timer up to the next one.
constexpr Micros kRoundingUs = 2;
// A foreign client counts milliseconds, and is told of the one that has begun: by so much it may be
// too early.
constexpr Micros kForeignUs = kMillisecond;
constexpr auto kTextArchived =
    static_cast<std::uint64_t>(client::NoticeKind::chat_deleted_kept_text);

Micros early_of(const World& world, DeviceId device) {
  return world.port(device) == nullptr ? 0 : kForeignUs;
}

}  // namespace

const OracleCard& DebounceExactness::card() const {
  static const OracleCard kCard{
      "debounce_exactness",
      "Text is saved exactly one debounce after its last change, unless something flushes it.",
      "The time sealing and writing take; devices frozen, locked or killed meanwhile.",
      {"R51", "R52"}};
  return kCard;
}

bool DebounceExactness::applies(const World&) const {
  return paused_any_;
}

void DebounceExactness::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node)) return;
  const DeviceId device = device_of(event.node);
  if (!world.is_sealed(device)) {
    editors_.erase(device);
    return;
  }
  Editor& editor = editors_[device];
  judge_time(event, world, editor);
  switch (event.kind) {
    case EventKind::person:
      person_did(event, world, editor);
      break;
    case EventKind::boot:
    case EventKind::crash:
      editor = {};
      break;
    case EventKind::power:
      editor.stop_judging_pause();
      break;
    case EventKind::notice:  // the chat was deleted elsewhere: its text went to the archive
      if (event.number == kTextArchived) editor.due_us.reset();
      break;
    case EventKind::draft_announced:  // an editor that was empty closes without being replaced
    case EventKind::editor_replaced:  // the chat is gone and its editor closed: nothing is awaited
      if (editor.text.empty() || event.bytes.empty()) {
        if (!world.view(device).current_chat) editor.due_us.reset();
      }
      break;
    case EventKind::clock_changed:
      if (event.name != "jump") editor.stop_judging_pause();
      break;
    case EventKind::lifecycle:
      if (event.name == "locked") editor.locked = true;
      if (event.name == "unlocked") editor.locked = false;
      if (event.name == "locked" || event.name == "unlocked") editor.stop_judging_pause();
      break;
    default:
      break;
  }
}

void DebounceExactness::judge_time(const TraceEvent& event, const World& world, Editor& editor) {
  if (!editor.due_us) return;
  const Micros now_us = world.device_now(device_of(event.node)).monotonic_us;
  const Micros from_us = *editor.due_us - early_of(world, device_of(event.node));
  if (event.kind == EventKind::timer && now_us >= from_us &&
      now_us <= *editor.due_us + kRoundingUs) {
    compared();
    paused_any_ = true;
    editor.due_us.reset();
    editor.ask();
    return;
  }
  if (now_us <= *editor.due_us + kRoundingUs) return;
  // A client may see that what was typed is what it has, and plan nothing.
  const DeviceId device = device_of(event.node);
  if (world.port(device) != nullptr && !world.view(device).unsaved_changes) {
    editor.due_us.reset();
    return;
  }
  compared();
  paused_any_ = true;
  violated({.oracle = {},
            .site = "not_saved_in_time",
            .detail = "no timer fired at the end of the pause",
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = event.node,
            .expected = "a save " +
                        std::to_string(world.client_config(device_of(event.node)).debounce_us) +
                        " us after the last change",
            .seen = "nothing by " + std::to_string(now_us - *editor.due_us) + " us later"});
  editor.due_us.reset();
}

void DebounceExactness::person_did(const TraceEvent& event, const World& world, Editor& editor) {
  const DeviceId device = device_of(event.node);
  if (event.name == "edited") {
    const bool unchanged = world.view(device).editor_text == event.bytes;
    const bool unborn = editor.composer && event.bytes.empty();
    if (!editor.open || unchanged || unborn) return;
    editor.composer = false;  // its first letters gave it a chat
    editor.text = std::string(event.bytes);
    editor.due_us = world.device_now(device).monotonic_us + world.client_config(device).debounce_us;
    if (editor.locked) editor.stop_judging_pause();
    return;
  }
  if (event.name == "focused" || event.name == "shown" || event.name == "previews_needed") return;
  editor.due_us.reset();  // everything else flushes, clears or leaves
  editor.ask();
  if (event.name == "chat_opened" || event.name == "composer_opened") {
    editor.open = true;
    editor.composer = event.name == "composer_opened";
  } else if (event.name == "chat_closed") {
    editor.open = false;
  }
}

void DebounceExactness::slot_changed(const SlotChange& change, const World& world) {
  if (change.cause != ChangeCause::person) return;
  const auto found = editors_.find(change.device);
  if (found == editors_.end()) return;
  Editor& editor = found->second;
  // What was asked for before is saved first, and a merge may make of it what is typed by now.
  const bool owed = std::exchange(editor.owed, false);
  if (owed || !editor.due_us) return;
  if (draft::text_of(change.after) != editor.text || editor.text.empty()) return;
  // The same words may also have come from another device, as the winner of a merge.
  std::vector<std::string_view> typed_here;
  for (const draft::Line& line : change.after.lines) {
    if (line.dot == change.own) typed_here.push_back(line.text);
  }
  if (typed_here.empty() || editor.has_asked_for(typed_here)) return;
  const Micros now_us = world.device_now(change.device).monotonic_us;
  compared();
  if (now_us >= *editor.due_us - early_of(world, change.device)) return;
  violated({.oracle = {},
            .site = "saved_too_early",
            .detail = "a text was saved before its pause had ended",
            .time_us = change.time_us,
            .sequence = change.sequence,
            .node = node_of(change.device),
            .expected = "not before the debounce had passed",
            .seen = std::to_string(*editor.due_us - now_us) + " us early"});
}

}  // namespace dp::sim
