// Section 2: sessions, pings, limits of a connection and how each ends.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

constexpr std::uint16_t kGoingAway = 1001;
constexpr std::uint16_t kPolicy = 1008;
constexpr std::uint16_t kInternal = 1011;
constexpr std::uint16_t kTryLater = 1013;

// ---- tokens -------------------------------------------------------------------------------------

void check_no_session(Bench& bench, Connection& line, std::uint16_t code, std::string_view reason) {
  line.must_open();
  const std::optional<Heard> heard = line.next();
  bench.check(!heard, "no frame before the close", heard ? heard->text : "", "frame");
  const Ending ending = line.wait_for_end();
  bench.check(ending.ended || ending.code > 0, "the connection is closed", "it stays open",
              "stays-open");
  bench.judge_close(ending, code, reason);
}

auto bad_token(std::function<std::string(const std::string&)> spoil) {
  return [=](Bench& bench) {
    Connection& line = bench.attempt(spoil(bench.party().token()));
    check_no_session(bench, line, kPolicy, "Invalid session");
    Connection& good = bench.attempt(bench.party().token());
    good.must_open();
    good.hear_all();
  };
}

void token_in_the_url(Bench& bench) {
  net::UpgradeRequest request = bench.request_for("");
  request.url.path += "?token=" + bench.party().token();
  check_no_session(bench, bench.attempt_bytes(net::upgrade_request(request)), kPolicy,
                   "Invalid session");
}

void bad_token_as_protocol(Bench& bench) {
  check_no_session(bench, bench.attempt(bench.party().token() + "x", true), kPolicy,
                   "Invalid session");
}

void token_as_protocol(Bench& bench) {
  Connection& line = bench.attempt(bench.party().token(), true);
  line.must_open();
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.check_holds(line, slot);
}

void upgraded_before_judged(Bench& bench) {
  Connection& line = bench.attempt("nobody-has-this-token");
  bench.check(line.opened(), "status 101, whatever the token",
              "status " + std::to_string(line.raw().answer().status), "no-upgrade");
  const Ending ending = line.wait_for_end();
  bench.check(ending.ended || ending.code > 0, "then the connection is closed", "it stays open",
              "stays-open");
}

void unanswered(Bench& bench) {
  const SubjectAccount& account = bench.party().account();
  if (account.unanswered_tokens.empty()) {
    throw CaseOver{Verdict::unsupported, "unanswered",
                   "a token the authority cannot be asked about", "the profile has none", ""};
  }
  Connection& line = bench.attempt(account.unanswered_tokens[0]);
  check_no_session(bench, line, kInternal, "");
}

void two_tokens(Bench& bench) {
  if (bench.party().account().tokens.size() < 2) {
    throw CaseOver{Verdict::untestable, "tokens", "two tokens of one account",
                   "the profile has one", ""};
  }
  Connection& first = bench.connect(bench.party());
  Connection& second = bench.attempt(bench.party().token(1));
  second.must_open();
  Slot slot = bench.party().slot();
  bench.store(first, slot);
  bench.check_holds(second, slot);
  second.await<wire::ChatDraftUpdated>();
}

// ---- order and pings ----------------------------------------------------------------------------

void in_order(Bench& bench) {
  constexpr int kRounds = 15;
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  std::vector<Version> expected;
  for (int i = 0; i < kRounds; ++i) {
    line.say(slot.update());
    slot.accepted();
    line.say(slot.details());
    expected.push_back(slot.version);
  }
  const std::vector<Heard> heard = line.hear_all();
  bench.check_number(expected.size() * 2, heard.size(), "the number of answers");
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto* receipt = heard[2 * i].as<wire::DraftUpdateReceipt>();
    const auto* details = heard[2 * i + 1].as<wire::ChatDetails>();
    bench.check(receipt != nullptr && details != nullptr, "receipt and details in turn",
                Connection::described(heard), "wrong-order");
    bench.check_number(expected[i], receipt->draft_v, "the receipt's version");
    bench.check_number(expected[i], details->draft_v, "the version read right after it");
  }
}

void news_in_order(Bench& bench) {
  constexpr Version kRounds = 20;
  Connection& writer = bench.connect(bench.party());
  Connection& reader = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (Version i = 1; i <= kRounds; ++i) {
    if (i % 5 == 0) {
      writer.say(slot.deletion());
    } else {
      writer.say(slot.update());
    }
    slot.accepted();
  }
  writer.hear_all();
  for (Version i = 1; i <= kRounds; ++i) {
    if (i % 5 == 0) {
      const auto told = reader.await<wire::DraftDeleted>();
      bench.check_number(i, told.draft_v.value_or(0), "the version of the deletion told");
    } else {
      bench.check_number(i, reader.await<wire::ChatDraftUpdated>().draft_v, "the version told");
    }
  }
}

auto ping(std::string text) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    line.say_text(text);
    const std::optional<Heard> heard = line.next();
    bench.check(heard && heard->as<wire::Pong>() != nullptr, "pong",
                heard ? heard->text : "nothing", "no-pong");
    bench.check(line.hear_all().empty(), "one pong for one ping", "more", "two-pongs");
  };
}

void transport_ping(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  line.say_frame({.opcode = net::kPingFrame, .payload = "are you there"});
  line.hear_all();
  bench.patience().until([&] { return !line.transport_pongs().empty(); });
  bench.check(!line.transport_pongs().empty(), "a pong frame", "none", "no-pong-frame");
  bench.check_text("are you there", line.transport_pongs().front(), "its payload");
}

// ---- limits of a connection ---------------------------------------------------------------------

void idle(Bench& bench) {
  const Micros idle_us = bench.limit("idle_timeout_ms") * kMillisecond;
  constexpr Micros kLongestUs = 10 * kSecond;
  if (idle_us > kLongestUs) {
    throw CaseOver{Verdict::not_applicable, "idle-too-long", "idle_timeout_ms of at most 10000",
                   std::to_string(idle_us / kMillisecond), ""};
  }
  Connection& silent = bench.connect(bench.party());
  Connection& busy = bench.connect(bench.party());
  pass_time(bench, busy, idle_us / 2);
  bench.check(silent.is_open(), "open for half of the time", silent.ending().how, "too-early");
  pass_time(bench, busy, idle_us * 3 / 4);
  bench.patience().until([&] { return !silent.is_open(); }, 2 * kSecond);
  bench.check(!silent.is_open(), "the silent connection is closed", "it is open", "stays-open");
  bench.judge_close(silent.wait_for_end(), kGoingAway, "idle_timeout");
  busy.hear_all();
}

// Its reader does not read, while another connection's changes are to be told to it.
void slow_reader(Bench& bench) {
  constexpr std::size_t kTextBytes = 40'000;
  constexpr int kChanges = 150;
  const std::size_t bound = bench.size_limit("max_outbound_bytes");
  if (bound > (1u << 20)) {
    throw CaseOver{Verdict::not_applicable, "bound-too-large", "max_outbound_bytes up to 1 MiB",
                   std::to_string(bound), ""};
  }
  net::UpgradeRequest request = bench.request_for(bench.party().token());
  Connection& slow = bench.attempt_order({.url = bench.url(),
                                          .request = net::upgrade_request(request),
                                          .receive_buffer_bytes = 65'536});
  slow.must_open();
  slow.hear_all();
  slow.raw().pause(true);
  Connection& writer = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (int i = 0; i < kChanges; ++i) {
    writer.answer<wire::DraftUpdateReceipt>(slot.update(std::string(kTextBytes, 'a' + i % 26)));
    slot.accepted();
  }
  slow.raw().pause(false);
  const Ending ending = slow.wait_for_end();
  bench.check(ending.ended || ending.code > 0, "the connection that does not read is closed",
              "it is open", "stays-open");
  bench.judge_close(ending, kTryLater, "slow_reader");
  bench.check_holds(writer, slot);
}

void too_many_connections(Bench& bench) {
  const std::size_t most = bench.size_limit("max_connections_per_account");
  constexpr std::size_t kMost = 100;
  if (most > kMost) {
    throw CaseOver{Verdict::not_applicable, "limit-too-high", "at most 100 connections",
                   std::to_string(most), ""};
  }
  std::vector<Connection*> open;
  for (std::size_t i = 0; i < most; ++i) {
    open.push_back(&bench.connect(bench.party()));
    open.back()->hear_all();
  }
  Connection& extra = bench.attempt(bench.party().token());
  extra.must_open();
  const std::optional<Heard> heard = extra.next();
  const auto* error = heard ? heard->as<wire::ErrorFrame>() : nullptr;
  bench.check(error != nullptr && error->code == wire::ErrorCode::too_many_connections,
              "error too_many_connections", heard ? heard->text : extra.ending().how,
              "wrong-answer");
  const Ending ending = extra.wait_for_end();
  bench.check(ending.ended || ending.code > 0, "then it is closed", "it is open", "stays-open");
  bench.judge_close(ending, kTryLater);
  for (Connection* one : open) one->hear_all();
  Connection& stranger = bench.connect(bench.stranger());
  stranger.hear_all();
  open.back()->leave();
  open.back()->wait_for_end();
  bench.connect_when_there_is_room(bench.party());
}

// ---- the end ------------------------------------------------------------------------------------

void graceful(Bench& bench) {
  Connection& first = bench.connect(bench.party());
  Connection& second = bench.connect(bench.stranger());
  Slot slot = bench.party().slot();
  Slot deleted = bench.party().slot();
  bench.store(first, slot);
  bench.store(first, slot);
  bench.store(first, deleted);
  bench.remove(first, deleted);
  bench.subject().program().terminate();
  const Ending ending = first.wait_for_end();
  bench.check(second.wait_for_end().ended, "every connection is closed", "one stays open",
              "stays-open");
  bench.judge_close(ending, kGoingAway);
  bench.check_number(kGoingAway, second.ending().code, "the code of the other close");
  const auto end = bench.subject().program().wait_for_end(std::chrono::seconds(15));
  bench.check(end.has_value(), "the program ends", "it runs on", "runs-on");
  const auto again = bench.subject().launch();
  bench.check(again.has_value(), "it starts again", again ? "" : again.error().detail, "no-start");
  Connection& after = bench.connect(bench.party());
  bench.check_holds(after, slot);
  bench.check_holds(after, deleted);
}

// None of these ends the session at the client.
void never_1008(Bench& bench) {
  const auto provoke = [&](const std::function<void(Connection&)>& act) {
    Connection& line = bench.connect(bench.party());
    line.hear_all();
    act(line);
    line.say_text(R"({"type":"ping"})");
    for (auto heard = line.next(); heard && !heard->as<wire::Pong>(); heard = line.next()) {
    }
    bench.check(line.ending().code != kPolicy, "another code than 1008", "1008", "1008");
  };
  const std::string chat = bench.party().slot().chat;
  provoke([](Connection& line) { line.say_text("no json"); });
  provoke([](Connection& line) { line.say_text(R"({"type":"sesame"})"); });
  provoke(
      [](Connection& line) { line.say_frame({.opcode = net::kBinaryFrame, .payload = "binary"}); });
  provoke([](Connection& line) { line.say_frame({.payload = "\xff\xfe"}); });
  provoke([](Connection& line) { line.say_frame({.masked = false, .payload = "{}"}); });
  provoke([&](Connection& line) {
    line.say_text(R"({"type":"get_chat_details","payload":{"chat_id":")" + chat + "x\"}}");
  });
}

}  // namespace

std::vector<ServerCase> server_connection_cases() {
  std::vector<ServerCase> all;
  all.push_back(server_case("DP-CONN-003/upgraded-first",
                            "The upgrade is complete whatever the token", upgraded_before_judged));
  all.push_back(server_case("DP-CONN-003/token-as-protocol",
                            "A token in Sec-WebSocket-Protocol is as good as one in Authorization",
                            token_as_protocol));
  all.push_back(server_case("DP-CONN-003/two-tokens",
                            "Two tokens of an account are two devices of it", two_tokens));
  const auto token = [&](const char* slug, const char* title,
                         std::function<std::string(const std::string&)> spoil) {
    all.push_back(
        server_case(std::string("DP-CONN-004/") + slug, title, bad_token(std::move(spoil))));
  };
  token("unknown", "An unknown token is no session",
        [](const std::string&) { return std::string("nobody-has-this-token"); });
  token("none", "No token is no session", [](const std::string&) { return std::string(); });
  token("one-more", "A token with one character more is no session",
        [](const std::string& good) { return good + "x"; });
  token("cut", "A token cut short is no session",
        [](const std::string& good) { return good.substr(0, good.size() - 1); });
  token("long", "A token of 2000 characters is no session",
        [](const std::string&) { return std::string(2'000, 'x'); });
  all.push_back(server_case("DP-CONN-004/as-protocol", "A bad token as a protocol is no session",
                            bad_token_as_protocol));
  all.push_back(
      server_case("DP-CONN-004/in-the-url", "A token in the address is none", token_in_the_url));
  all.push_back(server_case("DP-CONN-005/unanswered",
                            "An authority that cannot be asked is close 1011", unanswered));
  all.push_back(server_case("DP-CONN-010/pipelined",
                            "Requests sent at once are answered in their order", in_order));
  all.push_back(
      server_case("DP-CONN-011/twenty", "Twenty changes are told in their order", news_in_order));
  all.push_back(server_case("DP-CONN-012/ping", "A ping is answered", ping(R"({"type":"ping"})")));
  all.push_back(server_case("DP-CONN-012/envelope-b", "A ping in envelope B is answered",
                            ping(R"({"event":"ping"})")));
  all.push_back(server_case("DP-CONN-012/with-payload", "What a ping carries is ignored",
                            ping(R"({"type":"ping","payload":{"at":1},"x":[null]})")));
  all.push_back(server_case("DP-CONN-001/transport-ping",
                            "A ping frame is answered by a pong frame", transport_ping));
  all.push_back(
      server_case("DP-CONN-015/idle", "A silent connection is closed, a busy one is not", idle)
          .with({{"idle_timeout_ms", 600}}));
  all.push_back(
      server_case("DP-CONN-016/slow-reader", "Whoever does not read is cut off", slow_reader)
          .with({{"max_outbound_bytes", 65'536}}));
  all.push_back(server_case("DP-CONN-017/too-many", "One connection too many is refused",
                            too_many_connections)
                    .with({{"max_connections_per_account", 3}}));
  all.push_back(server_case("DP-CONN-019/graceful",
                            "A graceful stop loses nothing and says goodbye", graceful)
                    .alone());
  all.push_back(server_case("DP-CONN-020/never-1008", "No misbehaviour of a valid session is 1008",
                            never_1008));
  return all;
}

}  // namespace dp::conformance
