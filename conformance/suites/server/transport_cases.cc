// RFC 6455 below the protocol: what a WebSocket library would not let a client do.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kUnsupported = 1003;
constexpr net::FrameMask kMask = {1, 2, 3, 4};

// ---- opening ------------------------------------------------------------------------------------

void handshake(Bench& bench) {
  net::UpgradeRequest request = bench.request_for(bench.party().token());
  request.key = "dGhlIHNhbXBsZSBub25jZQ==";
  Connection& line = bench.attempt_bytes(net::upgrade_request(request));
  line.must_open();
  const net::HttpAnswer& answer = line.raw().answer();
  bench.check_text(net::accept_of_key(request.key), answer.header("sec-websocket-accept"),
                   "Sec-WebSocket-Accept");
  const std::string protocol = answer.header("sec-websocket-protocol");
  bench.check(protocol.empty() || protocol == "draft-sync.v1",
              "the protocol draft-sync.v1, or none", protocol, "wrong-protocol");
  bench.check(answer.header("sec-websocket-extensions").empty(), "no extension that nobody offered",
              answer.header("sec-websocket-extensions"), "extension");
  line.hear_all();
}

auto bad_opening(std::string from, std::string to) {
  return [=](Bench& bench) {
    const std::string good = net::upgrade_request(bench.request_for(bench.party().token()));
    Connection& line = bench.attempt_bytes(respelt(good, from, to));
    bench.check(!line.opened(), "no upgrade", "status 101", "upgraded");
    bench.check(line.raw().answer().status > 0 || !line.raw().ending().empty(), "a refusal",
                "nothing at all", "no-answer");
  };
}

// ---- frames that are fine -----------------------------------------------------------------------

auto arrives(std::function<void(Connection&, const std::string&)> send) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    const std::string good = wire::encode(slot.update());
    send(line, good);
    const std::vector<Heard> heard = line.hear_all();
    line.only<wire::DraftUpdateReceipt>(heard);
    slot.accepted();
    bench.check_holds(line, slot);
  };
}

void fragmented(Connection& line, const std::string& good) {
  const std::size_t third = good.size() / 3;
  line.say_frame({.final = false, .payload = good.substr(0, third)});
  line.say_frame(
      {.final = false, .opcode = net::kContinuationFrame, .payload = good.substr(third, third)});
  line.say_frame({.opcode = net::kPingFrame, .payload = "between"});
  line.say_frame({.opcode = net::kContinuationFrame, .payload = good.substr(2 * third)});
}

void in_single_bytes(Connection& line, const std::string& good) {
  constexpr std::size_t kSingleBytes = 64;
  const std::string bytes = net::spell({.payload = good}, kMask);
  for (std::size_t i = 0; i < kSingleBytes; ++i) line.say_bytes(bytes.substr(i, 1), "one byte");
  line.say_bytes(bytes.substr(kSingleBytes), "the rest");
}

void widest(Connection& line, const std::string& good) {
  const std::string padded = good + std::string(70'000, ' ');
  line.say_frame({.payload = padded});
}

void empty_fragments(Connection& line, const std::string& good) {
  line.say_frame({.final = false, .payload = ""});
  line.say_frame({.final = false, .opcode = net::kContinuationFrame, .payload = good});
  line.say_frame({.opcode = net::kContinuationFrame, .payload = ""});
}

// Somebody else's half frame holds nobody up.
void half_frame(Bench& bench) {
  Connection& slow = bench.connect(bench.party());
  Connection& line = bench.connect(bench.party());
  Slot late = bench.party().slot();
  Slot slot = bench.party().slot();
  const std::string bytes = net::spell({.payload = wire::encode(late.update())}, kMask);
  slow.say_bytes(bytes.substr(0, bytes.size() / 2), "half a frame");
  bench.store(line, slot);
  bench.check_empty(line, late);
  slow.say_bytes(bytes.substr(bytes.size() / 2), "the other half");
  slow.only<wire::DraftUpdateReceipt>([&] {
    std::vector<Heard> replies;
    for (Heard& one : slow.hear_all()) {
      if (!one.is_news()) replies.push_back(std::move(one));
    }
    return replies;
  }());
  late.accepted();
  bench.check_holds(line, late);
}

void half_frame_then_gone(Bench& bench) {
  Connection& gone = bench.connect(bench.party());
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const std::string bytes = net::spell({.payload = wire::encode(slot.update())}, kMask);
  gone.say_bytes(bytes.substr(0, bytes.size() - 1), "all but one byte");
  bench.patience().until([&] { return gone.raw().unsent_bytes() == 0; });
  gone.cut();
  line.hear_all();
  bench.check_empty(line, slot);
  bench.store(line, slot);
}

void close_is_answered(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  line.hear_all();
  line.leave();
  const Ending ending = line.wait_for_end();
  bench.check(ending.ended, "the connection ends", "it stays open", "stays-open");
  bench.judge_close(ending, 1000, "", false);
}

struct BadFrame {
  const char* slug;
  const char* title;
  std::function<void(Connection&, const std::string&)> act;
};

std::vector<BadFrame> bad_frames() {
  using net::RawFrame;
  const auto one = [](RawFrame frame) {
    return [=](Connection& line, const std::string& good) {
      RawFrame copy = frame;
      if (copy.payload.empty()) copy.payload = good;
      line.say_frame(copy);
    };
  };
  return {
      {"unmasked", "An unmasked frame ends the connection", one({.masked = false})},
      {"reserved-1", "The first reserved bit ends the connection", one({.reserved = 4})},
      {"reserved-3", "The last reserved bit ends the connection", one({.reserved = 1})},
      {"opcode-3", "An unknown data frame ends the connection", one({.opcode = 3})},
      {"opcode-11", "An unknown control frame ends the connection",
       one({.opcode = 11, .payload = "x"})},
      {"fragmented-ping", "A control frame in fragments ends the connection",
       one({.final = false, .opcode = net::kPingFrame, .payload = "x"})},
      {"long-ping", "A control frame of 126 bytes ends the connection",
       one({.opcode = net::kPingFrame, .payload = std::string(126, 'x')})},
      {"continuation-of-nothing", "A continuation of nothing ends the connection",
       one({.opcode = net::kContinuationFrame})},
      {"text-within-text", "A new message within fragments ends the connection",
       [](Connection& line, const std::string& good) {
         line.say_frame({.final = false, .payload = "{"});
         line.say_frame({.payload = good});
       }},
      {"close-of-one-byte", "A close with one byte ends the connection",
       one({.opcode = net::kCloseFrame, .payload = "x"})},
  };
}

void binary(Connection& line, const std::string& good) {
  line.say_frame({.opcode = net::kBinaryFrame, .payload = good});
}

void binary_fragments(Connection& line, const std::string& good) {
  line.say_frame({.final = false, .opcode = net::kBinaryFrame, .payload = good.substr(0, 10)});
  line.say_frame({.opcode = net::kContinuationFrame, .payload = good.substr(10)});
}

}  // namespace

std::vector<ServerCase> server_transport_cases() {
  std::vector<ServerCase> all;
  all.push_back(
      server_case("DP-CONN-001/handshake", "The upgrade is answered as RFC 6455 says", handshake));
  all.push_back(server_case("DP-CONN-001/no-key", "A request without a key is not upgraded",
                            bad_opening("Sec-WebSocket-Key: ", "X-Other: ")));
  all.push_back(server_case("DP-CONN-001/version-12",
                            "Another version of WebSocket is not upgraded",
                            bad_opening("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12")));
  all.push_back(
      server_case("DP-CONN-001/post", "Only GET is upgraded", bad_opening("GET ", "POST ")));
  all.push_back(server_case("DP-CONN-001/no-http", "What is not HTTP is not upgraded",
                            bad_opening("GET ", "\x01\x02\x03 ")));
  all.push_back(server_case("DP-CONN-001/fragments",
                            "A message in fragments arrives, a ping between them",
                            arrives(fragmented)));
  all.push_back(server_case("DP-CONN-001/empty-fragments", "Empty fragments are fragments",
                            arrives(empty_fragments)));
  all.push_back(server_case("DP-CONN-001/single-bytes", "A message that trickles in arrives",
                            arrives(in_single_bytes)));
  all.push_back(
      server_case("DP-CONN-001/long-length", "A length of eight octets is read", arrives(widest)));
  all.push_back(server_case("DP-CONN-001/half-frame", "Half a frame holds nobody else up",
                            half_frame, {"DP-OWN-006"}));
  all.push_back(server_case("DP-CONN-001/half-frame-gone", "Half a change is no change",
                            half_frame_then_gone));
  all.push_back(server_case("DP-CONN-001/close", "A close is answered", close_is_answered));
  for (BadFrame& bad : bad_frames()) {
    all.push_back(server_case(std::string("DP-CONN-001/") + bad.slug, bad.title,
                              ends_connection(std::move(bad.act), kProtocolError, false)));
  }
  all.push_back(server_case("DP-WIRE-015/binary", "A binary message is close 1003",
                            ends_connection(binary, kUnsupported, true)));
  all.push_back(server_case("DP-WIRE-015/binary-fragments", "So is one in fragments",
                            ends_connection(binary_fragments, kUnsupported, true)));
  return all;
}

}  // namespace dp::conformance
