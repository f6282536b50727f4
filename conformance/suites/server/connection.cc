#include "conformance/suites/server/connection.h"

#include <algorithm>
#include <array>

#include "core/vocabulary/bytes.h"

namespace dp::conformance {
namespace {

constexpr net::FrameMask kMask = {0x5a, 0xc3, 0x3c, 0xa5};
constexpr std::uint16_t kNormal = 1000;
constexpr std::size_t kShownChars = 160;
constexpr std::string_view kPing = R"({"type":"ping"})";

std::string shown(std::string_view text) {
  std::string out(text.substr(0, kShownChars));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  if (text.size() > kShownChars) {
    out += "... (" + std::to_string(text.size()) + " bytes)";
  }
  return out;
}

template <class T>
bool is(const std::optional<wire::ServerFrame>& frame) {
  return frame && std::holds_alternative<T>(*frame);
}

// What a server that sends this got wrong.
std::string requirement_of(const wire::DecodeError& error, std::string_view text) {
  if (error.code == wire::ErrorCode::invalid_json) return "DP-CONN-001";
  if (error.field.ends_with("code")) return "DP-ERR-001";
  if (text.find("\"chat_details\"") != std::string_view::npos) return "DP-FRAME-022";
  if (text.find("\"hashes\"") != std::string_view::npos) return "DP-FRAME-024";
  return "DP-FRAME-020";
}

Heard heard_of(std::string text, CaseBook& book) {
  Heard heard;
  auto frame = wire::decode_server_frame(text, wire::WireLimits{});
  if (frame) {
    heard.frame = std::move(*frame);
  } else if (frame.error().code == wire::ErrorCode::unknown_type) {
    heard.is_unknown_type = true;
  } else {
    book.accuse(requirement_of(frame.error(), text), "frames of the catalogue",
                "a frame that cannot be read (" + frame.error().field + "): " + shown(text));
  }
  heard.text = std::move(text);
  return heard;
}

}  // namespace

void CaseBook::write(std::string line) {
  if (transcript.size() >= kLinesMax) return;
  if (line.size() > kLineChars) {
    line = line.substr(0, kLineChars) + "... (" + std::to_string(line.size()) + " characters)";
  }
  transcript.push_back(std::move(line));
}

void CaseBook::accuse(std::string requirement, std::string expected, std::string actual) {
  for (const Breach& one : breaches) {
    if (one.requirement == requirement) return;
  }
  breaches.push_back({std::move(requirement), std::move(expected), std::move(actual)});
}

bool Heard::is_news() const {
  return is<wire::ChatDraftUpdated>(frame) || is<wire::DraftDeleted>(frame) ||
         is<wire::ChatMessageReceived>(frame) || is<wire::ChatDeleted>(frame);
}

Connection::Connection(Patience& patience, CaseBook& book, std::string name, net::RawOrder order)
    : patience_(patience), book_(book), name_(std::move(name)) {
  book_.write(name_ + " connects");
  raw_ = net::RawClient::connect(patience_.loop(), std::move(order));
}

// ---- opening ------------------------------------------------------------------------------------

bool Connection::opened() {
  using State = net::RawClient::State;
  patience_.until(
      [this] { return raw_->state() != State::connecting && raw_->state() != State::asked; });
  return raw_->was_open();
}

void Connection::must_open() {
  if (opened()) return;
  throw CaseOver{Verdict::fail, "no-upgrade", "the connection is upgraded", never_opened(),
                 "DP-CONN-001"};
}

std::string Connection::never_opened() const {
  const int status = raw_->answer().status;
  if (status > 0) return "HTTP status " + std::to_string(status);
  return raw_->ending().empty() ? "no answer in time" : raw_->ending();
}

// ---- saying -------------------------------------------------------------------------------------

void Connection::say(const wire::ClientFrame& frame) {
  say_text(wire::encode(frame));
}

void Connection::say_text(std::string_view text) {
  book_.write(name_ + " > " + std::string(text.substr(0, CaseBook::kLineChars + 1)));
  raw_->send(net::spell({.payload = std::string(text)}, kMask));
}

void Connection::say_frame(const net::RawFrame& frame) {
  say_bytes(net::spell(frame, kMask), "frame " + shown(frame.payload));
}

void Connection::say_bytes(std::string bytes, std::string_view what) {
  book_.write(name_ + " > [" + std::string(what) + "]");
  raw_->send(std::move(bytes));
}

void Connection::leave() {
  close_said_ = true;
  const std::string code = {static_cast<char>(kNormal >> 8), static_cast<char>(kNormal & 0xff)};
  say_frame({.opcode = net::kCloseFrame, .payload = code});
}

// ---- what comes ---------------------------------------------------------------------------------

void Connection::pump() {
  while (!raw_->frames().empty()) {
    net::RawFrame frame = std::move(raw_->frames().front());
    raw_->frames().pop_front();
    take_frame(std::move(frame));
  }
  if (raw_->state() != net::RawClient::State::over || ending_.ended) return;
  ending_.ended = true;
  ending_.how = ending_.code > 0 ? "close " + std::to_string(ending_.code) + " " + ending_.reason
                                 : "the connection ended without a close: " + raw_->ending();
  book_.write(name_ + " < [" + ending_.how + "]");
}

void Connection::take_frame(net::RawFrame frame) {
  if (frame.masked || frame.reserved != 0) {
    book_.accuse("DP-CONN-001", "frames as RFC 6455 has a server send them",
                 frame.masked ? "a masked frame" : "reserved bits");
  }
  if (frame.opcode == net::kPingFrame) {
    return raw_->send(net::spell({.opcode = net::kPongFrame, .payload = frame.payload}, kMask));
  }
  if (frame.opcode == net::kPongFrame) return pongs_.push_back(std::move(frame.payload));
  if (frame.opcode == net::kCloseFrame) return take_close(frame);
  const bool continues = frame.opcode == net::kContinuationFrame;
  if (continues != in_fragments_ || (!continues && frame.opcode != net::kTextFrame)) {
    book_.accuse("DP-CONN-001", "each frame of the protocol as one text message",
                 "a frame with opcode " + std::to_string(frame.opcode));
  }
  fragments_ += frame.payload;
  in_fragments_ = !frame.final;
  if (frame.final) take_message(std::exchange(fragments_, {}));
}

void Connection::take_close(const net::RawFrame& frame) {
  if (frame.payload.size() >= 2) {
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(frame.payload[at]); };
    ending_.code = static_cast<std::uint16_t>(octet(0) << 8 | octet(1));
    ending_.reason = frame.payload.substr(2);
  } else {
    ending_.code = 1005;  // what RFC 6455 calls a close without a code
  }
  constexpr std::uint16_t kPolicy = 1008;
  if (ending_.code == kPolicy && has_session_) {
    book_.accuse("DP-CONN-020", "no close with 1008 of a valid session",
                 "close 1008 " + ending_.reason);
  }
  if (!std::exchange(close_said_, true)) {
    raw_->send(net::spell({.opcode = net::kCloseFrame, .payload = frame.payload}, kMask));
  }
}

void Connection::take_message(std::string text) {
  book_.write(name_ + " < " + text.substr(0, CaseBook::kLineChars + 1));
  Heard heard = heard_of(std::move(text), book_);
  if (heard.is_unknown_type) return;
  check_order(heard);
  inbox_.push_back(std::move(heard));
}

void Connection::check_order(const Heard& heard) {
  std::optional<wire::SlotVersion> told;
  if (const auto* updated = heard.as<wire::ChatDraftUpdated>()) {
    told = {updated->chat_id, updated->draft_v};
  } else if (const auto* deleted = heard.as<wire::DraftDeleted>(); deleted && deleted->draft_v) {
    told = {deleted->chat_id, *deleted->draft_v};
  }
  if (!told) return;
  Version& newest = told_[told->chat_id];
  if (told->draft_v <= newest) {
    book_.accuse("DP-CONN-011", "news of a slot in the order of its versions",
                 "version " + std::to_string(told->draft_v) + " after " + std::to_string(newest));
  }
  newest = std::max(newest, told->draft_v);
}

Heard Connection::take_first() {
  Heard first = std::move(inbox_.front());
  inbox_.pop_front();
  return first;
}

std::string Connection::described(const std::vector<Heard>& heard) {
  if (heard.empty()) return "nothing";
  std::string out;
  for (const Heard& one : heard) out += (out.empty() ? "" : ", then ") + shown(one.text);
  return out;
}

// ---- hearing ------------------------------------------------------------------------------------

std::vector<Heard> Connection::hear_all() {
  say_text(kPing);
  std::vector<Heard> heard;
  bool pong = false;
  const auto look = [&] {
    pump();
    while (!inbox_.empty() && !pong) {
      Heard one = take_first();
      pong = is<wire::Pong>(one.frame);
      if (!pong) heard.push_back(std::move(one));
    }
    return pong || ending_.ended;
  };
  patience_.until(look);
  if (!pong) unanswered(heard);
  return heard;
}

std::vector<Heard> Connection::replies_to(std::string_view text) {
  say_text(text);
  std::vector<Heard> replies;
  for (Heard& one : hear_all()) (one.is_news() ? news_ : replies).push_back(std::move(one));
  return replies;
}

std::vector<Heard> Connection::replies_to(const wire::ClientFrame& frame) {
  return replies_to(std::string_view(wire::encode(frame)));
}

std::optional<Heard> Connection::next() {
  patience_.until([this] {
    pump();
    return !inbox_.empty() || ending_.ended;
  });
  if (inbox_.empty()) return std::nullopt;
  return take_first();
}

std::vector<Heard> Connection::news() {
  return std::exchange(news_, {});
}

wire::ErrorFrame Connection::refused(std::string_view text, wire::ErrorCode code) {
  const std::vector<Heard> replies = replies_to(text);
  const auto* error = replies.size() == 1 ? replies[0].as<wire::ErrorFrame>() : nullptr;
  if (error == nullptr || error->code != code) {
    unexpected("error " + std::string(wire::name(code)), replies);
  }
  return *error;
}

wire::ErrorFrame Connection::refused(const wire::ClientFrame& frame, wire::ErrorCode code) {
  return refused(std::string_view(wire::encode(frame)), code);
}

void Connection::no_news(std::string_view why) {
  for (Heard& one : hear_all()) {
    if (one.is_news()) news_.push_back(std::move(one));
  }
  const std::vector<Heard> all = news();
  if (all.empty()) return;
  throw CaseOver{Verdict::fail, "news", name_ + " hears nothing: " + std::string(why),
                 described(all), ""};
}

void Connection::unanswered(const std::vector<Heard>& heard) {
  const std::string before = heard.empty() ? "" : " after " + described(heard);
  if (ending_.ended || ending_.code > 0) {
    const std::string how = ending_.ended
                                ? ending_.how
                                : "close " + std::to_string(ending_.code) + " " + ending_.reason;
    throw CaseOver{Verdict::fail, "ended", "an answer, the connection staying open", how + before,
                   ""};
  }
  throw CaseOver{
      Verdict::fail, "no-answer",
      "the pong of a ping within " + std::to_string(patience_.answer_us() / kMillisecond) + " ms",
      "nothing" + before, ""};
}

void Connection::unexpected(std::string_view wanted, const std::vector<Heard>& heard) {
  const auto answers = std::ranges::count_if(
      heard, [&](const Heard& one) { return one.frame && wire::type_name(*one.frame) == wanted; });
  throw CaseOver{Verdict::fail, "wrong-answer", "one answer: " + std::string(wanted),
                 described(heard), answers > 1 ? "DP-FRAME-020" : ""};
}

void Connection::missing_news(std::string_view wanted) {
  const std::string seen = ending_.ended ? ending_.how : described(news_);
  throw CaseOver{Verdict::fail, "no-news", name_ + " is told: " + std::string(wanted), seen, ""};
}

// ---- the end ------------------------------------------------------------------------------------

const Ending& Connection::ending() {
  pump();
  return ending_;
}

const Ending& Connection::wait_for_end() {
  patience_.until([this] {
    pump();
    return ending_.ended;
  });
  return ending_;
}

const std::vector<std::string>& Connection::transport_pongs() {
  pump();
  return pongs_;
}

bool Connection::is_open() {
  pump();
  return raw_->state() == net::RawClient::State::open && ending_.code == 0;
}

}  // namespace dp::conformance
