#include "conformance/suites/client/url_only.h"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/suites/client/model_server.h"
#include "conformance/suites/client/suite.h"
#include "conformance/suites/client/watch.h"
#include "conformance/suites/client/wires.h"
#include "conformance/verdict/manifest.h"
#include "core/wire/codec.h"

namespace dp::conformance {
namespace {

constexpr Micros kLook = 50 * kMillisecond;
constexpr Micros kAfterward = 3 * kSecond;  // how long nobody may come back after 1008
constexpr std::size_t kTranscriptLines = 400;
constexpr std::size_t kTranscriptColumns = 2'000;
constexpr std::int64_t kWallStartMs = 1'767'225'600'000;

// What the wire showed; a requirement is judged by what it is about.
enum class Shown : std::uint8_t { frame, change, update, erasure, replay, message, again, ended };

struct Rule {
  std::string_view requirement;
  Shown needs;
};

constexpr auto kRules = std::to_array<Rule>({
    {"DP-CONN-001", Shown::frame},    {"DP-CONN-002", Shown::frame},
    {"DP-CONN-006", Shown::ended},    {"DP-CONN-007", Shown::again},
    {"DP-WIRE-008", Shown::frame},    {"DP-WIRE-016", Shown::change},
    {"DP-WIRE-017", Shown::change},   {"DP-FRAME-001", Shown::change},
    {"DP-FRAME-003", Shown::change},  {"DP-OUT-001", Shown::change},
    {"DP-OUT-002", Shown::change},    {"DP-OUT-011", Shown::replay},
    {"DP-SYNC-011", Shown::again},    {"DP-PREV-001", Shown::update},
    {"DP-PREV-002", Shown::update},   {"DP-PREV-005", Shown::update},
    {"DP-KEY-001", Shown::change},    {"DP-ENV-001", Shown::change},
    {"DP-ENV-006", Shown::change},    {"DP-ENV-007", Shown::update},
    {"DP-PAD-001", Shown::change},    {"DP-PAY-004", Shown::change},
    {"DP-SAVE-014", Shown::update},   {"DP-MERGE-010", Shown::update},
    {"DP-MERGE-017", Shown::erasure}, {"DP-PRIV-002", Shown::update},
});

class Judge {
 public:
  Judge(const UrlOnlyOptions& options, std::unique_ptr<Wires>& wires)
      : options_(options),
        vault_(options.seed),
        watch_(vault_),
        server_(options.seed, vault_.account(), vault_.cipher()),
        wires_(wires) {}

  const std::string& token() const { return token_; }
  Vault& vault() { return vault_; }
  void live();
  SuiteResult result();

 private:
  struct Peer {
    std::size_t device = 0;
    ConnId server_conn;
    std::set<std::string> asked;  // chats whose versions were asked for
  };
  void look();
  void hear(const WireEvent& event);
  void heard(std::uint64_t conn, Peer& peer, const std::string& text);
  void judge(Peer& peer, const wire::ClientFrame& frame);
  void remember_text(const SentChange& change);
  void carry();
  void keep(std::string_view mark, std::string_view text);
  CaseResult verdict(const ManifestRow& row) const;

  const UrlOnlyOptions& options_;
  std::string token_ = "token-of-the-harness";
  Vault vault_;
  Watch watch_;
  ModelServer server_;
  std::unique_ptr<Wires>& wires_;
  std::map<std::uint64_t, Peer> peers_;
  std::map<std::uint64_t, std::uint64_t> by_server_conn_;
  std::size_t connections_ = 0;
  std::set<Shown> shown_;
  std::set<std::string> stored_;  // chats that hold something of this client
  bool broken_once_ = false;
  bool finale_ = false;
  std::vector<std::string> transcript_;
};

void Judge::keep(std::string_view mark, std::string_view text) {
  if (transcript_.size() >= kTranscriptLines) return;
  transcript_.push_back(std::string(mark) + std::string(text.substr(0, kTranscriptColumns)));
}

void Judge::hear(const WireEvent& event) {
  using Kind = WireEvent::Kind;
  if (event.kind == Kind::attempt) {
    keep("? ", "an attempt to connect");
    const bool in_url = event.text.find(token_) != std::string::npos;
    if (in_url || event.token != token_) {
      watch_.breach("DP-CONN-002", "the token in a header, and not in the URL",
                    in_url ? "it is in the URL" : "it is nowhere");
    }
    if (finale_) watch_.breach("DP-CONN-006", "no attempt after 1008", "an attempt");
    if (broken_once_) shown_.insert(Shown::again);
    return;
  }
  if (event.kind == Kind::opened) {
    Peer peer{connections_++, server_.connect(), {}};
    watch_.connected(peer.device);
    by_server_conn_[peer.server_conn.value] = event.conn;
    peers_.emplace(event.conn, std::move(peer));
    return;
  }
  const auto at = peers_.find(event.conn);
  if (at == peers_.end()) return;
  if (event.kind == Kind::text) return heard(event.conn, at->second, event.text);
  if (event.kind != Kind::closed) return;
  server_.closed(at->second.server_conn);
  by_server_conn_.erase(at->second.server_conn.value);
  peers_.erase(at);
}

// What was typed is known once its envelope opened; from then on nothing may show it.
void Judge::remember_text(const SentChange& change) {
  const auto opened = vault_.open_draft(change.chat, change.sealed);
  if (opened) watch_.typed(draft::text_of(opened->draft));
}

void Judge::judge(Peer& peer, const wire::ClientFrame& frame) {
  if (const auto* versions = std::get_if<wire::GetDraftVersions>(&frame)) {
    for (const auto& one : versions->chats) peer.asked.insert(one.chat_id.text());
  }
  for (const SentChange& change : changes_of(frame)) {
    shown_.insert(change.kind == SentChange::Kind::update ? Shown::update : Shown::erasure);
    shown_.insert(Shown::change);
    if (change.replayed) shown_.insert(Shown::replay);
    if (change.kind == SentChange::Kind::send) shown_.insert(Shown::message);
    if (stored_.contains(change.chat) && !peer.asked.contains(change.chat)) {
      watch_.breach("DP-SYNC-011", "versions asked for before a change of a known slot",
                    "the change first");
    }
    peer.asked.insert(change.chat);
    stored_.insert(change.chat);
    remember_text(change);
  }
}

void Judge::heard(std::uint64_t conn, Peer& peer, const std::string& text) {
  keep("< ", text);
  watch_.sent(peer.device, text);
  if (const auto frame = wire::decode_client_frame(text, {})) {
    shown_.insert(Shown::frame);
    judge(peer, *frame);
  }
  server_.frame(peer.server_conn, text);
  carry();
  if (!broken_once_ && !stored_.empty()) {
    broken_once_ = true;
    keep("! ", "the harness breaks the connection");
    wires_->cut(conn);
  }
}

void Judge::carry() {
  for (ServerSaid& said : server_.take()) {
    const auto at = by_server_conn_.find(said.conn.value);
    if (at == by_server_conn_.end()) continue;
    const auto peer = peers_.find(at->second);
    if (peer == peers_.end()) continue;
    if (said.closes) {
      wires_->close(at->second, said.code, said.text);
      continue;
    }
    keep("> ", said.text);
    watch_.delivered(peer->second.device, said.text);
    wires_->send(at->second, said.text);
  }
}

void Judge::look() {
  wires_->wait(kLook);
  const Micros now_us = wires_->now_us();
  server_.set_now(now_us, kWallStartMs * kMillisecond + now_us);
  server_.fire();
  for (const WireEvent& event : wires_->take()) hear(event);
  carry();
}

void Judge::live() {
  const auto seconds = static_cast<Micros>(options_.time.count()) * kSecond;
  const auto stopped = [&] { return options_.stop && options_.stop(); };
  while (wires_->now_us() < seconds && !stopped()) look();
  const bool somebody = !peers_.empty();
  for (const auto& [conn, peer] : peers_) wires_->close(conn, 1008, "Invalid session");
  const Micros end = wires_->now_us() + kAfterward;
  if (!somebody) return;
  shown_.insert(Shown::ended);
  finale_ = true;
  while (wires_->now_us() < end) look();
}

CaseResult Judge::verdict(const ManifestRow& row) const {
  const std::string& id = row.requirement->id;
  CaseResult out;
  out.about = {id + "/wire", {id}, "On the wire alone", "L1", {}};
  const auto rule = std::ranges::find(kRules, id, &Rule::requirement);
  const auto breach = std::ranges::find(watch_.breaches(), id, &Breach::requirement);
  if (breach != watch_.breaches().end()) {
    out.verdict = Verdict::fail;
    out.tag = "watch";
    out.broken = id;
    out.expected = breach->expected;
    out.actual = breach->actual;
    out.transcript = transcript_;
    return out;
  }
  const bool observable = rule != kRules.end();
  if (observable && shown_.contains(rule->needs)) {
    out.verdict = Verdict::pass;
    return out;
  }
  out.verdict = Verdict::untestable;
  out.tag = observable ? "not-shown" : "not-observable";
  out.expected = "something to observe";
  out.actual = observable ? "the client did not come to it"
                          : "the wire does not show it: drive level L2 or L3 does";
  return out;
}

SuiteResult Judge::result() {
  SuiteResult out;
  out.suite = "client";
  out.level = "L1";
  out.implementation = "client at " + wires_->url();
  out.command = wires_->url();
  out.seed = options_.seed;
  std::vector<Case> cases;
  for (const ClientCase& one : client_cases()) cases.push_back(one.about);
  const Manifest manifest = manifest_of(Side::client, cases, client_exclusions());
  for (const ManifestRow& row : manifest.rows) {
    if (row.excluded.empty()) out.cases.push_back(verdict(row));
  }
  out.interrupted = options_.stop && options_.stop();
  out.seconds = static_cast<double>(wires_->now_us()) / static_cast<double>(kSecond);
  return out;
}

}  // namespace

Result<SuiteResult> judge_by_url(const UrlOnlyOptions& options) {
  std::unique_ptr<Wires> wires;
  Judge judge(options, wires);
  auto listening = Wires::listen(options.listen,
                                 [&](const std::string& token) { return token == judge.token(); });
  if (!listening) return std::unexpected(listening.error());
  wires = std::move(*listening);
  if (options.on_ready) {
    options.on_ready({wires->url() + "/ws", judge.token(), judge.vault().account_json()},
                     judge.vault());
  }
  judge.live();
  return judge.result();
}

}  // namespace dp::conformance
