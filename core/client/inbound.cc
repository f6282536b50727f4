// Frames from the server: what they claim, whether it can be believed, and where it goes.
//
// Nothing here changes a durable row or the editor. A frame becomes an input of its slot; the next
// turn decides what it means.
#include <algorithm>
#include <map>
#include <utility>

#include "core/client/transition.h"
#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/wire/codec.h"

namespace dp::client {
namespace {

bool looks_sealed(const Bytes& bytes) {
  constexpr std::string_view magic = "DSE1";
  return bytes.size() >= magic.size() && as_text(bytes).substr(0, magic.size()) == magic;
}

// Seen is what was opened, whether or not its row is durable by now (DP-ALARM-006).
bool holds_sealed(const Slot& slot) {
  const std::optional<Remote>& waits = slot.inputs.remote;
  const bool told = waits && waits->sealed && waits->draft;
  return told || slot.row.sealed_seen || slot.row.in_flight ||
         (slot.staged && (slot.staged->row.in_flight || slot.staged->row.sealed_seen));
}

}  // namespace

void Transition::receive(const FrameArrived& event) {
  Link& link = s_.link;
  if (!link.is_open() || event.epoch != link.epoch) return;
  link.pong_deadline_us.reset();
  auto frame = wire::decode_server_frame(event.text, s_.config.wire);
  if (!frame) {
    if (frame.error().code == wire::ErrorCode::unknown_type) return;
    notice(NoticeKind::protocol_error, frame.error().chat_id,
           std::string(wire::name(frame.error().code)));
    return;
  }
  link.attempts = 0;
  std::visit([this](const auto& typed) { receive_frame(typed); }, *frame);
}

// ---- believing ----------------------------------------------------------------------------------

void Transition::unreadable(Slot& slot, NoticeKind kind, const Bytes* keep) {
  notice(kind, slot.row.chat);
  if (keep != nullptr && find(slot.row.chat) == &slot && slot.row.kept != *keep) {
    slot.inputs.kept = *keep;
    enqueue(slot);
  }
}

std::optional<Remote> Transition::open_sealed(Slot& slot, const Claim& claim, const Bytes& envelope,
                                              bool tombstone) {
  const Result<SlotId> slot_id = env_.cipher.slot_id(*s_.key, slot.row.chat);
  if (!slot_id) {
    unreadable(slot, NoticeKind::key_missing, nullptr);
    return std::nullopt;
  }
  const crypto::Kind kind = tombstone ? crypto::Kind::tombstone : crypto::Kind::draft;
  const Result<crypto::Opened> opened =
      env_.cipher.open({*s_.key, s_.config.account, kind, *slot_id}, envelope);
  if (!opened || opened->header.version != claim.version || claim.version == 0) {
    const bool unknown_format = !crypto::parse_header(envelope).has_value();
    unreadable(slot, NoticeKind::security_authentication, unknown_format ? &envelope : nullptr);
    return std::nullopt;
  }
  const Result<Bytes> payload = crypto::unpad(kind, opened->plaintext);
  Result<draft::Draft> draft = payload ? draft::decode_payload(*payload)
                                       : Result<draft::Draft>(std::unexpected(payload.error()));
  if (!draft || draft->is_tombstone() != tombstone) {
    unreadable(slot, NoticeKind::security_authentication, &envelope);
    return std::nullopt;
  }
  Remote remote;
  remote.version = claim.version;
  remote.hash = env_.cipher.sha256(envelope);
  remote.draft = share(std::move(*draft));
  remote.tombstone = tombstone;
  if (!tombstone) check_preview(slot, claim, remote.hash);
  return remote;
}

// A preview that does not belong to its draft is reported; the draft itself still counts.
void Transition::check_preview(Slot& slot, const Claim& claim, const Hash32& draft_hash) {
  if (claim.preview == nullptr || !*claim.preview) return;
  const std::optional<Bytes> bytes = base64_decode(**claim.preview);
  const Result<SlotId> slot_id = env_.cipher.slot_id(*s_.key, slot.row.chat);
  bool genuine = false;
  if (bytes && slot_id) {
    const Result<crypto::Opened> opened =
        env_.cipher.open({*s_.key, s_.config.account, crypto::Kind::preview, *slot_id}, *bytes);
    genuine =
        opened && opened->header.version == claim.version && opened->header.parent == draft_hash;
  }
  if (!genuine) notice(NoticeKind::security_authentication, slot.row.chat, "preview");
}

std::optional<Remote> Transition::open_unsealed(Slot& slot, const Claim& claim,
                                                const Bytes& bytes) {
  const Result<Bytes> text = env_.cipher.open_field(*s_.key, bytes);
  if (!text || !is_valid_utf8(as_text(*text)) || claim.version == 0) {
    unreadable(slot, NoticeKind::security_authentication, nullptr);
    return std::nullopt;
  }
  Remote remote;
  remote.version = claim.version;
  remote.hash = env_.cipher.sha256(bytes);
  remote.sealed = false;
  remote.imported = std::string(as_text(*text));
  return remote;
}

std::optional<Remote> Transition::open_claim(Slot& slot, const Claim& claim) {
  if (!s_.key) return std::nullopt;
  const bool tombstone = claim.tombstone != nullptr && claim.tombstone->has_value();
  const bool text = claim.text != nullptr && claim.text->has_value();
  if (!tombstone && !text) {  // nothing there, or a deletion nobody can prove
    Remote remote;
    const bool plausible = claim.version <= slot.row.high_water + kVersionJumpMax;
    remote.version = plausible ? claim.version : 0;
    remote.sealed = holds_sealed(slot);
    return remote;
  }
  const std::optional<Bytes> bytes = base64_decode(tombstone ? **claim.tombstone : **claim.text);
  if (!bytes) {
    unreadable(slot, NoticeKind::security_authentication, nullptr);
    return std::nullopt;
  }
  const ServerState& base = slot.row.base;
  if (base.draft && base.version == claim.version && env_.cipher.sha256(*bytes) == base.hash) {
    Remote known;  // byte for byte what was opened before
    known.version = base.version;
    known.hash = base.hash;
    known.draft = base.draft;
    known.tombstone = tombstone;
    known.sealed = slot.row.sealed_seen;
    return known;
  }
  if (tombstone || looks_sealed(*bytes)) return open_sealed(slot, claim, *bytes, tombstone);
  if (holds_sealed(slot)) {
    // Noise is no downgrade: somebody with the account's key did not make it.
    const bool made_unsealed = env_.cipher.open_field(*s_.key, *bytes).has_value();
    unreadable(slot,
               made_unsealed ? NoticeKind::security_downgrade : NoticeKind::security_authentication,
               nullptr);
    return std::nullopt;
  }
  return open_unsealed(slot, claim, *bytes);
}

// Something under one of our own keys that does not open, or not as what it was delivered as: no
// device can read it. What another key, suite or format made is not ours to judge, unless it stands
// under a number whose bytes we know.
std::optional<Hash32> Transition::spoiled(const Slot& slot, const Claim& claim) const {
  const bool tombstone = claim.tombstone != nullptr && claim.tombstone->has_value();
  const bool text = claim.text != nullptr && claim.text->has_value();
  if (!s_.key || (!tombstone && !text)) return std::nullopt;
  const auto bytes = base64_decode(tombstone ? **claim.tombstone : **claim.text);
  if (!bytes || claim.version > slot.row.high_water + kVersionJumpMax) return std::nullopt;
  const Hash32 hash = env_.cipher.sha256(*bytes);
  const ServerState& base = slot.row.base;
  if (base.draft && base.version == claim.version && base.hash != hash) return hash;
  const auto header = crypto::parse_header(*bytes);
  if (!header || header->suite != s_.config.suite) return std::nullopt;
  if (!env_.cipher.knows_key(*s_.key, header->key_id)) return std::nullopt;
  const Result<SlotId> slot_id = env_.cipher.slot_id(*s_.key, slot.row.chat);
  const crypto::Kind kind = tombstone ? crypto::Kind::tombstone : crypto::Kind::draft;
  if (!slot_id) return std::nullopt;
  const auto opened = env_.cipher.open({*s_.key, s_.config.account, kind, *slot_id}, *bytes);
  const bool genuine = opened && opened->header.version == claim.version;
  return genuine ? std::nullopt : std::optional(hash);
}

// The server's present state cannot be read. The slot is held, and asked for a few times more in
// case it was only the way here that spoiled it. If nobody can read it, a device that has the draft
// offers it again on top; the server takes it only if the unreadable bytes are what it stores.
void Transition::hold_unreadable(Slot& slot, const Claim& claim) {
  constexpr std::uint32_t kAsksMax = 3;
  slot.hold = Hold::unreadable;
  if (slot.unreadable_asks++ < kAsksMax) return postpone(slot);
  if (effective(slot.row)) {
    if (const std::optional<Hash32> hash = spoiled(slot, claim)) {
      Remote remote;
      remote.version = claim.version;
      remote.hash = *hash;
      remote.settles = true;
      take_remote(slot, std::move(remote));
    }
  }
  settled(slot);
}

// ---- placing ------------------------------------------------------------------------------------

void Transition::take_remote(Slot& slot, Remote remote) {
  SlotRow& row = slot.row;
  if (row.gone) return;
  if (slot.hold == Hold::unreadable) slot.hold = Hold::none;
  const bool newest = remote.version >= slot.conn_version;
  slot.conn_version = std::max(slot.conn_version, remote.version);
  Inputs& inputs = slot.inputs;
  const bool open_change = row.in_flight && !inputs.acknowledged && !inputs.refused;
  if (open_change && remote.version == row.in_flight->version &&
      remote.hash == row.in_flight->hash) {
    inputs.acknowledged = row.in_flight->id;  // our own change, seen from outside
    slot.retries = 0;
    answered(slot);
    release_waiting(slot);
  } else if (open_change && slot.transmitted && !remote.settles) {
    slot.waiting = std::move(remote);
  } else if (remote.version != row.base.version || remote.hash != row.base.hash || slot.staged) {
    if (inputs.remote && inputs.remote->settles) remote.settles = true;
    inputs.remote = std::move(remote);
  } else if (remote.settles && newest) {
    inputs.remote.reset();  // what waits was told by an earlier connection, and is so no more
    inputs.acknowledged.reset();
  }
  enqueue(slot);
}

// An update of another device (or of ours, after a replay), ordered by what this connection has
// already told about the slot.
void Transition::take_broadcast(const ChatId& chat, const Claim& claim) {
  Slot* known = find(chat);
  if (known == nullptr && s_.slots.size() >= kSlotsMax) return;
  if (known != nullptr && (known->awaiting || known->row.gone)) return;
  if (known != nullptr && claim.version <= known->conn_version) return;
  Slot unknown;
  unknown.row.chat = chat;
  std::optional<Remote> remote = open_claim(known != nullptr ? *known : unknown, claim);
  if (!remote) {
    if (known != nullptr) fetch(*known);  // perhaps there is something newer after all
    return;
  }
  Slot& slot = slot_of(chat);
  remote->settles = slot.row.in_flight && !slot.transmitted;
  take_remote(slot, std::move(*remote));
}

// One slot of draft_versions_response.
void Transition::take_version(const ChatId& chat, Version version, const Hash32& hash) {
  Slot* slot = find(chat);
  if (slot == nullptr || slot->fetching || slot->row.gone) return;
  const SlotRow& row = slot->row;
  const bool at_base = version == row.base.version && hash == row.base.hash;
  const bool accepted =
      row.in_flight && version == row.in_flight->version && hash == row.in_flight->hash;
  if (!slot->awaiting) {  // a recheck: only what this connection never told is news
    if (!at_base && !accepted && version > slot->conn_version) fetch(*slot);
    return;
  }
  // What an earlier connection told and the store has not yet taken would become the base after
  // this: a state or a receipt of a server that has lost it since.
  const Inputs* under_way = slot->staged ? &slot->staged->taken : nullptr;
  const bool another_waits =
      slot->inputs.remote || (under_way && (under_way->remote || under_way->acknowledged));
  if (at_base && !accepted) slot->inputs.acknowledged.reset();
  if ((!at_base && !accepted) || another_waits) return fetch(*slot);
  slot->conn_version = version;
  if (slot->hold == Hold::unreadable) slot->hold = Hold::none;
  if (accepted) slot->inputs.acknowledged = row.in_flight->id;
  settled(*slot);
}

void Transition::take_details(const wire::ChatDetails& details) {
  const bool tombstone = details.encrypted_tombstone.has_value();
  const bool nothing = !tombstone && !details.encrypted_draft_md;
  Slot* known = find(details.chat_id);
  if (known == nullptr) {
    if ((nothing && details.messages_v == 0) || s_.slots.size() >= kSlotsMax) return;
    known = &slot_of(details.chat_id);
  }
  Slot& slot = *known;
  slot.fetching = false;
  if (slot.row.gone) return settled(slot);
  if (details.messages_v > 0 && !slot.row.has_messages) slot.inputs.has_messages = true;
  if (nothing && details.draft_v != 0) {
    notice(NoticeKind::protocol_error, details.chat_id, "draft_v");
    return postpone(slot);
  }
  const Version version = details.draft_v != 0 ? details.draft_v : details.cleared_draft_v;
  const Claim claim{version, &details.encrypted_draft_md, &details.encrypted_draft_preview,
                    &details.encrypted_tombstone};
  std::optional<Remote> remote = open_claim(slot, claim);
  if (!remote) return hold_unreadable(slot, claim);
  remote->settles = !slot.transmitted;
  take_remote(slot, std::move(*remote));
  settled(slot);
}

// ---- frames -------------------------------------------------------------------------------------

void Transition::receive_frame(const wire::DraftUpdateReceipt& frame) {
  if (frame.superseded) return;  // only unsealed changes can be
  receipt_came(frame.chat_id, frame.change_id, frame.draft_v, frame.success);
}

void Transition::receive_frame(const wire::DraftDeleteReceipt& frame) {
  receipt_came(frame.chat_id, frame.change_id, frame.draft_v, frame.success);
}

void Transition::receive_frame(const wire::ChatDraftUpdated& frame) {
  if (!frame.encrypted_draft_md) return;  // a deletion says so and proves it
  take_broadcast(frame.chat_id, {frame.draft_v, &frame.encrypted_draft_md,
                                 &frame.encrypted_draft_preview, nullptr});
}

void Transition::receive_frame(const wire::DraftDeleted& frame) {
  if (!frame.draft_v) return;
  if (frame.encrypted_tombstone) {
    return take_broadcast(frame.chat_id,
                          {*frame.draft_v, nullptr, nullptr, &frame.encrypted_tombstone});
  }
  Slot* slot = find(frame.chat_id);
  if (slot != nullptr && !slot->awaiting && *frame.draft_v > slot->conn_version) fetch(*slot);
}

void Transition::receive_frame(const wire::DraftConflict& frame) {
  constexpr std::uint32_t kConflictsBeforePause = 3;
  const Claim claim{frame.draft_v, &frame.encrypted_draft_md, &frame.encrypted_draft_preview,
                    &frame.encrypted_tombstone};
  Slot* slot = find(frame.chat_id);
  const bool ours = slot != nullptr && slot->row.in_flight && slot->transmitted &&
                    (!frame.change_id || *frame.change_id == slot->row.in_flight->id);
  if (!ours) {
    if (frame.encrypted_draft_md || frame.encrypted_tombstone) take_broadcast(frame.chat_id, claim);
    return;
  }
  std::optional<Remote> remote = open_claim(*slot, claim);
  const ServerState& base = slot->row.base;
  const bool at_base = remote && remote->version == base.version && remote->hash == base.hash;
  slot->transmitted = false;
  if (!remote || at_base) slot->inputs.refused = slot->row.in_flight->id;
  if (++slot->conflicts > kConflictsBeforePause || at_base) pause(*slot);
  if (remote) {
    remote->settles = true;
    slot->waiting.reset();
    take_remote(*slot, std::move(*remote));
  } else {
    hold_unreadable(*slot, claim);
  }
  answered(*slot);
  enqueue(*slot);
}

void Transition::receive_frame(const wire::DraftVersionsResponse& frame) {
  std::map<ChatId, Version> tombstones;
  std::map<ChatId, Hash32> hashes;
  for (const wire::SlotVersion& entry : frame.tombstone_versions) {
    tombstones[entry.chat_id] = entry.draft_v;
  }
  for (const wire::SlotHash& entry : frame.hashes) hashes[entry.chat_id] = entry.hash;
  const auto hash_of = [&](const ChatId& chat) {
    const auto at = hashes.find(chat);
    return at == hashes.end() ? Hash32{} : at->second;
  };
  for (const ChatId& chat : frame.unavailable_chat_ids) {
    if (Slot* slot = find(chat); slot != nullptr && slot->awaiting) postpone(*slot);
  }
  for (const wire::SlotVersion& entry : frame.versions) {
    const auto tombstone = tombstones.find(entry.chat_id);
    const bool deleted = entry.draft_v == 0 && tombstone != tombstones.end();
    take_version(entry.chat_id, deleted ? tombstone->second : entry.draft_v,
                 hash_of(entry.chat_id));
  }
  Link& link = s_.link;
  if (link.pages_open > 0) --link.pages_open;
  if (link.pages_open > 0) return;
  link.versions_answered = true;
  // An id the answers left out means nothing: it is asked for again later. A slot that never was
  // at the server has nothing to wait for: whatever is there, the base check will tell.
  for (const ChatId& chat : std::set<ChatId>(link.awaiting)) {
    Slot* slot = find(chat);
    if (slot == nullptr || slot->fetching) continue;
    const bool never_there = slot->row.base.version == 0 && slot->row.high_water == 0;
    never_there ? settled(*slot) : postpone(*slot);
  }
  maybe_replay();
}

void Transition::receive_frame(const wire::ChatDetails& frame) {
  take_details(frame);
}

void Transition::receive_frame(const wire::InitialSyncResponse& frame) {
  for (const ChatId& chat : frame.deleted_chat_ids) receive_frame(wire::ChatDeleted{chat});
  bool moved = false;
  for (const wire::ChatDetails& details : frame.chats) {
    take_details(details);
    if (Slot* slot = find(details.chat_id)) moved = follow_listing(*slot) || moved;
  }
  if (moved) emit(ChatListChanged{});
  if (frame.page_token) return ask_listing(frame.page_token);
  s_.link.listing_done = true;
  s_.link.listing_complete = frame.authoritative;
}

void Transition::receive_frame(const wire::ChatMessageReceipt& frame) {
  message_receipt_came(frame);
}
void Transition::receive_frame(const wire::OfflineSyncComplete& frame) {
  replay_answered(frame);
}
void Transition::receive_frame(const wire::ErrorFrame& frame) {
  refusal_came(frame);
}
void Transition::receive_frame(const wire::Pong&) {}

void Transition::receive_frame(const wire::ChatMessageReceived& frame) {
  if (find(frame.chat_id) == nullptr && s_.slots.size() >= kSlotsMax) return;
  Slot& slot = slot_of(frame.chat_id);
  if (slot.row.gone || slot.row.has_messages) return;
  slot.inputs.has_messages = true;
  enqueue(slot);
}

void Transition::receive_frame(const wire::ChatDeleted& frame) {
  Slot* slot = find(frame.chat_id);
  if (slot == nullptr) return;
  slot->inputs.deletion_done = slot->row.deletion.has_value();
  slot->inputs.gone_elsewhere = !slot->row.gone;
  slot->deletion_sent = false;
  settled(*slot);
  answered(*slot);
  enqueue(*slot);
}

void Transition::receive_frame(const wire::ChatDeleteReceipt& frame) {
  Slot* slot = find(frame.chat_id);
  if (slot == nullptr || !slot->deletion_sent || !slot->row.deletion) return;
  if (frame.change_id && *frame.change_id != *slot->row.deletion) return;
  slot->deletion_sent = false;
  if (frame.success) {
    slot->inputs.deletion_done = true;
  } else {
    pause(*slot);
  }
  answered(*slot);
  enqueue(*slot);
}

}  // namespace dp::client
