#include <algorithm>
#include <utility>

#include "core/draft/preview.h"
#include "core/wire/codec.h"
#include "sim/field_client/field_step.h"

namespace dp::sim {

namespace {

constexpr std::uint16_t kInvalidSession = 1008;

bool due(const std::optional<Micros>& at, Micros now_us) {
  return at && *at <= now_us;
}

}  // namespace

void FieldClient::network(const client::Event& event, Step& step) {
  if (const auto* hint = std::get_if<client::NetHint>(&event)) {
    online_ = hint->online;
    if (!online_) {
      connect_at_us_.reset();
    } else if (connection_ == client::Connection::offline && key_.value != 0 && !signed_out_) {
      connect_at_us_ = step.now_us();
    }
  } else if (const auto* up = std::get_if<client::ConnOpened>(&event)) {
    if (up->epoch != epoch_) return;
    connection_ = client::Connection::reconciling;
    ping_at_us_ = step.now_us() + config_.ping_interval_us;
    start_sync(std::nullopt, step);
  } else if (const auto* down = std::get_if<client::ConnClosed>(&event)) {
    if (down->epoch == epoch_ && connection_ != client::Connection::offline) lost(down->code, step);
  } else if (const auto* frame = std::get_if<client::FrameArrived>(&event)) {
    if (frame->epoch != epoch_ || connection_ == client::Connection::offline) return;
    const auto decoded = wire::decode_server_frame(frame->text, config_.wire);
    if (decoded) {
      receive(*decoded, step);
    } else {
      step.emit(client::Notice{client::NoticeKind::protocol_error, std::nullopt,
                               std::string(wire::name(decoded.error().code))});
    }
  }
}

void FieldClient::connect(Step& step) {
  connect_at_us_.reset();
  if (!online_ || signed_out_ || key_.value == 0) return;
  ++epoch_.value;
  connection_ = client::Connection::connecting;
  step.emit(client::ConnOpen{epoch_});
}

void FieldClient::lost(std::uint16_t code, Step& step) {
  connection_ = client::Connection::offline;
  receipt_by_us_.reset();
  ping_at_us_.reset();
  pong_by_us_.reset();
  for (auto& [chat, slot] : slots_) {
    if (!slot.in_flight) continue;
    slot.in_flight.reset();
    slot.dirty = true;
  }
  if (code == kInvalidSession) {
    signed_out_ = true;
    step.emit(client::Notice{client::NoticeKind::session_invalid, std::nullopt, ""});
    return;
  }
  backoff_us_ = backoff_us_ == 0 ? config_.reconnect_min_us
                                 : std::min(2 * backoff_us_, config_.reconnect_max_us);
  const std::uint64_t jitter = step.environment.random.below(
      Draw::reconnect_jitter, static_cast<std::uint64_t>(backoff_us_ / 2) + 1);
  if (online_ && key_.value != 0) {
    connect_at_us_ = step.now_us() + backoff_us_ + static_cast<Micros>(jitter);
  }
}

void FieldClient::drop_connection(Step& step) {
  if (connection_ == client::Connection::offline) return;
  step.emit(client::ConnClose{epoch_, 1000});
  lost(1000, step);
}

void FieldClient::send_frame(const wire::ClientFrame& frame, Step& step) {
  step.emit(client::ConnSend{epoch_, wire::encode(frame)});
}

void FieldClient::start_sync(std::optional<std::string> page, Step& step) {
  wire::InitialSyncRequest request;
  for (auto& [chat, slot] : slots_) {
    if (!page) slot.listed = false;
    request.chat_versions.push_back({chat, slot.version});
  }
  request.page_token = std::move(page);
  receipt_by_us_ = step.now_us() + config_.receipt_timeout_us;
  send_frame(request, step);
}

// What was saved while offline goes up in one replay; last arrival wins.
void FieldClient::sync_done(Step& step) {
  connection_ = client::Connection::online;
  backoff_us_ = 0;
  receipt_by_us_.reset();
  wire::SyncOfflineChanges replay;
  for (auto& [chat, slot] : slots_) {
    if (slot.stale && slot.version == 0 && !slot.dirty && !slot.in_flight) {
      send_frame(wire::GetChatDetails{chat}, step);
    }
    if (!slot.dirty || replay.changes.size() == config_.replay_changes_max) continue;
    wire::OfflineChange change;
    change.chat_id = chat;
    change.version_before_edit = slot.version;
    if (slot.text.empty()) {
      change.kind = wire::OfflineKind::delete_draft;
    } else {
      const auto content = sealed(slot.text, step);
      if (!content) continue;
      if (content->size() > config_.max_draft_chars) {
        slot.dirty = false;
        step.emit(client::Notice{client::NoticeKind::not_synced_too_long, chat, ""});
        continue;
      }
      change.value = *content;
    }
    change.change_id = ChangeId{step.draw_name(Draw::change_id)};
    slot.dirty = false;
    slot.in_flight = change.change_id.value;
    replay.changes.push_back(std::move(change));
  }
  if (replay.changes.empty()) return;
  receipt_by_us_ = step.now_us() + config_.receipt_timeout_us;
  send_frame(replay, step);
}

void FieldClient::send_slot(const ChatId& chat, Step& step) {
  if (connection_ != client::Connection::online) return;
  Slot& slot = slots_[chat];
  if (!slot.dirty || slot.in_flight) return;
  const ChangeId change{step.draw_name(Draw::change_id)};
  if (slot.text.empty()) {
    wire::DeleteDraft frame;
    frame.chat_id = chat;
    frame.change_id = change;
    send_frame(frame, step);
  } else {
    const auto content = sealed(slot.text, step);
    if (!content) return;
    if (content->size() > config_.max_draft_chars) {
      slot.dirty = false;
      step.emit(client::Notice{client::NoticeKind::not_synced_too_long, chat, ""});
      return;
    }
    wire::UpdateDraft frame;
    frame.chat_id = chat;
    frame.encrypted_draft_md = *content;
    const auto preview = draft::preview_of(slot.text);
    frame.encrypted_draft_preview.present = true;
    if (preview) {
      const auto sealed_preview = sealed(*preview, step);
      if (sealed_preview) frame.encrypted_draft_preview.value = *sealed_preview;
    }
    frame.change_id = change;
    send_frame(frame, step);
  }
  slot.dirty = false;
  slot.in_flight = change.value;
  receipt_by_us_ = step.now_us() + config_.receipt_timeout_us;
}

// ---- receiving ----------------------------------------------------------------------------------

void FieldClient::adopt(const ChatId& chat, Version version, const wire::NullableText& draft,
                        Step& step) {
  Slot& slot = slots_[chat];
  if (version <= slot.version) return;
  if (slot.dirty || slot.in_flight) {
    slot.stale = true;
    return;
  }
  std::string text;
  if (draft) {
    const auto plain = opened(*draft, step);
    if (!plain) {
      step.emit(client::Notice{client::NoticeKind::security_authentication, chat, ""});
      return;
    }
    text = *plain;
  }
  slot.text = std::move(text);
  slot.version = version;
  slot.stale = false;
  store(chat, step);
  if (open_chat_ == chat) {
    if (unsaved_) {
      unsaved_ = editor_ != slot.text;
    } else {
      replace_editor(chat, slot.text, step);
    }
  }
  tell_ui(chat, step);
}

void FieldClient::take_details(const wire::ChatDetails& details, Step& step) {
  const auto found = slots_.find(details.chat_id);
  if (found != slots_.end()) found->second.stale = false;  // `adopt` knows better if it must wait
  if (details.draft_v > 0) {
    adopt(details.chat_id, details.draft_v, details.encrypted_draft_md, step);
  } else if (details.cleared_draft_v > 0) {
    adopt(details.chat_id, details.cleared_draft_v, std::nullopt, step);
  }
}

// A listing is the server's word on where a slot is, also if that is behind what was seen before:
// a server restored from a backup has no other way to bring field devices together again.
void FieldClient::trust_listing(const wire::ChatDetails& details) {
  const auto found = slots_.find(details.chat_id);
  if (found == slots_.end()) return;
  const Version listed = std::max(details.draft_v, details.cleared_draft_v);
  if (listed == 0) return;
  Slot& slot = found->second;
  // What was saved while offline was an edit of the version known then, not of nothing.
  slot.version = slot.dirty ? std::min(slot.version, listed) : 0;
  slot.listed = true;
}

// What a complete listing does not know, the server forgot: it is sent again, from the start.
void FieldClient::notice_forgotten() {
  for (auto& [chat, slot] : slots_) {
    if (slot.listed || slot.version == 0 || slot.in_flight) continue;
    slot.version = 0;
    if (!slot.text.empty()) slot.dirty = true;
  }
}

// A message may have taken the place of a change whose receipt is still to come: that one says
// nothing about what is on the wire now.
bool FieldClient::answers(const ChatId& chat, const std::optional<ChangeId>& change) const {
  const auto slot = slots_.find(chat);
  if (slot == slots_.end() || !slot->second.in_flight || !change) return true;
  return *slot->second.in_flight == change->value;
}

void FieldClient::acknowledged(const ChatId& chat, Version version, Step& step) {
  Slot& slot = slots_[chat];
  slot.in_flight.reset();
  slot.version = std::max(slot.version, version);
  const bool more = std::any_of(slots_.begin(), slots_.end(), [](const auto& entry) {
    return entry.second.in_flight.has_value();
  });
  if (!more) receipt_by_us_.reset();
  store(chat, step);
  if (slot.dirty) {
    send_slot(chat, step);
  } else if (slot.stale) {
    send_frame(wire::GetChatDetails{chat}, step);
  }
}

void FieldClient::refused(const wire::ErrorFrame& error, Step& step) {
  for (auto& [chat, slot] : slots_) {
    if (!slot.in_flight || !error.change_id || *slot.in_flight != error.change_id->value) continue;
    if (wire::is_retryable(error.code)) {
      drop_connection(step);  // comes back later and replays
      return;
    }
    step.emit(client::Notice{client::NoticeKind::not_synced_refused, chat,
                             std::string(wire::name(error.code))});
    acknowledged(chat, slot.version, step);
    return;
  }
  if (!error.change_id && wire::is_retryable(error.code)) drop_connection(step);
}

void FieldClient::forget(const ChatId& chat, Step& step) {
  slots_.erase(chat);
  store(chat, step);
  if (open_chat_ == chat) {
    open_chat_.reset();
    editor_.clear();
    unsaved_ = false;
    save_at_us_.reset();
  }
  tell_ui(chat, step);
}

void FieldClient::receive(const wire::ServerFrame& frame, Step& step) {
  if (const auto* receipt = std::get_if<wire::DraftUpdateReceipt>(&frame)) {
    if (!answers(receipt->chat_id, receipt->change_id)) return;
    if (receipt->superseded) slots_[receipt->chat_id].stale = true;
    acknowledged(receipt->chat_id, receipt->superseded ? 0 : receipt->draft_v, step);
  } else if (const auto* gone = std::get_if<wire::DraftDeleteReceipt>(&frame)) {
    if (!answers(gone->chat_id, gone->change_id)) return;
    acknowledged(gone->chat_id, gone->draft_v.value_or(0), step);
  } else if (const auto* update = std::get_if<wire::ChatDraftUpdated>(&frame)) {
    adopt(update->chat_id, update->draft_v, update->encrypted_draft_md, step);
  } else if (const auto* deleted = std::get_if<wire::DraftDeleted>(&frame)) {
    if (deleted->draft_v) adopt(deleted->chat_id, *deleted->draft_v, std::nullopt, step);
  } else if (const auto* conflict = std::get_if<wire::DraftConflict>(&frame)) {
    if (answers(conflict->chat_id, conflict->change_id)) acknowledged(conflict->chat_id, 0, step);
    adopt(conflict->chat_id, conflict->draft_v, conflict->encrypted_draft_md, step);
  } else if (const auto* details = std::get_if<wire::ChatDetails>(&frame)) {
    take_details(*details, step);
  } else if (const auto* listing = std::get_if<wire::InitialSyncResponse>(&frame)) {
    for (const wire::ChatDetails& one : listing->chats) {
      trust_listing(one);
      take_details(one, step);
    }
    for (const ChatId& chat : listing->deleted_chat_ids) forget(chat, step);
    if (listing->page_token) {
      start_sync(listing->page_token, step);
    } else if (!listing->authoritative) {
      drop_connection(step);  // not everything could be read: ask again later
    } else if (connection_ == client::Connection::reconciling) {
      notice_forgotten();
      sync_done(step);
    }
  } else if (const auto* replayed = std::get_if<wire::OfflineSyncComplete>(&frame)) {
    for (const wire::OfflineResult& result : replayed->results) {
      for (auto& [chat, slot] : slots_) {
        if (!slot.in_flight || *slot.in_flight != result.change_id.value) continue;
        if (result.outcome != wire::ChangeOutcome::stored) slot.stale = true;
        acknowledged(chat, result.draft_v, step);
        break;
      }
    }
  } else if (const auto* lost_chat = std::get_if<wire::ChatDeleted>(&frame)) {
    forget(lost_chat->chat_id, step);
  } else if (const auto* error = std::get_if<wire::ErrorFrame>(&frame)) {
    refused(*error, step);
  } else if (std::holds_alternative<wire::Pong>(frame)) {
    pong_by_us_.reset();
  }
}

void FieldClient::timers(Step& step) {
  const Micros now_us = step.now_us();
  if (due(save_at_us_, now_us)) {
    save_at_us_.reset();
    save(step);
  }
  if (due(receipt_by_us_, now_us) || due(pong_by_us_, now_us)) drop_connection(step);
  if (due(ping_at_us_, now_us)) {
    send_frame(wire::Ping{}, step);
    ping_at_us_ = now_us + config_.ping_interval_us;
    if (!pong_by_us_) pong_by_us_ = now_us + config_.pong_timeout_us;
  }
  if (due(connect_at_us_, now_us)) connect(step);
}

}  // namespace dp::sim
