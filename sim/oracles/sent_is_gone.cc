#include "sim/oracles/sent_is_gone.h"

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/server/database_table.h"

namespace dp::sim {

const OracleCard& SentIsGone::card() const {
  static const OracleCard kCard{
      "sent_is_gone",
      "At quiescence no line of a sent text is part of any draft.",
      "Messages, other text that merely reads like the sent one, and what only "
      "a device knows to be sent whose draft is kept at home.",
      {"CONV-07", "R48", "R57", "R72"}};
  return kCard;
}

std::map<AccountChat, std::set<draft::Dot>> SentIsGone::known_sent(const World& world) const {
  std::map<AccountChat, std::set<draft::Dot>> known;
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_healed(device) || !world.is_sealed(device)) continue;
    for (const client::SlotFacts& facts : world.slots(device)) {
      const AccountChat slot{world.account_of(device), facts.chat};
      const auto sent = sent_.find(slot);
      if (sent == sent_.end()) continue;
      if (facts.pending && held_back_.is_said(slot, device)) continue;
      for (const Sent& message : sent->second) {
        if (!facts.local.vv.covers(message.own)) continue;
        known[slot].insert(message.lines.begin(), message.lines.end());
      }
    }
  }
  return known;
}

bool SentIsGone::applies(const World& world) const {
  return !known_sent(world).empty();
}

// The lines as they stood when the message went, whatever the device then makes of them.
void SentIsGone::slot_changed(const SlotChange& change, const World&) {
  if (change.cause != ChangeCause::person) return;
  if (change.after.operation != draft::Operation::sent) return;
  Sent message{change.own, {}};
  for (const draft::Line& line : change.before.lines) message.lines.insert(line.dot);
  sent_[change.slot].push_back(std::move(message));
}

void SentIsGone::judge_device(const World& world, DeviceId device, const AccountChat& slot,
                              const std::set<draft::Dot>& sent) {
  if (!world.is_healed(device) || !world.is_sealed(device)) return;
  if (world.account_of(device) != slot.account) return;
  for (const client::SlotFacts& facts : world.slots(device)) {
    if (facts.chat != slot.chat) continue;
    compared();
    for (const draft::Line& line : all_lines(facts.local)) {
      compared();
      if (!sent.contains(line.dot)) continue;
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

// What the database holds, opened as an auditor would; convergence sees to it that the cache does
// not hold anything else.
void SentIsGone::judge_server(const World& world, const AccountChat& slot,
                              const std::set<draft::Dot>& sent) {
  const auto row = world.database().drafts().find({world.account_id(slot.account), slot.chat});
  if (row == world.database().drafts().end() || !row->second.draft) return;
  const auto envelope = base64_decode(*row->second.draft);
  const auto id = world.slot_id(slot.account, slot.chat);
  if (!envelope || !id) return;
  crypto::OpenRequest request;
  request.kind = crypto::Kind::draft;
  request.slot_id = *id;
  const auto opened = world.audit_open(slot.account, request, *envelope);
  if (!opened) return;
  const auto payload = crypto::unpad(crypto::Kind::draft, opened->plaintext);
  if (!payload) return;
  const auto draft = draft::decode_payload(*payload);
  if (!draft) return;
  compared();
  for (const draft::Line& line : all_lines(*draft)) {
    compared();
    if (!sent.contains(line.dot)) continue;
    violated({.oracle = {},
              .site = "sent_line_stored",
              .detail = "the server holds a line of a sent message as a draft",
              .time_us = world.now_us(),
              .node = kServerNode,
              .expected = "no line of the sent text",
              .seen = "\"" + line.text + "\""});
  }
}

void SentIsGone::at_quiescence(const World& world) {
  for (const auto& [slot, sent] : known_sent(world)) {
    for (std::uint32_t index = 0; index < world.device_count(); ++index) {
      judge_device(world, DeviceId{index}, slot, sent);
    }
    judge_server(world, slot, sent);
  }
}

}  // namespace dp::sim
