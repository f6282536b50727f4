#include "conformance/broken/client/judgement.h"

#include <algorithm>
#include <chrono>

#include "conformance/suites/client/suite.h"

namespace dp::conformance {
namespace {

constexpr std::chrono::milliseconds kReply{2'500};

bool concerns(const CaseResult& one, const std::string& requirement) {
  const auto& all = one.about.requirements;
  return one.broken == requirement ||
         (one.broken.empty() && std::ranges::find(all, requirement) != all.end());
}

BrokenVerdict judge(const BrokenClient& client, const BrokenOptions& options) {
  ClientSuiteOptions suite;
  suite.command = options.adapter + " --broken " + client.name;
  suite.seed = options.seed;
  suite.jobs = options.jobs;
  suite.limits.reply = kReply;
  suite.requirement = client.requirement;
  suite.stop = options.stop;
  const SuiteResult result = run_client_suite(suite);
  BrokenVerdict out{&client, client.is_twin(), "", "", result.seconds};
  for (const CaseResult& one : result.cases) {
    if (client.is_twin()) {
      if (!is_red(one.verdict)) continue;
      out.good = false;
      out.detail = one.about.id + ": " + one.expected + ", but " + one.actual;
      break;
    }
    const bool dead = one.verdict == Verdict::harness_error && is_probe(one.about);
    if ((one.verdict != Verdict::fail && !dead) || !concerns(one, client.requirement)) continue;
    out.good = true;
    out.caught_by = one.about.id;
    out.detail = one.expected + ", but " + one.actual;
    break;
  }
  return out;
}

}  // namespace

std::vector<BrokenVerdict> judge_broken_clients(const BrokenOptions& options) {
  std::vector<BrokenVerdict> all;
  for (const BrokenClient& client : broken_clients()) {
    if (!matches_glob(options.filter, client.name)) continue;
    if (options.stop && options.stop()) break;
    all.push_back(judge(client, options));
    if (options.on_verdict) options.on_verdict(all.back());
  }
  return all;
}

std::string broken_markdown(const std::vector<BrokenVerdict>& verdicts) {
  std::string out = "| client | what it does | breaks | caught by |\n|---|---|---|---|\n";
  for (const BrokenVerdict& one : verdicts) {
    const BrokenClient& client = *one.client;
    out += "| `" + client.name + "` | " + client.what + (client.grave ? " (grave)" : "") + " | " +
           (client.is_twin() ? "nothing" : client.requirement) + " | ";
    if (client.is_twin()) {
      out += one.good ? "nothing, as it should be" : "**" + one.detail + "**";
    } else {
      out += one.good ? "`" + one.caught_by + "`" : "**nothing**";
    }
    out += " |\n";
  }
  return out;
}

}  // namespace dp::conformance
