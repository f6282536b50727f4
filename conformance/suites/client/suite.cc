#include "conformance/suites/client/suite.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

#include "conformance/suites/client/themes.h"
#include "conformance/verdict/requirement.h"

namespace dp::conformance {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBreachesMax = 3;  // in a row: dead, silent or babbling adapters cost seconds

void join(std::vector<ClientCase>& all, std::vector<ClientCase> theme) {
  std::ranges::move(theme, std::back_inserter(all));
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view id) {
  std::uint64_t sum = 0xcbf29ce484222325 ^ seed;
  for (const char c : id) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return sum;
}

std::filesystem::path fresh_folder() {
  std::random_device entropy;
  const auto name = "draftproof-client-" + std::to_string(entropy()) + std::to_string(entropy());
  return std::filesystem::temp_directory_path() / name;
}

struct Player {
  const ClientSuiteOptions& options;
  std::filesystem::path folder;
  Crew crew;
  std::size_t breaches = 0;

  CaseResult play(const ClientCase& one, std::size_t number);
  void judge(const ClientCase& one, std::size_t number, CaseResult& result);
  void conclude(Stage& stage, CaseResult& result, const std::optional<CaseEnd>& end);
};

void apply(CaseResult& result, const CaseEnd& end) {
  result.verdict = end.verdict;
  result.tag = end.tag;
  result.expected = end.expected;
  result.actual = end.actual;
  const bool red = end.verdict == Verdict::fail || end.verdict == Verdict::loose;
  if (red) result.broken = end.requirement.empty() ? result.about.requirements[0] : end.requirement;
}

void Player::conclude(Stage& stage, CaseResult& result, const std::optional<CaseEnd>& end) {
  result.verdict = Verdict::pass;
  if (stage.loose()) apply(result, *stage.loose());
  // What the watch saw counts everywhere, but a case that is about it goes first.
  const auto& seen = stage.watch().breaches();
  const auto mine = std::ranges::find_if(seen, [&](const Breach& one) {
    return std::ranges::find(result.about.requirements, one.requirement) !=
           result.about.requirements.end();
  });
  // A breach explains what came after it, so it is told in place of a text that never arrived.
  const bool explains = mine != seen.end() || (end && is_probe(result.about) && !seen.empty());
  if (explains || (!end && !seen.empty() && !is_probe(result.about))) {
    const Breach& shown = mine != seen.end() ? *mine : seen.front();
    apply(result, {Verdict::fail, "watch", shown.expected, shown.actual, shown.requirement});
  } else if (end) {
    apply(result, *end);
  }
}

void Player::judge(const ClientCase& one, std::size_t number, CaseResult& result) {
  Stage stage(crew, seed_of(options.seed, one.about.id), one.about.id,
              folder / std::to_string(number));
  std::optional<CaseEnd> end;
  try {
    one.play(stage);
  } catch (const CaseEnd& thrown) {
    end = thrown;
  }
  try {
    stage.finish();
  } catch (const CaseEnd& thrown) {
    if (!end) end = thrown;
  }
  conclude(stage, result, end);
  if (const auto adapter = crew.adapter(0)) {
    if (result.verdict != Verdict::pass) {
      result.transcript.assign((*adapter)->transcript().begin(), (*adapter)->transcript().end());
    }
    (*adapter)->forget_transcript();
  }
}

CaseResult Player::play(const ClientCase& one, std::size_t number) {
  const auto begin = Clock::now();
  CaseResult result;
  result.about = one.about;
  result.rerun = options.program + " conform client --adapter '" + options.command + "' --case '" +
                 one.about.id + "' --seed " + std::to_string(options.seed);
  const Result<Adapter*> adapter =
      breaches < kBreachesMax ? crew.adapter(0) : Result<Adapter*>(fail(Fault::peer, "given-up"));
  const auto missing = std::ranges::find_if(
      one.about.needs, [&](const std::string& need) { return !crew.can(need); });
  if (breaches >= kBreachesMax) {
    result.verdict = Verdict::harness_error;
    result.tag = "given-up";
    result.expected = "an adapter that keeps to its protocol";
    result.actual = "it broke it in three cases in a row";
  } else if (!adapter) {
    apply(result, {Verdict::harness_error, "cannot-start", "an adapter that starts",
                   adapter.error().code + " " + adapter.error().detail, ""});
    ++breaches;
  } else if (missing != one.about.needs.end()) {
    result.verdict = Verdict::unsupported;
    result.tag = *missing;
    result.expected = "the capability " + *missing;
    result.actual = "not declared";
  } else {
    judge(one, number, result);
    static const std::vector<std::string> kBreach = {"closed",      "timeout",  "line_too_long",
                                                     "bad_reply",   "wrong_id", "unasked_output",
                                                     "cannot-start"};
    const bool broke = std::ranges::find(kBreach, result.tag) != kBreach.end();
    breaches = broke ? breaches + 1 : 0;
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

CaseResult not_judged(const ClientCase& one, Verdict verdict, std::string tag, std::string why) {
  CaseResult result;
  result.about = one.about;
  result.verdict = verdict;
  result.tag = std::move(tag);
  result.actual = std::move(why);
  return result;
}

}  // namespace

bool concerns(const Case& about, std::string_view requirement) {
  const auto& all = about.requirements;
  return requirement.empty() || std::ranges::find(all, requirement) != all.end();
}

bool is_probe(const Case& about) {
  return about.id.starts_with("probe/");
}

const std::vector<ClientCase>& client_cases() {
  static const std::vector<ClientCase> kAll = [] {
    std::vector<ClientCase> all;
    join(all, probe_cases());
    join(all, connection_cases());
    join(all, wire_cases());
    join(all, saving_cases());
    join(all, store_cases());
    join(all, editor_cases());
    join(all, list_cases());
    join(all, outbox_cases());
    join(all, order_cases());
    join(all, hostile_cases());
    join(all, sealing_cases());
    join(all, merge_cases());
    join(all, interleaving_cases());
    return all;
  }();
  return kAll;
}

bool matches_glob(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (matches_glob(glob.substr(1), text.substr(i))) return true;
    }
    return false;
  }
  if (text.empty() || (glob.front() != '?' && glob.front() != text.front())) return false;
  return matches_glob(glob.substr(1), text.substr(1));
}

SuiteResult run_client_suite(const ClientSuiteOptions& options) {
  const auto begin = Clock::now();
  const std::filesystem::path folder = fresh_folder();
  std::vector<const ClientCase*> chosen;
  std::vector<const ClientCase*> probes;
  for (const ClientCase& one : client_cases()) {
    if (is_probe(one.about)) {
      probes.push_back(&one);
    } else if (matches_glob(options.filter, one.about.id) &&
               concerns(one.about, options.requirement)) {
      chosen.push_back(&one);
    }
  }
  SuiteResult out;
  out.suite = "client";
  out.level = "L3";
  out.command = options.command;
  out.seed = options.seed;
  const auto report = [&](CaseResult result) {
    if (options.on_result) options.on_result(result);
    out.cases.push_back(std::move(result));
  };
  Player first{options, folder / "probes", Crew(options.command, options.limits)};
  bool believed = true;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    CaseResult result = first.play(*probes[i], i);
    // A client that breaks a rule of the watch is wrong, but its adapter may be believed.
    const bool good = result.verdict == Verdict::pass || result.verdict == Verdict::unsupported ||
                      result.tag == "watch";
    believed = believed && good;
    report(std::move(result));
  }
  const Introduction& told = first.crew.introduction();
  out.implementation = told.implementation + (told.version.empty() ? "" : " " + told.version);
  out.capabilities = told.capabilities;

  std::vector<std::optional<CaseResult>> results(chosen.size());
  std::atomic<std::size_t> next{0};
  std::mutex reporting;
  const auto work = [&](std::size_t worker) {
    Player player{options, folder / std::to_string(worker), Crew(options.command, options.limits)};
    for (std::size_t i = next++; i < chosen.size(); i = next++) {
      const bool late = Clock::now() - begin > options.budget;
      const bool stopped = options.stop && options.stop();
      if (late || stopped) {
        results[i] = not_judged(*chosen[i], Verdict::untestable, "no-time", "the time was up");
      } else if (!believed) {
        results[i] = not_judged(*chosen[i], Verdict::untestable, "not-believed",
                                "the adapter failed an honesty probe");
      } else {
        results[i] = player.play(*chosen[i], i);
      }
      const std::lock_guard lock(reporting);
      if (options.on_result && !late && !stopped && believed) options.on_result(*results[i]);
    }
  };
  std::vector<std::thread> workers;
  const std::size_t jobs =
      std::clamp<std::size_t>(options.jobs, 1, std::max<std::size_t>(chosen.size(), 1));
  for (std::size_t i = 0; i < jobs; ++i) workers.emplace_back(work, i);
  for (std::thread& one : workers) one.join();
  for (auto& one : results) out.cases.push_back(std::move(*one));
  out.interrupted = options.stop && options.stop();
  out.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return out;
}

}  // namespace dp::conformance
