#include "sim/oracles/text_laws.h"

#include <set>

namespace dp::sim {
namespace {

bool has_saves(const SlotHistory& history) {
  for (const auto& [slot, saves] : history.saves()) {
    if (!saves.empty()) return true;
  }
  return false;
}

std::string position(const draft::Dot& dot) {
  return "writer " + std::to_string(dot.writer.value) + " save " + std::to_string(dot.sequence);
}

}  // namespace

// ---- NoLostText
// -----------------------------------------------------------------------------------

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

bool NoLostText::applies(const World&) const {
  return has_saves(history_);
}

struct NoLostText::Final {
  std::set<std::string> present;  // lines of text, copies and archives on the account's devices
  draft::VersionVector cleared;   // joined over healed devices
  draft::VersionVector head;      // met over healed devices: what everybody has
  bool any = false;
};

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

void NoLostText::judge_save(const Save& save, const AccountChat& slot, const Final& final_state) {
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
    compared();
    if (final_state.present.contains(line.text) || final_state.cleared.covers(line.dot)) continue;
    if (removed_knowingly(line, slot)) continue;
    violated({.oracle = {},
              .site = "line_lost",
              .detail = "a saved line is nowhere and nobody took it out",
              .time_us = save.time_us,
              .node = node_of(save.device),
              .expected = "\"" + line.text + "\" in the text, a copy or an archive",
              .seen = "it is gone"});
  }
}

void NoLostText::at_quiescence(const World& world) {
  for (const auto& [slot, saves] : history_.saves()) {
    Final final_state;
    for (std::uint32_t index = 0; index < world.device_count(); ++index) {
      const DeviceId device{index};
      const client::Client* client = world.client(device);
      if (client == nullptr || world.account_of(device) != slot.account) continue;
      for (const client::ArchivedText& text : client->archive()) {
        if (text.chat == slot.chat)
          for (const draft::Line& line : text.lines) final_state.present.insert(line.text);
      }
      for (const client::SlotFacts& facts : client->slots()) {
        if (facts.chat != slot.chat || !world.is_healed(device)) continue;
        for (const draft::Line& line : all_lines(facts.local)) {
          final_state.present.insert(line.text);
        }
        final_state.cleared.join(facts.local.cleared);
        final_state.head.join(facts.local.vv);  // convergence makes them equal, or reports it
        final_state.any = true;
      }
    }
    if (!final_state.any) continue;
    for (const Save& save : saves) {
      const bool device_lost =
          !world.is_healed(save.device) || history_.store_was_replaced(save.device);
      if (device_lost && !final_state.head.covers(save.dot)) continue;
      judge_save(save, slot, final_state);
    }
  }
}

// ---- NoResurrection
// -------------------------------------------------------------------------------

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

// ---- SentIsGone
// -----------------------------------------------------------------------------------

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

// ---- OneWriterNoCopies
// ----------------------------------------------------------------------------

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
