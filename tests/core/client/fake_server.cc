#include "tests/core/client/fake_server.h"

#include <utility>

namespace dp::client {

std::vector<FakeServer::Reply> FakeServer::handle(int conn, const wire::ClientFrame& frame,
                                                  const crypto::Hasher& hasher) {
  hasher_ = &hasher;
  out_.clear();
  std::visit([&](const auto& typed) { on(conn, typed); }, frame);
  hasher_ = nullptr;
  return std::exchange(out_, {});
}

FakeServer::Verdict FakeServer::propose(const Proposal& proposal) {
  if (refuse_next) return Verdict::refused;
  if (deleted.contains(proposal.chat)) return Verdict::chat_deleted;
  const Bytes bytes = *base64_decode(proposal.text ? *proposal.text : *proposal.tombstone);
  const auto header = crypto::parse_header(bytes);
  if (!header || header->version != proposal.version) std::abort();  // ours never sends that
  FakeSlot& slot = slots[proposal.chat];
  if (slot.version != 0 && slot.hash == hasher_->sha256(bytes)) return Verdict::repeated;
  if (proposal.base != slot.version || header->parent != slot.hash) return Verdict::conflict;
  if (proposal.version <= slot.version || proposal.version < minimum[proposal.chat]) {
    return Verdict::version_invalid;
  }
  slot.version = proposal.version;
  slot.hash = hasher_->sha256(bytes);
  slot.text = proposal.text;
  slot.preview = proposal.preview;
  slot.tombstone = proposal.tombstone;
  slot.change = proposal.id;
  ++writes;
  return Verdict::stored;
}

void FakeServer::reply_all(int except, const wire::ServerFrame& frame) {
  for (const int conn : connections_) {
    if (conn != except) reply(conn, frame);
  }
}

void FakeServer::broadcast(int except, const ChatId& chat) {
  const FakeSlot& slot = slots[chat];
  if (slot.tombstone) {
    reply_all(except, wire::DraftDeleted{chat, slot.version, slot.tombstone});
  } else {
    reply_all(except, wire::ChatDraftUpdated{chat, slot.text, slot.preview, slot.version, 1});
  }
}

wire::DraftConflict FakeServer::conflict(const ChatId& chat, const ChangeId& id) const {
  const auto at = slots.find(chat);
  if (at == slots.end()) return {chat, 0, {}, {}, {}, false, id};
  const FakeSlot& slot = at->second;
  return {chat, slot.version, slot.text, slot.preview, slot.tombstone, slot.tombstone.has_value(),
          id};
}

void FakeServer::answer(int conn, const Proposal& proposal, Verdict verdict) {
  const auto error = [&](wire::ErrorCode code) {
    reply(conn, wire::ErrorFrame{code, "refused", proposal.chat, proposal.id});
  };
  switch (verdict) {
    case Verdict::stored:
    case Verdict::repeated:
      if (proposal.tombstone) {
        reply(conn, wire::DraftDeleteReceipt{proposal.chat, true, proposal.version, proposal.id});
      } else {
        reply(conn,
              wire::DraftUpdateReceipt{proposal.chat, proposal.version, true, false, proposal.id});
      }
      if (verdict == Verdict::stored) broadcast(conn, proposal.chat);
      break;
    case Verdict::conflict:
      reply(conn, conflict(proposal.chat, proposal.id));
      break;
    case Verdict::version_invalid:
      error(wire::ErrorCode::version_invalid);
      break;
    case Verdict::chat_deleted:
      error(wire::ErrorCode::chat_deleted);
      break;
    case Verdict::refused:
      error(*std::exchange(refuse_next, std::nullopt));
      break;
  }
}

void FakeServer::on(int conn, const wire::UpdateDraft& f) {
  const Proposal proposal{f.chat_id,
                          *f.base_version,
                          *f.proposed_v,
                          *f.change_id,
                          f.encrypted_draft_md,
                          f.encrypted_draft_preview.value,
                          {}};
  answer(conn, proposal, propose(proposal));
}

void FakeServer::on(int conn, const wire::DeleteDraft& f) {
  const Proposal proposal{f.chat_id, *f.base_version,      *f.proposed_v, *f.change_id, {},
                          {},        f.encrypted_tombstone};
  answer(conn, proposal, propose(proposal));
}

void FakeServer::on(int conn, const wire::GetDraftVersions& frame) {
  wire::DraftVersionsResponse response;
  for (const wire::ClaimedVersion& claimed : frame.chats) {
    const ChatId& chat = claimed.chat_id;
    if (unavailable.contains(chat)) {
      response.unavailable_chat_ids.push_back(chat);
      continue;
    }
    if (deleted.contains(chat)) continue;
    const auto at = slots.find(chat);
    const FakeSlot slot = at == slots.end() ? FakeSlot{} : at->second;
    response.versions.push_back({chat, slot.tombstone ? 0 : slot.version});
    if (slot.tombstone) response.tombstone_versions.push_back({chat, slot.version});
    if (slot.version != 0) response.hashes.push_back({chat, slot.hash});
  }
  reply(conn, response);
}

wire::ChatDetails FakeServer::details(const ChatId& chat) const {
  const auto at = slots.find(chat);
  if (at == slots.end()) return {chat, 0, {}, {}, {}, 0, 0};
  const FakeSlot& slot = at->second;
  const bool gone = slot.tombstone.has_value();
  return {chat,           gone ? 0 : slot.version, slot.text,    slot.preview,
          slot.tombstone, gone ? slot.version : 0, slot.messages};
}

void FakeServer::on(int conn, const wire::GetChatDetails& frame) {
  if (unavailable.contains(frame.chat_id)) {
    reply(conn, wire::ErrorFrame{wire::ErrorCode::storage_unavailable, "", frame.chat_id, {}});
    return;
  }
  reply(conn, details(frame.chat_id));
}

void FakeServer::on(int conn, const wire::SyncOfflineChanges& frame) {
  wire::OfflineSyncComplete tally;
  for (const wire::OfflineChange& c : frame.changes) {
    const Proposal proposal{
        c.chat_id, c.version_before_edit,           *c.proposed_v,        c.change_id,
        c.value,   c.encrypted_draft_preview.value, c.encrypted_tombstone};
    const Verdict verdict = propose(proposal);
    using enum wire::ChangeOutcome;
    if (verdict == Verdict::stored) {
      tally.results.push_back({c.change_id, stored, proposal.version});
      broadcast(-1, c.chat_id);
    } else if (verdict == Verdict::repeated) {
      tally.results.push_back({c.change_id, repeated, proposal.version});
    } else {
      const bool is_conflict = verdict == Verdict::conflict;
      answer(conn, proposal, verdict);
      tally.results.push_back({c.change_id, is_conflict ? wire::ChangeOutcome::conflict : error,
                               is_conflict ? slots[c.chat_id].version : 0});
    }
  }
  tally.processed = frame.changes.size();
  reply(conn, tally);
}

void FakeServer::on(int conn, const wire::InitialSyncRequest& frame) {
  wire::InitialSyncResponse response;
  response.authoritative = authoritative;
  for (const auto& [chat, slot] : slots) {
    if (deleted.contains(chat) || unavailable.contains(chat)) continue;
    if (slot.text || slot.messages > 0) response.chats.push_back(details(chat));
  }
  for (const wire::ClaimedVersion& claimed : frame.chat_versions) {
    if (deleted.contains(claimed.chat_id)) response.deleted_chat_ids.push_back(claimed.chat_id);
  }
  reply(conn, response);
}

void FakeServer::on(int conn, const wire::ChatMessageAdded& f) {
  const ChangeId id{f.message_id.value};
  if (refuse_next) {
    const wire::ErrorCode code = *std::exchange(refuse_next, std::nullopt);
    return reply(conn, wire::ErrorFrame{code, "refused", f.chat_id, id});
  }
  if (deleted.contains(f.chat_id)) {
    return reply(conn, wire::ErrorFrame{wire::ErrorCode::chat_deleted, "", f.chat_id, id});
  }
  const bool fresh = messages.emplace(f.message_id, f.encrypted_content).second;
  reply(conn, wire::ChatMessageReceipt{f.chat_id, f.message_id, true});
  if (fresh) {
    ++slots[f.chat_id].messages;
    reply_all(conn, wire::ChatMessageReceived{f.chat_id, f.message_id, f.encrypted_content});
  }
  if (f.preserve_draft || !f.base_version) return;
  if (!fresh) return reply(conn, conflict(f.chat_id, id));
  const Proposal proposal{f.chat_id, *f.base_version,      *f.proposed_v, id, {},
                          {},        f.encrypted_tombstone};
  answer(conn, proposal, propose(proposal));
}

void FakeServer::on(int conn, const wire::DeleteChat& frame) {
  ++chat_deletions;
  if (const auto code = std::exchange(refuse_deletion_next, std::nullopt)) {
    return reply(conn, wire::ErrorFrame{*code, "", frame.chat_id, frame.change_id});
  }
  deleted.insert(frame.chat_id);
  slots.erase(frame.chat_id);
  reply(conn, wire::ChatDeleteReceipt{frame.chat_id, true, frame.change_id});
  reply_all(conn, wire::ChatDeleted{frame.chat_id});
}

void FakeServer::on(int conn, const wire::Ping&) {
  reply(conn, wire::Pong{});
}

}  // namespace dp::client
