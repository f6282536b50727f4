// What a foreign client did, as effects of the world.
#include <algorithm>

#include "conformance/foreign/device_port.h"
#include "core/client/words.h"
#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "sim/network/link.h"
#include "sim/scenario/vocabulary.h"

namespace dp::conformance {
namespace {

// Values of the members by which changes and their answers know each other.
template <class Use>
void each_id(std::string_view frame, const Use& use) {
  for (const std::string_view key : {"\"change_id\":\"", "\"message_id\":\""}) {
    for (std::size_t at = frame.find(key); at != std::string_view::npos; at = frame.find(key, at)) {
      at += key.size();
      const std::size_t end = frame.find('"', at);
      if (end == std::string_view::npos) return;
      use(frame.substr(at, end - at));
    }
  }
}

bool is_keepalive(std::string_view frame) {
  const std::string_view type = sim::frame_type(frame);
  return type == "ping" || type == "pong";
}

}  // namespace

void DevicePort::note_ids(std::string_view frame, bool sent) {
  if (!is_keepalive(frame)) last_activity_us_ = now_us_;
  if (!sent) last_frame_was_pong_ = is_keepalive(frame);
  each_id(frame, [&](std::string_view id) {
    if (sent) {
      awaited_.emplace(id);
    } else if (const auto at = awaited_.find(id); at != awaited_.end()) {
      awaited_.erase(at);
    }
  });
}

// Time that passed, or a pong, and nothing but a ping came of it: then nothing it shows has
// changed.
bool DevicePort::was_keepalive(const Operation& operation, const Reply& reply) const {
  if (operation.name() != "clock.advance" && operation.name() != "conn.frame") return false;
  if (operation.name() == "conn.frame" && !last_frame_was_pong_) return false;
  return std::ranges::all_of(reply.effects, [](const AdapterEffect& effect) {
    return effect.kind == "conn.send" && is_keepalive(effect.text);
  });
}

void DevicePort::take(const Reply& reply) {
  for (const AdapterEffect& effect : reply.effects) take(effect);
  const auto wrote = [](const AdapterEffect& effect) { return effect.kind == "store.write"; };
  if (std::ranges::any_of(reply.effects, wrote)) see_store();
}

void DevicePort::take(const AdapterEffect& effect) {
  const auto chat = ChatId::parse(effect.chat);
  const auto put = [this](client::Effect one) { effects_.emplace_back(std::move(one)); };
  if (effect.kind != "conn.send" && effect.kind != "log") last_activity_us_ = now_us_;
  if (effect.kind == "conn.open") return took_open(effect);
  if (effect.kind == "conn.send") return took_send(effect);
  if (effect.kind == "ui.notice") return took_notice(effect);
  if (effect.kind == "conn.close") {
    awaited_.clear();
    return put(client::ConnClose{{effect.conn}, static_cast<std::uint16_t>(effect.number)});
  }
  if (effect.kind == "store.write") {
    store_owes_ = false;
    effects_.emplace_back(sim::PortWrote{effect.number});
  } else if (effect.kind == "store.failed") {
    if (fail_next_ > 0) --fail_next_;
    store_owes_ = true;
    effects_.emplace_back(sim::PortWriteFailed{});
  } else if (effect.kind == "log") {
    effects_.emplace_back(sim::PortLog{effect.text});
  } else if (effect.kind == "ui.chats") {
    put(client::ChatListChanged{});
  } else if (!chat) {
    breach("unreadable_effect", effect.kind + " names no chat", "a chat id", effect.chat);
  } else if (effect.kind == "ui.replaced") {
    put(client::EditorReplaced{*chat, effect.text});
  } else if (effect.kind == "ui.draft") {
    put(client::DraftAnnounced{*chat});
  } else if (effect.kind == "ui.preview_dropped") {
    previews_.erase(effect.chat);
    put(client::PreviewInvalidated{*chat});
  }
}

void DevicePort::took_open(const AdapterEffect& effect) {
  if (effect.conn <= last_conn_) {
    breach("connection_number", "a connection number was used again",
           "above " + std::to_string(last_conn_), std::to_string(effect.conn));
  }
  last_conn_ = std::max(last_conn_, effect.conn);
  const bool in_url = effect.detail.find(order_.token) != std::string::npos;
  const bool offered = effect.authorization == "Bearer " + order_.token ||
                       (effect.protocols.size() == 2 && effect.protocols.back() == order_.token);
  if (in_url || !offered) {
    breach("token", "the token of the session is not where it belongs",
           "in the header or the second protocol, and not in the URL",
           in_url ? "in the URL" : "nowhere");
  }
  awaited_.clear();
  effects_.emplace_back(client::Effect(client::ConnOpen{{effect.conn}}));
}

void DevicePort::took_send(const AdapterEffect& effect) {
  note_ids(effect.text, true);
  FrameAudit::Sent sent = audit_->sent(effect.text, order_.config.account, key_);
  if (sent.unreadable > 0) {
    breach("sealed_wrongly",
           "an envelope in a frame of type " + std::string(sim::frame_type(effect.text)) +
               " does not open with the account's key",
           "an envelope of the account", "bytes nobody of the account can open");
  }
  if (sent.misplaced > 0) {
    breach("sealed_elsewhere",
           "an envelope in a frame of type " + std::string(sim::frame_type(effect.text)) +
               " is of another slot than its chat's",
           "the slot id of section 8 of the specification", "another slot id");
  }
  for (std::size_t i = 0; i < sent.sealed.size(); ++i) {
    const crypto::Kind kind = sent.sealed[i].request.kind;
    if (kind != crypto::Kind::draft && kind != crypto::Kind::tombstone) continue;
    const auto content = crypto::unpad(kind, sent.sealed[i].padded_plaintext);
    const auto draft = content ? draft::decode_payload(*content)
                               : Result<draft::Draft>(fail(Fault::peer, "padding"));
    if (draft) last_sent_.insert_or_assign(sent.chats[i], *draft);
  }
  for (sim::PortSealed& one : sent.sealed) effects_.emplace_back(std::move(one));
  effects_.emplace_back(client::Effect(client::ConnSend{{effect.conn}, effect.text}));
}

void DevicePort::took_notice(const AdapterEffect& effect) {
  const auto& names = client::kNoticeWords;
  const auto at = std::ranges::find(names, effect.text);
  if (at == names.end()) {  // a client may have others
    effects_.emplace_back(sim::PortLog{"notice " + effect.text + " " + effect.detail});
    return;
  }
  client::Notice notice;
  notice.kind = static_cast<client::NoticeKind>(at - names.begin());
  notice.chat = ChatId::parse(effect.chat);
  notice.detail = effect.detail;
  effects_.emplace_back(client::Effect(std::move(notice)));
}

}  // namespace dp::conformance
