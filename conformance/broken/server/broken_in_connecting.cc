// Wrong about connections, and about being a program.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {
namespace {

using Make = std::function<ServerSwitches()>;

BrokenServer broken(std::string name, std::string requirement, std::string what, Make make,
                    bool grave = false) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered_server(make()); }};
}

ServerSwitches closes_otherwise(std::uint16_t usual, std::uint16_t code,
                                const std::string& reason) {
  ServerSwitches out;
  out.effect = [=](Between& between, const server::Effect& effect) {
    const auto* close = std::get_if<server::Close>(&effect);
    if (close == nullptr || close->code != usual) return false;
    between.close(close->conn, code, reason.empty() ? close->reason : reason);
    return true;
  };
  return out;
}

ServerSwitches closes_by_reason(const std::string& usual, std::uint16_t code,
                                const std::string& reason) {
  ServerSwitches out;
  out.effect = [=](Between& between, const server::Effect& effect) {
    const auto* close = std::get_if<server::Close>(&effect);
    if (close == nullptr || close->reason != usual) return false;
    if (code != 0) between.close(close->conn, code, reason);
    return true;
  };
  return out;
}

// Says why before it closes, which tells a stranger that there is a server of drafts.
ServerSwitches speaks_before_closing(std::uint16_t usual) {
  ServerSwitches out;
  out.effect = [=](Between& between, const server::Effect& effect) {
    const auto* close = std::get_if<server::Close>(&effect);
    if (close == nullptr || close->code != usual) return false;
    between.send(close->conn, error_frame("internal", Json::object()).dump());
    return false;
  };
  return out;
}

ServerSwitches judges_before_the_upgrade() {
  ServerSwitches out;
  out.upgrade = [](const net::Upgrade& asked) {
    const char* profile = std::getenv("DRAFTPROOF_PROFILE");
    std::ifstream file(profile != nullptr ? profile : "");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return net::HttpReply{text.contains('"' + asked.token + '"') ? 101u : 401u, "{}"};
  };
  return out;
}

// Whoever shows a wrong token gets the account that was seen last.
ServerSwitches lets_anyone_in() {
  auto last = std::make_shared<AccountId>();
  ServerSwitches out;
  out.event = [last](Between& between, const server::Event& event) {
    const auto* judged = std::get_if<server::AuthJudged>(&event);
    if (judged == nullptr) return false;
    using Verdict = server::AuthJudged::Verdict;
    if (judged->verdict == Verdict::accepted) *last = judged->account;
    if (judged->verdict != Verdict::invalid) return false;
    between.tell_core(server::AuthJudged{judged->conn, Verdict::accepted, *last});
    return true;
  };
  return out;
}

// Reads the beginning of a token only.
ServerSwitches reads_half_a_token() {
  auto known = std::make_shared<std::map<std::string, AccountId>>();
  ServerSwitches out;
  out.event = [known](Between& between, const server::Event& event) {
    const auto* judged = std::get_if<server::AuthJudged>(&event);
    if (judged == nullptr) return false;
    using Verdict = server::AuthJudged::Verdict;
    const std::string& token = between.peers().at(judged->conn).token;
    if (judged->verdict == Verdict::accepted) (*known)[token] = judged->account;
    if (judged->verdict != Verdict::invalid) return false;
    for (const auto& [good, account] : *known) {
      if (token.empty() || !token.starts_with(good)) continue;
      between.tell_core(server::AuthJudged{judged->conn, Verdict::accepted, account});
      return true;
    }
    return false;
  };
  return out;
}

// Of receipts that are owed at one time the first comes last.
ServerSwitches swaps_answers() {
  auto owed = std::make_shared<std::map<ConnId, int>>();
  auto held = std::make_shared<std::map<ConnId, std::string>>();
  ServerSwitches out;
  out.hear = [owed](Between&, ConnId conn, Json& frame) {
    if (is(frame, "update_draft")) ++(*owed)[conn];
    return false;
  };
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "draft_update_receipt")) return false;
    const int left = --(*owed)[conn];
    if (left > 0 && !held->contains(conn)) {
      (*held)[conn] = frame.dump();
      return true;
    }
    const auto first = held->extract(conn);
    if (first.empty()) return false;
    between.send(conn, frame.dump());
    between.send(conn, first.mapped());
    return true;
  };
  return out;
}

// Keeps each announcement back until the next one of that connection.
ServerSwitches answers_out_of_order(const char* type, Micros at_most_us) {
  auto held = std::make_shared<std::map<ConnId, std::string>>();
  ServerSwitches out;
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    const auto before = held->extract(conn);
    if (!before.empty()) {
      const std::string& text = before.mapped();
      between.later(0, [&between, conn, text] { between.send(conn, text); });
    }
    if (!is(frame, type) || !before.empty()) return false;
    (*held)[conn] = frame.dump();
    between.later(at_most_us, [=, &between] {
      const auto kept = held->extract(conn);
      if (!kept.empty()) between.send(conn, kept.mapped());
    });
    return true;
  };
  return out;
}

std::vector<BrokenServer> broken_in_letting_in() {
  return {
      broken("token-before-upgrade", "DP-CONN-003", "refuses the upgrade of a bad token",
             judges_before_the_upgrade),
      broken("bad-token-closes-1000", "DP-CONN-004", "closes a bad token's connection with 1000",
             [] { return closes_otherwise(1008, 1000, ""); }),
      broken("bad-token-in-other-words", "DP-CONN-004", "gives another reason for it",
             [] { return closes_otherwise(1008, 1008, "who are you"); }),
      broken("speaks-to-strangers", "DP-CONN-004", "sends a frame before it closes",
             [] { return speaks_before_closing(1008); }),
      broken("lets-anyone-in", "DP-CONN-004", "takes any token for the last good one",
             lets_anyone_in, true),
      broken("reads-half-a-token", "DP-CONN-004", "takes a token with something behind it",
             reads_half_a_token, true),
      broken("no-answer-is-invalid", "DP-CONN-005", "takes a silent authority for a refusal",
             [] { return closes_otherwise(1011, 1008, "Invalid session"); }),
      broken("no-answer-is-told", "DP-CONN-005", "sends a frame before it closes with 1011",
             [] { return speaks_before_closing(1011); }),
  };
}

std::vector<BrokenServer> broken_while_connected() {
  return {
      broken("answers-out-of-order", "DP-CONN-010", "answers the last of many requests first",
             swaps_answers),
      broken("announces-out-of-order", "DP-CONN-011", "tells versions of a slot out of order",
             [] { return answers_out_of_order("chat_draft_updated", 300 * kMillisecond); }),
      broken("no-pong", "DP-CONN-012", "does not answer a ping", [] { return never_says("pong"); }),
      broken("idle-for-ever", "DP-CONN-015", "never closes a silent connection",
             [] { return closes_by_reason("idle_timeout", 0, ""); }),
      broken("idle-without-a-reason", "DP-CONN-015", "closes it with another reason",
             [] { return closes_by_reason("idle_timeout", 1001, "bye"); }),
      broken("idle-is-normal", "DP-CONN-015", "closes it with 1000",
             [] { return closes_by_reason("idle_timeout", 1000, "idle_timeout"); }),
      broken("buffers-for-ever", "DP-CONN-016", "buffers whatever a slow reader does not take",
             [] {
               return configured([](server::Config& config) {
                 config.max_outbound_bytes = std::size_t{1} << 40;
               });
             }),
      broken("slow-reader-is-idle", "DP-CONN-016", "closes a slow reader with 1001",
             [] { return closes_by_reason("slow_reader", 1001, "slow_reader"); }),
      broken("any-number-of-connections", "DP-CONN-017", "lets in any number of connections",
             [] {
               return configured(
                   [](server::Config& config) { config.max_connections_per_account = 1u << 20; });
             }),
      broken("too-many-unsaid", "DP-CONN-017", "closes one too many without an error",
             [] {
               ServerSwitches out;
               out.say = [](Between&, ConnId, Json& frame) {
                 return text_in(fields(frame), "code") == "too_many_connections";
               };
               return out;
             }),
      broken("leaves-without-goodbye", "DP-CONN-019", "closes with 1000 when it stops",
             [] { return closes_otherwise(1001, 1000, ""); }),
      broken("bad-frames-end-sessions", "DP-CONN-020", "closes with 1008 after an error",
             [] {
               ServerSwitches out;
               out.say = [](Between& between, ConnId conn, Json& frame) {
                 if (!is(frame, "error")) return false;
                 between.later(0,
                               [&between, conn] { between.close(conn, 1008, "protocol error"); });
                 return false;
               };
               return out;
             }),
      broken("overload-ends-sessions", "DP-CONN-016", "closes with 1008 what is over a limit",
             [] { return closes_otherwise(1013, 1008, ""); }),
  };
}

std::vector<BrokenServer> broken_as_a_program() {
  return {
      broken("talks-before-it-is-ready", "DP-RUN-001", "prints a greeting before the ready line",
             [] {
               ServerSwitches out;
               out.ready_line = [](std::string line) { return "Welcome!\n" + std::move(line); };
               return out;
             }),
      broken("ready-without-an-address", "DP-RUN-001", "does not say where it listens",
             [] {
               ServerSwitches out;
               out.ready_line = [](const std::string&) { return "{\"ready\":true}\n"; };
               return out;
             }),
      broken("never-ready", "DP-RUN-001", "does not say that it is ready",
             [] {
               ServerSwitches out;
               out.ready_line = [](const std::string&) { return ""; };
               return out;
             }),
      broken("stops-with-a-one", "DP-RUN-003", "ends with status 1 after SIGTERM",
             [] {
               ServerSwitches out;
               out.exit_status = [](int) { return 1; };
               return out;
             }),
      broken("calls-bad-settings-a-success", "DP-RUN-004", "ends with status 0 on a bad setting",
             [] {
               ServerSwitches out;
               out.exit_status = [](int) { return 0; };
               return out;
             }),
  };
}

std::vector<BrokenServer> broken_in_its_settings() {
  return {
      broken("takes-any-number", "DP-SET-001", "takes the default for a bad number",
             [] {
               ServerSwitches out;
               out.forgives_settings = true;
               return out;
             }),
      broken("no-health", "DP-RUN-005", "answers 404 to GET /health",
             [] {
               ServerSwitches out;
               out.http = [](const net::HttpReply&) { return net::HttpReply{404, "{}"}; };
               return out;
             }),
      broken(
          "writes-elsewhere", "DP-RUN-006", "leaves a file outside its folder",
          [] {
            ServerSwitches out;
            out.starting = [](const std::filesystem::path& folder) {
              const char* home = std::getenv("HOME");
              const std::filesystem::path place =
                  home != nullptr ? std::filesystem::path(home) : folder.parent_path();
              std::ofstream(place / "draft-server.state") << "started\n";
            };
            return out;
          },
          true),
      broken(
          "keeps-tokens", "DP-RUN-006", "writes tokens into its folder",
          [] {
            ServerSwitches out;
            out.event = [](Between& between, const server::Event& event) {
              if (const auto* opened = std::get_if<server::ConnOpened>(&event)) {
                std::ofstream(between.folder() / "sessions", std::ios::app)
                    << opened->token << "\n";
              }
              return false;
            };
            return out;
          },
          true),
      broken(
          "logs-tokens", "DP-PRIV-006", "logs the token of each connection",
          [] {
            ServerSwitches out;
            out.event = [](Between&, const server::Event& event) {
              if (const auto* opened = std::get_if<server::ConnOpened>(&event)) {
                std::fprintf(stderr, "connection with token %s\n", opened->token.c_str());
              }
              return false;
            };
            return out;
          },
          true),
      broken(
          "logs-frames", "DP-PRIV-006", "logs each frame it gets",
          [] {
            ServerSwitches out;
            out.hear_text = [](Between&, ConnId, const std::string& text) {
              std::fprintf(stderr, "frame %s\n", text.c_str());
              return false;
            };
            return out;
          },
          true),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_connecting() {
  std::vector<BrokenServer> all = broken_in_letting_in();
  for (auto part : {broken_while_connected(), broken_as_a_program(), broken_in_its_settings()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace dp::conformance
