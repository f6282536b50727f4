#include "sim/oracles/no_lost_text.h"

#include <algorithm>

namespace dp::sim {
namespace {

std::string position(const draft::Dot& dot) {
  return "writer " + std::to_string(dot.writer.value) + " save " + std::to_string(dot.sequence);
}

}  // namespace

const OracleCard& NoLostText::card() const {
  static const OracleCard kCard{
      "no_lost_text",
      "Every line a person saved is in the final text, a kept copy or an archive, unless somebody "
      "who knew it took it out or a clear or send covers it.",
      "Text never paused on, and saves that existed only on a device switched off for good or on a "
      "store that was wiped or put back.",
      {"CONV-02", "R29", "R49", "R65", "R70", "R71"}};
  return kCard;
}

struct NoLostText::Final {
  std::set<std::string> present;  // lines of text, copies and archives on the account's devices
  draft::VersionVector cleared;   // joined over healed devices
  draft::VersionVector head;      // met over healed devices: what everybody has
  bool any = false;
};

bool NoLostText::applies(const World& world) const {
  for (const auto& [slot, saves] : history_.saves()) {
    const Final final_state = final_of(world, slot);
    for (const Save& save : saves) {
      if (is_judged(world, save, final_state)) return true;
    }
  }
  return false;
}

// A line that both sides had typed alike carries one of its two dots after a merge, so a removal is
// recognised by the text and by the removing save's knowledge of the dot.
bool NoLostText::removed_knowingly(const draft::Line& line, const AccountChat& slot) const {
  const auto saves = history_.saves().find(slot);
  if (saves == history_.saves().end()) return false;
  for (const Save& save : saves->second) {
    if (!save.draft.vv.covers(line.dot)) continue;
    for (const draft::Line& removed : save.removed) {
      if (removed.text == line.text) return true;
    }
  }
  return false;
}

// Likewise a clear: two devices typed the same words at the same time, and one of them cleared
// them.
bool NoLostText::cleared_alike(const draft::Line& line, const Save& save, const AccountChat& slot,
                               const Final& final_state) const {
  const auto saves = history_.saves().find(slot);
  if (saves == history_.saves().end()) return false;
  for (const Save& other : saves->second) {
    const bool concurrent = !other.draft.vv.covers(save.dot) && !save.draft.vv.covers(other.dot);
    if (!concurrent) continue;
    for (const draft::Line& twin : other.draft.lines) {
      if (twin.text == line.text && final_state.cleared.covers(twin.dot)) return true;
    }
  }
  return false;
}

// Likewise a removal. A merge makes one line of what two devices typed alike and unknown to each
// other, which has the larger of their dots (DP-MERGE-022); who has only that one may take it out,
// before or after, and then the merged line goes. The smaller dot takes nothing with it.
bool NoLostText::removed_alike(const draft::Line& line, const Save& save,
                               const AccountChat& slot) const {
  const auto saves = history_.saves().find(slot);
  if (saves == history_.saves().end()) return false;
  for (const Save& other : saves->second) {
    for (const draft::Line& twin : other.draft.lines) {
      if (twin.text != line.text || twin.dot < line.dot || save.draft.vv.covers(twin.dot)) continue;
      if (removed_knowingly(twin, slot)) return true;
    }
  }
  return false;
}

// An archive is its device's alone, so what only an archive holds goes with the device.
bool NoLostText::went_with_an_archive(const draft::Line& line, const AccountChat& slot,
                                      const World& world) const {
  const auto found = archived_.find({slot, line.text});
  if (found == archived_.end()) return false;
  return std::ranges::any_of(found->second,
                             [&](DeviceId device) { return is_lost(world, device); });
}

void NoLostText::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node)) return;
  // Crashed as its row became durable, a device never says what it has put away: it is looked at
  // again when it has read its store, which is before it connects.
  bool looks = event.kind == EventKind::conn_asked;
  if (event.kind == EventKind::notice) {
    const auto kind = static_cast<client::NoticeKind>(event.number);
    looks = kind == client::NoticeKind::copy_archived ||
            kind == client::NoticeKind::chat_deleted_kept_text ||
            kind == client::NoticeKind::not_synced_refused;
  }
  const DeviceId device = device_of(event.node);
  if (!looks || !world.is_sealed(device)) return;
  for (const client::ArchivedText& text : world.archive(device)) {
    const AccountChat slot{world.account_of(device), text.chat};
    for (const draft::Line& line : text.lines) archived_[{slot, line.text}].insert(device);
  }
}

void NoLostText::judge_save(const World& world, const Save& save, const AccountChat& slot,
                            const Final& final_state) {
  compared();
  if (!final_state.head.covers(save.dot)) {
    violated({.oracle = {},
              .site = "save_not_in_head",
              .detail = "a saved dot is missing from the final draft",
              .time_us = save.time_us,
              .node = node_of(save.device),
              .expected = position(save.dot) + " in the final version vector",
              .seen = "it is not covered"});
    return;
  }
  for (const draft::Line& line : save.draft.lines) {
    if (line.text.empty()) continue;  // blank lines go with the text they stood in (DP-MERGE-024)
    // A save may join others' words, which all have, with a line that only this device had.
    if (is_lost(world, save.device) && !final_state.head.covers(line.dot)) continue;
    compared();
    if (final_state.present.contains(line.text) || final_state.cleared.covers(line.dot)) continue;
    if (removed_knowingly(line, slot) || removed_alike(line, save, slot)) continue;
    if (cleared_alike(line, save, slot, final_state)) continue;
    if (went_with_an_archive(line, slot, world)) continue;
    violated({.oracle = {},
              .site = "line_lost",
              .detail = "a saved line is nowhere and nobody took it out",
              .time_us = save.time_us,
              .node = node_of(save.device),
              .expected = "\"" + line.text + "\" in the text, a copy or an archive",
              .seen = "it is gone"});
  }
}

// What the account's devices hold of a slot in the end.
NoLostText::Final NoLostText::final_of(const World& world, const AccountChat& slot) const {
  Final out;
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_sealed(device) || world.account_of(device) != slot.account) continue;
    for (const client::ArchivedText& text : world.archive(device)) {
      if (text.chat != slot.chat) continue;
      for (const draft::Line& line : text.lines) out.present.insert(line.text);
    }
    for (const client::SlotFacts& facts : world.slots(device)) {
      if (facts.chat != slot.chat || !world.is_healed(device)) continue;
      for (const draft::Line& line : all_lines(facts.local)) out.present.insert(line.text);
      out.cleared.join(facts.local.cleared);
      out.head.join(facts.local.vv);  // convergence makes them equal, or reports it
      out.any = true;
    }
  }
  return out;
}

bool NoLostText::is_lost(const World& world, DeviceId device) const {
  return !world.is_healed(device) || history_.store_was_replaced(device);
}

// Not if the chat is gone from every device, or if the save was on a device that is gone.
bool NoLostText::is_judged(const World& world, const Save& save, const Final& final_state) const {
  if (!final_state.any) return false;
  return !is_lost(world, save.device) || final_state.head.covers(save.dot);
}

void NoLostText::at_quiescence(const World& world) {
  for (const auto& [slot, saves] : history_.saves()) {
    const Final final_state = final_of(world, slot);
    for (const Save& save : saves) {
      if (is_judged(world, save, final_state)) judge_save(world, save, slot, final_state);
    }
  }
}

}  // namespace dp::sim
