#include "conformance/broken/server/judgement.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "conformance/suites/client/suite.h"
#include "conformance/suites/server/suite.h"
#include "conformance/verdict/requirement.h"

namespace dp::conformance {
namespace {

using Came = ScoreRow::Came;
constexpr std::chrono::milliseconds kReply{2'500};
constexpr std::chrono::milliseconds kReady{5'000};
constexpr std::size_t kWorkers = 4;  // within one suite

bool is_about(const CaseResult& one, const std::string& requirement) {
  const auto& all = one.about.requirements;
  return one.broken == requirement ||
         (one.broken.empty() && std::ranges::find(all, requirement) != all.end());
}

// A server that never says where it listens is found before any case is played.
bool never_started(const CaseResult& one, const std::string& requirement) {
  return one.verdict == Verdict::harness_error && requirement == "DP-RUN-001" &&
         (one.tag == "not_ready" || one.tag == "bad_ready_line");
}

bool catches(const CaseResult& one, const std::string& requirement) {
  if (never_started(one, requirement)) return true;
  const Requirement* about = find_requirement(requirement);
  const bool is_should = about != nullptr && about->binding == Binding::should;
  const bool failed = one.verdict == Verdict::fail || (is_should && one.verdict == Verdict::loose);
  // A control that fails after a case has kept its claim says nothing of that claim.
  const bool by_control = one.tag.starts_with("control-") && !is_server_probe(one.about);
  return failed && !by_control && is_about(one, requirement);
}

ServerSuiteOptions suite_options(const BrokenServer& server, const BrokenServersOptions& options) {
  ServerSuiteOptions suite;
  // exec: signals are for the server, and the shell is not to die of them first.
  suite.command = "exec " + options.command + " --break " + server.name;
  suite.rerun = "draftproof conform server --cmd '" + suite.command + "'";
  suite.seed = options.seed;
  suite.jobs = kWorkers;
  suite.reply = kReply;
  suite.ready = kReady;
  suite.stop = options.stop;
  return suite;
}

void note(ScoreRow& row, Came came, const CaseResult& one) {
  row.came = came;
  row.by = one.about.id;
  row.detail = one.expected + ", but " + one.actual;
}

void judge_wrong(const BrokenServer& server, const BrokenServersOptions& options, ScoreRow& row) {
  ServerSuiteOptions suite = suite_options(server, options);
  suite.requirement = server.requirement;
  for (const CaseResult& one : run_server_suite(suite).cases) {
    if (catches(one, server.requirement)) return note(row, Came::caught, one);
  }
  if (options.stop && options.stop()) return;
  suite.requirement.clear();
  for (const CaseResult& one : run_server_suite(suite).cases) {
    if (catches(one, server.requirement)) return note(row, Came::caught, one);
    if (is_red(one.verdict) && row.by.empty()) note(row, Came::by_bystander, one);
  }
}

void judge_twin(const BrokenServer& server, const BrokenServersOptions& options, ScoreRow& row) {
  row.came = Came::clean;
  ServerSuiteOptions suite = suite_options(server, options);
  suite.reply = std::chrono::milliseconds(10'000);
  for (std::size_t run = 0; run < options.twin_runs; ++run, ++suite.seed) {
    for (const CaseResult& one : run_server_suite(suite).cases) {
      if (is_red(one.verdict)) return note(row, Came::accused, one);
    }
  }
}

ScoreRow judge(const BrokenServer& server, const BrokenServersOptions& options) {
  ScoreRow row;
  row.name = server.name;
  row.requirement = server.requirement;
  row.what = server.what;
  row.grave = server.grave;
  const auto begin = std::chrono::steady_clock::now();
  server.is_twin() ? judge_twin(server, options, row) : judge_wrong(server, options, row);
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return row;
}

}  // namespace

std::vector<ScoreRow> judge_broken_servers(const BrokenServersOptions& options) {
  std::vector<const BrokenServer*> chosen;
  for (const BrokenServer& server : broken_servers()) {
    if (matches_glob(options.filter, server.name)) chosen.push_back(&server);
  }
  std::vector<ScoreRow> rows(chosen.size());
  std::vector<char> done(chosen.size(), 0);
  std::atomic<std::size_t> next{0};
  std::mutex telling;
  const auto work = [&] {
    for (std::size_t i = next++; i < chosen.size(); i = next++) {
      if (options.stop && options.stop()) return;
      ScoreRow row = judge(*chosen[i], options);
      const std::lock_guard lock(telling);
      if (options.on_row) options.on_row(row);
      rows[i] = std::move(row);
      done[i] = 1;
    }
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.jobs); ++i)
    workers.emplace_back(work);
  workers.clear();
  std::vector<ScoreRow> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (done[i] != 0) out.push_back(std::move(rows[i]));
  }
  return out;
}

}  // namespace dp::conformance
