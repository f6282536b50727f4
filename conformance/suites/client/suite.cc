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

// The adapter broke its own protocol: its client was not even met.
bool broke_protocol(const CaseResult& result) {
  static const std::vector<std::string> kBreach = {"closed",      "timeout",  "line_too_long",
                                                   "bad_reply",   "wrong_id", "unasked_output",
                                                   "cannot-start"};
  return std::ranges::find(kBreach, result.tag) != kBreach.end();
}

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
              folder / std::to_string(number), one.about.level == "L2");
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
                 one.about.id + "' --seed " + std::to_string(options.seed) +
                 (one.about.level == "L2" ? " --level L2" : "");
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
    breaches = broke_protocol(result) ? breaches + 1 : 0;
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

enum class Belief : std::uint8_t { believed, dishonest, unusable };

class Run {
 public:
  explicit Run(const ClientSuiteOptions& options) : options_(options), folder_(fresh_folder()) {
    out_.suite = "client";
    out_.level = options.level;
    out_.command = options.command;
    out_.seed = options.seed;
  }

  SuiteResult play() {
    const Belief belief = probe();
    if (belief != Belief::unusable) judge(belief == Belief::believed);
    out_.interrupted = options_.stop && options_.stop();
    out_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    return std::move(out_);
  }

 private:
  Belief probe();
  void judge(bool believed);
  CaseResult result_of(Player& player, const ClientCase& one, std::size_t number, bool believed);

  const ClientSuiteOptions& options_;
  std::filesystem::path folder_;
  Clock::time_point begin_ = Clock::now();
  SuiteResult out_;
};

// An adapter that breaks its own protocol leaves one result: what it broke, and how.
Belief Run::probe() {
  Player player{options_, folder_ / "probes", Crew(options_.command, options_.limits)};
  Belief belief = Belief::believed;
  std::size_t number = 0;
  for (const ClientCase& one : client_cases()) {
    if (!is_probe(one.about)) continue;
    CaseResult result = player.play(one, number++);
    if (broke_protocol(result)) {
      result.verdict = Verdict::harness_error;
      result.broken.clear();
      out_.cases.clear();
      belief = Belief::unusable;
    }
    // A client that breaks a rule of the watch is wrong, but its adapter may be believed.
    const bool good = result.verdict == Verdict::pass || result.verdict == Verdict::unsupported ||
                      result.tag == "watch";
    if (!good && belief == Belief::believed) belief = Belief::dishonest;
    if (options_.on_result) options_.on_result(result);
    out_.cases.push_back(std::move(result));
    if (belief == Belief::unusable) break;
  }
  const Introduction& told = player.crew.introduction();
  const bool wired = player.crew.can("wired");
  if (options_.level == "L2" && belief == Belief::believed && !wired) {
    belief = Belief::unusable;
    Case about{"probe/wired", {"DP-CONN-001"}, "The adapter can be wired", "L2", {"wired"}};
    out_.cases.push_back(not_judged({std::move(about), {}}, Verdict::untestable, "wired",
                                    "the capability wired is not declared"));
    if (options_.on_result) options_.on_result(out_.cases.back());
  }
  out_.implementation = told.implementation.empty() ? options_.command : told.implementation;
  if (!told.version.empty()) out_.implementation += " " + told.version;
  out_.capabilities = told.capabilities;
  return belief;
}

CaseResult Run::result_of(Player& player, const ClientCase& one, std::size_t number,
                          bool believed) {
  const bool late = Clock::now() - begin_ > options_.budget;
  if (late || (options_.stop && options_.stop())) {
    return not_judged(one, Verdict::untestable, "no-time", "the time was up");
  }
  if (!believed) {
    return not_judged(one, Verdict::untestable, "not-believed",
                      "the adapter failed an honesty probe");
  }
  return player.play(one, number);
}

void Run::judge(bool believed) {
  const std::vector<ClientCase> all = options_.level == "L2" ? wired_cases() : client_cases();
  std::vector<const ClientCase*> chosen;
  for (const ClientCase& one : all) {
    const bool wanted = !is_probe(one.about) && matches_glob(options_.filter, one.about.id) &&
                        concerns(one.about, options_.requirement);
    if (wanted) chosen.push_back(&one);
  }
  std::vector<std::optional<CaseResult>> results(chosen.size());
  std::atomic<std::size_t> next{0};
  std::mutex reporting;
  const auto work = [&](std::size_t worker) {
    Player player{options_, folder_ / std::to_string(worker),
                  Crew(options_.command, options_.limits)};
    for (std::size_t i = next++; i < chosen.size(); i = next++) {
      results[i] = result_of(player, *chosen[i], i, believed);
      const bool told = results[i]->tag != "no-time" && results[i]->tag != "not-believed";
      const std::lock_guard lock(reporting);
      if (options_.on_result && told) options_.on_result(*results[i]);
    }
  };
  std::vector<std::thread> workers;
  const std::size_t jobs =
      std::clamp<std::size_t>(options_.jobs, 1, std::max<std::size_t>(chosen.size(), 1));
  for (std::size_t i = 0; i < jobs; ++i) workers.emplace_back(work, i);
  for (std::thread& one : workers) one.join();
  for (auto& one : results) out_.cases.push_back(std::move(*one));
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
    join(all, durability_cases());
    join(all, store_cases());
    join(all, editor_cases());
    join(all, list_cases());
    join(all, outbox_cases());
    join(all, order_cases());
    join(all, hostile_cases());
    join(all, sealing_cases());
    join(all, merge_cases());
    join(all, interleaving_cases());
    join(all, patience_cases());
    join(all, memory_cases());
    join(all, replacement_cases());
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
  return Run(options).play();
}

}  // namespace dp::conformance
