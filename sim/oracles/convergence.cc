#include "sim/oracles/convergence.h"

#include <algorithm>
#include <set>

#include "core/crypto/padding.h"
#include "core/draft/preview.h"
#include "core/server/database_table.h"
#include "core/vocabulary/bytes.h"

namespace dp::sim {
namespace {

std::string told(const draft::Draft& draft) {
  if (draft.vv.empty()) return "nothing";
  if (draft.is_tombstone()) return "a deletion";
  std::string text = "\"" + draft::text_of(draft) + "\"";
  if (!draft.copies.empty()) text += " and " + std::to_string(draft.copies.size()) + " copies";
  return text;
}

const server::DraftRow* row_of(const World& world, const server::SlotKey& key) {
  const auto found = world.database().drafts().find(key);
  return found == world.database().drafts().end() ? nullptr : &found->second;
}

std::optional<server::DraftRow> cached(const World& world, const server::SlotKey& key) {
  for (const server::SlotFacts& facts : world.server()->slots()) {
    if (facts.slot == key) return facts.record;
  }
  return std::nullopt;
}

bool is_chat_deleted(const World& world, const ChatId& chat) {
  const auto found = world.database().chats().find(chat);
  return found != world.database().chats().end() && found->second.deleted;
}

}  // namespace

const OracleCard& Convergence::card() const {
  static const OracleCard kCard{
      "convergence",
      "At quiescence all healed devices, the cache and the database hold the same draft of each "
      "chat at the same version, with its preview.",
      "Drafts that are local by design (too long, or refused for good), what a dead server's late "
      "write brought since a device connected, of the field dialect or if it does not know the "
      "chat, the order of chat lists, devices switched off for good.",
      {"CONV-01", "CONV-03", "CONV-12", "R20", "R46", "R56", "R74"}};
  return kCard;
}

bool Convergence::applies(const World& world) const {
  if (world.server() == nullptr) return false;
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    const bool field = world.is_healed(device) && world.field_client(device) != nullptr;
    const auto judged = [&](const client::SlotFacts& one) {
      return is_judged_as_field(world, device, one.chat);
    };
    if (field && std::ranges::any_of(world.slots(device), judged)) return true;
  }
  return !to_judge(world).empty();
}

void Convergence::observe(const TraceEvent& event, const World& world) {
  late_rows_.observe(event);
  held_back_.observe(event, world);
  if (const auto damage = damaged_.observe(event)) {
    const std::size_t account = world.account_of(damage->sender);
    for (const ChatId& chat : damage->chats()) spoiled_.insert({account, chat});
  }
  if (event.kind == EventKind::cipher_seal) {
    const auto* const* call = std::get_if<const SealCall*>(&event.detail);
    const auto header = call ? crypto::parse_header((*call)->envelope)
                             : Result<crypto::Header>(fail(Fault::peer, ""));
    if (header) keys_.emplace(header->suite, header->key_id);
  }
}

void Convergence::report(const World& world, std::string site, std::optional<NodeId> node,
                         std::string expected, std::string seen) {
  violated({.oracle = {},
            .site = std::move(site),
            .detail = "devices or server disagree at quiescence",
            .time_us = world.now_us(),
            .node = node,
            .expected = std::move(expected),
            .seen = std::move(seen)});
}

// Who must agree about what: each slot of a living chat, with every healed device of its account
// but those that are held back.
std::map<AccountChat, std::vector<Convergence::Held>> Convergence::to_judge(
    const World& world) const {
  std::map<AccountChat, std::vector<Held>> slots;
  std::map<std::size_t, std::vector<DeviceId>> devices;
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_healed(device) || !world.is_sealed(device)) continue;
    devices[world.account_of(device)].push_back(device);
    for (client::SlotFacts& facts : world.slots(device)) {
      slots[{world.account_of(device), facts.chat}].push_back({device, std::move(facts)});
    }
  }
  for (auto& [slot, held] : slots) {
    for (const DeviceId device : devices[slot.account]) {  // who has not even heard of the slot
      bool known = false;
      for (const Held& one : held) known = known || one.device == device;
      const server::DraftRow* row = row_of(world, {world.account_id(slot.account), slot.chat});
      if (known || (row != nullptr && late_rows_.is_unheard(*row, device))) continue;
      client::SlotFacts nothing;
      nothing.chat = slot.chat;
      held.push_back({device, nothing});
    }
    std::erase_if(held, [&](const Held& one) {
      return one.facts.pending && held_back_.is_said(slot, one.device);
    });
  }
  std::erase_if(slots, [&](const auto& entry) {
    return entry.second.empty() || is_chat_deleted(world, entry.first.chat) ||
           is_of_no_known_key(world, entry.first);
  });
  return slots;
}

void Convergence::at_quiescence(const World& world) {
  for (const auto& [slot, held] : to_judge(world)) {
    judge_devices(world, slot, held);
    judge_server(world, slot, held.front());
  }
  judge_field(world);
}

// A device leaves alone what another key made (DP-ALARM-009): it cannot tell a newer one from a bit
// that was flipped on its way to the server.
bool Convergence::is_of_no_known_key(const World& world, const AccountChat& slot) const {
  if (!spoiled_.contains(slot)) return false;
  const server::DraftRow* row = row_of(world, {world.account_id(slot.account), slot.chat});
  const auto& text = row == nullptr ? std::nullopt : row->deleted ? row->tombstone : row->draft;
  const auto bytes = text ? base64_decode(*text) : std::nullopt;
  if (!bytes) return false;
  const auto header = crypto::parse_header(*bytes);
  return !header || !keys_.contains({header->suite, header->key_id});
}

void Convergence::judge_devices(const World& world, const AccountChat&,
                                const std::vector<Held>& held) {
  const Held& reference = held.front();
  // A device that learned of a slot only as a deletion, or never, holds the same nothing.
  const auto is_nothing = [](const Held& one) {
    return one.facts.local.vv.empty() || one.facts.local.is_tombstone();
  };
  for (std::size_t i = 1; i < held.size(); ++i) {
    const Held& one = held[i];
    compared();
    if (is_nothing(one) && is_nothing(reference)) continue;
    if (one.facts.local == reference.facts.local) continue;
    report(world, "devices_differ", node_of(one.device),
           told(reference.facts.local) + " as on d" + std::to_string(reference.device.index),
           told(one.facts.local));
  }
  for (const Held& one : held) {
    compared();
    if (!one.facts.pending && !one.facts.in_flight) continue;
    report(world, "still_pending", node_of(one.device), "everything acknowledged",
           told(one.facts.local) + " not acknowledged");
  }
}

void Convergence::judge_server(const World& world, const AccountChat& slot, const Held& reference) {
  const server::SlotKey key{world.account_id(slot.account), slot.chat};
  const server::DraftRow* row = row_of(world, key);
  const draft::Draft& draft = reference.facts.local;
  if (draft.vv.empty()) return;
  compared();
  if (row == nullptr) {
    if (draft.is_tombstone() && reference.facts.base_version == 0) return;
    report(world, "row_missing", kServerNode, told(draft), "no row");
    return;
  }
  if (row->version != reference.facts.base_version && reference.facts.base_version != 0) {
    report(world, "version_differs", kServerNode,
           "version " + std::to_string(reference.facts.base_version) + " in the database",
           "version " + std::to_string(row->version));
  }
  compared();
  if (row->deleted != draft.is_tombstone()) {
    report(world, "row_differs", kServerNode, told(draft),
           row->deleted ? "a deletion in the database" : "content in the database");
  }
  const auto record = cached(world, key);
  const bool hollow = record && !record->draft && !record->tombstone &&
                      (record->sealed || !record->deleted);  // holds a version only (R04)
  if (record && !hollow) {
    compared();
    if (record->version != row->version || record->draft != row->draft ||
        record->tombstone != row->tombstone) {
      report(world, "cache_and_database_differ", kServerNode,
             "version " + std::to_string(row->version) + " as in the database",
             "version " + std::to_string(record->version) + " in the cache");
    }
  }
  if (!row->deleted) judge_preview(world, slot, *row, draft);
}

void Convergence::judge_preview(const World& world, const AccountChat& slot,
                                const server::DraftRow& row, const draft::Draft& draft) {
  // A text without anything visible has an empty preview, sealed like any other, since its absence
  // would tell the server something about the text (SEC-06).
  const std::string expected = draft::preview_of(draft::text_of(draft)).value_or("");
  std::optional<std::string> seen;
  if (row.preview) {
    const auto envelope = base64_decode(*row.preview);
    const auto id = world.slot_id(slot.account, slot.chat);
    if (!envelope || !id) return;
    crypto::OpenRequest request;
    request.account = world.account_id(slot.account);
    request.kind = crypto::Kind::preview;
    request.slot_id = *id;
    const auto opened = world.audit_open(slot.account, request, *envelope);
    const auto text = opened ? crypto::unpad(crypto::Kind::preview, opened->plaintext)
                             : Result<Bytes>(fail(Fault::cipher, "cannot_open"));
    seen = text ? std::string(as_text(*text)) : std::string("(does not open)");
  }
  compared();
  if (expected == seen) return;
  // A preview spoiled on its way up, or its name, stays so until the next save: nobody needs it to
  // read the draft.
  if (spoiled_.contains(slot)) return;
  report(world, "preview_differs", kServerNode, "\"" + expected + "\"",
         seen.value_or("no preview"));
}

// Nobody tells a device of this dialect, which keeps what it has, that a chat is gone; what it says
// is too long for the wire waits there; what was spoiled on its way to the server, which cannot see
// that, nobody can read; and of a row that landed after its process had died it hears when it
// connects, or when somebody changes the slot.
bool Convergence::is_judged_as_field(const World& world, DeviceId device,
                                     const ChatId& chat) const {
  if (is_chat_deleted(world, chat)) return false;
  const std::size_t account = world.account_of(device);
  const server::DraftRow* row = row_of(world, {world.account_id(account), chat});
  if (row != nullptr && !row->sealed && !row->deleted && row->draft) {
    const auto bytes = base64_decode(*row->draft);
    if (!bytes || !world.audit_open_field(account, *bytes)) return false;
  }
  if (row != nullptr && late_rows_.is_unheard(*row, device)) return false;
  return !held_back_.is_said({world.account_of(device), chat}, device);
}

// Devices of the field dialect hold no vectors: versions and texts must agree.
void Convergence::judge_field(const World& world) {
  std::map<AccountChat, std::pair<DeviceId, client::SlotFacts>> first;
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const DeviceId device{index};
    if (!world.is_healed(device) || world.field_client(device) == nullptr) continue;
    for (const client::SlotFacts& facts : world.slots(device)) {
      if (!is_judged_as_field(world, device, facts.chat)) continue;
      const server::SlotKey key{world.account_id(world.account_of(device)), facts.chat};
      const server::DraftRow* row = row_of(world, key);
      compared();
      if (row != nullptr && !row->deleted && !facts.local.lines.empty() &&
          row->version != facts.base_version) {
        report(world, "field_version_differs", node_of(device),
               "version " + std::to_string(row->version) + " as in the database",
               "version " + std::to_string(facts.base_version));
      }
      const auto [position, fresh] = first.emplace(
          AccountChat{world.account_of(device), facts.chat}, std::pair{device, facts});
      if (fresh) continue;
      compared();
      const client::SlotFacts& other = position->second.second;
      if (draft::text_of(other.local) == draft::text_of(facts.local)) continue;
      report(world, "field_devices_differ", node_of(device),
             "\"" + draft::text_of(other.local) + "\"", "\"" + draft::text_of(facts.local) + "\"");
    }
  }
}

}  // namespace dp::sim
