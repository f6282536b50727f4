#include "conformance/suites/client/device.h"

#include <algorithm>
#include <filesystem>

#include "conformance/suites/client/stage.h"
#include "core/wire/codec.h"

namespace dp::conformance {

std::string Device::folder() const {
  return (stage_.folder_ / ("device" + std::to_string(index_))).string();
}

std::string Device::token() const {
  return stage_.wired() ? "token-of-the-harness-" + std::to_string(index_) : "token-of-the-harness";
}

void Device::begin() {
  begun_ = true;
  now_ms_ = 0;
  Operation begin("case.begin");
  begin.with("case", stage_.case_id()).with("level", stage_.wired() ? "L2" : "L3");
  begin.with("wall_ms", stage_.wall_ms()).with_json("config", stage_.config_json());
  const Reply reply = stage_.call(*this, begin);
  stage_.check(reply.ok(), "case.begin is performed", reply.error_message, "operation-refused");
}

void Device::open() {
  if (!begun_) begin();
  std::filesystem::create_directories(folder());
  ++boot_;
  next_timer_ms.reset();
  Operation open("client.open");
  open.with("dir", folder()).with("entropy", stage_.vault_.draw_hex(32));
  open.with("boot", static_cast<std::int64_t>(boot_)).with("url", stage_.url());
  open.with("token", token()).with_json("account", stage_.vault_.account_json());
  open_ = true;
  lost();
  perform(open);
}

void Device::close() {
  perform(Operation("client.close"));
  open_ = false;
  stage_.pump();
  stage_.server_.closed(server_conn_);
  lost();
}

void Device::crash() {
  perform(Operation("client.crash"));
  open_ = false;
  stage_.server_.closed(server_conn_);
  lost();
}

void Device::kill() {
  stage_.crew_.kill(index_);
  open_ = false;
  begun_ = false;
  stage_.server_.closed(server_conn_);
  lost();
}

void Device::lost() {
  asked_conn_ = 0;
  conn_ = 0;
  server_conn_ = {};
  up_.clear();
  down_.clear();
}

void Device::switch_to(std::string_view chat) {
  perform(Operation("ui.switch").with("chat_id", chat));
}
void Device::compose() {
  perform(Operation("ui.switch").with("new", true));
}
void Device::leave_chat() {
  perform(Operation("ui.switch").with_null("chat_id"));
}
void Device::edit(std::string_view text) {
  stage_.watch_.typed(text);
  perform(Operation("ui.edit").with("text", text));
}
void Device::delete_chat(std::string_view chat) {
  perform(Operation("ui.delete_chat").with("chat_id", chat));
}
std::vector<PreviewState> Device::list() {
  return perform(Operation("ui.list")).previews;
}

ClientState Device::state() {
  Reply reply = perform(Operation("state.get"));
  stage_.check(reply.state.has_value(), "a state in the reply to state.get", "none", "no-state");
  return std::move(*reply.state);
}

void Device::go_offline() {
  online = false;
  disconnect();
}

void Device::disconnect(std::uint16_t code) {
  if (conn_ == 0) return;
  if (stage_.wired()) return stage_.break_wire(*this, code);
  Operation closed("conn.closed");
  closed.with("conn", static_cast<std::int64_t>(conn_)).with("code", std::int64_t{code});
  closed.with("reason", code == 1008 ? "Invalid session" : "");
  stage_.server_.closed(server_conn_);
  lost();
  perform(closed);
}

void Device::deliver_wired(std::string_view message) {
  stage_.wires_->send(conn_, message);
  if (!stage_.pumping_) stage_.barrier();
}

void Device::receive(std::string_view frame) {
  stage_.watch_.delivered(index_, frame);
  if (stage_.wired()) return deliver_wired(frame);
  perform(
      Operation("conn.frame").with("conn", static_cast<std::int64_t>(conn_)).with("text", frame));
}

void Device::receive_bytes(std::string_view bytes) {
  if (stage_.wired()) return deliver_wired(bytes);
  perform(Operation("conn.frame")
              .with("conn", static_cast<std::int64_t>(conn_))
              .with("base64", base64_encode(as_bytes(bytes))));
}

bool Device::deliver_up() {
  if (up_.empty() || conn_ == 0) return false;
  const std::string frame = std::move(up_.front());
  up_.pop_front();
  if (stage_.on_up && stage_.on_up(*this, frame)) return true;
  if (stage_.scripted) return true;
  stage_.server_.frame(server_conn_, frame);
  stage_.route();
  return true;
}

bool Device::deliver_down() {
  if (down_.empty() || conn_ == 0) return false;
  const std::string frame = std::move(down_.front());
  down_.pop_front();
  if (!stage_.on_down) {
    receive(frame);
    return true;
  }
  for (const std::string& each : stage_.on_down(*this, frame)) {
    if (conn_ != 0) receive(each);
  }
  return true;
}

// An operation happens at the stage's time, so the device's clock goes there first.
void Device::sync() {
  if (stage_.wired()) return stage_.hear_wires(0);
  if (!open_ || now_ms_ >= stage_.now_ms_) return;
  now_ms_ = stage_.now_ms_;
  const Reply reply = stage_.call(*this, Operation("clock.advance").with("to_ms", stage_.now_ms_));
  stage_.check(reply.ok(), "time goes on", reply.error_code + " " + reply.error_message,
               "clock-refused");
  took(reply);
}

Reply Device::attempt(const Operation& operation) {
  sync();
  Reply reply = stage_.call(*this, operation);
  took(reply);
  return reply;
}

Reply Device::perform(const Operation& operation) {
  Reply reply = attempt(operation);
  if (!reply.ok()) {
    throw CaseEnd{Verdict::fail, "operation-refused", operation.name() + " is performed",
                  reply.error_code + " " + reply.error_message, ""};
  }
  stage_.pump();
  return reply;
}

void Device::took(const Reply& reply) {
  next_timer_ms = reply.next_timer_ms;
  for (const AdapterEffect& effect : reply.effects) note(effect);
}

void Device::note(const AdapterEffect& effect) {
  // Wired, the sockets of the harness are the witness.
  if (stage_.wired() && effect.kind.starts_with("conn.")) return;
  did_.push_back({stage_.now_ms_, effect});
  if (effect.kind == "conn.open") {
    lost();
    asked_conn_ = effect.conn;
    const bool in_url = effect.detail.find("token-of-the-harness") != std::string::npos;
    const bool offered =
        effect.authorization == "Bearer token-of-the-harness" ||
        (effect.protocols.size() == 2 && effect.protocols.back() == "token-of-the-harness");
    if (in_url || !offered) {
      stage_.watch_.breach("DP-CONN-002", "the token in a header, and not in the URL",
                           in_url ? "it is in the URL" : "it is nowhere");
    }
  } else if (effect.kind == "conn.close") {
    if (effect.conn != conn_ && effect.conn != asked_conn_) return;
    stage_.server_.closed(server_conn_);
    lost();
  } else if (effect.kind == "conn.send") {
    sent_text(effect.conn, effect.text);
  } else if (effect.kind == "log") {
    stage_.watch_.seen("a log line", effect.text);
  } else if (effect.kind == "ui.notice") {
    stage_.watch_.seen("a log or notice", effect.detail);
  }
}

void Device::sent_text(std::uint64_t conn, const std::string& text) {
  stage_.watch_.sent(index_, text);
  auto frame = wire::decode_client_frame(text, {});
  SentFrame sent{stage_.now_ms_, conn, "", text, std::nullopt, {}};
  if (frame) {
    sent.type = wire::type_name(*frame);
    sent.changes = changes_of(*frame);
    sent.frame = std::move(*frame);
  }
  sent_.push_back(std::move(sent));
  if (conn == conn_) up_.push_back(text);
}

std::vector<SentFrame> Device::sent(std::string_view type) const {
  std::vector<SentFrame> out;
  std::ranges::copy_if(sent_, std::back_inserter(out),
                       [&](const SentFrame& one) { return one.type == type; });
  return out;
}

std::vector<SentChange> Device::changes() const {
  std::vector<SentChange> out;
  for (const SentFrame& frame : sent_) std::ranges::copy(frame.changes, std::back_inserter(out));
  return out;
}

std::vector<SentChange> Device::changes(std::string_view chat) const {
  std::vector<SentChange> out = changes();
  std::erase_if(out, [&](const SentChange& one) { return one.chat != chat; });
  return out;
}

std::size_t Device::count(std::string_view effect) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(did_, [&](const Did& one) { return one.effect.kind == effect; }));
}

std::size_t Device::notices(std::string_view kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(did_, [&](const Did& one) {
    return one.effect.kind == "ui.notice" && one.effect.text == kind;
  }));
}

void Device::forget() {
  if (stage_.wired() && open_) {  // what it has done by now comes with a reply
    stage_.barrier();
    op("state.get");
  }
  sent_.clear();
  did_.clear();
}

}  // namespace dp::conformance
