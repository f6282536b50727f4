#include "conformance/suites/server/suite.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

#include "conformance/suites/client/suite.h"
#include "conformance/suites/server/lobby.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kDeathsMax = 8;  // of shared servers; then nothing more is asked of them

std::uint64_t seed_of(std::uint64_t seed, std::string_view id) {
  std::uint64_t sum = 0xcbf29ce484222325 ^ seed;
  for (const char c : id) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return sum;
}

std::filesystem::path fresh_folder() {
  std::random_device entropy;
  const auto name = "draftproof-server-" + std::to_string(entropy()) + std::to_string(entropy());
  return std::filesystem::temp_directory_path() / name;
}

struct Job {
  const ServerCase* one = nullptr;
  std::size_t ordinal = 0;  // which accounts are its
};

class ServerPlayer {
 public:
  ServerPlayer(const ServerSuiteOptions& options, Lobby& lobby, std::size_t worker)
      : options_(options), lobby_(lobby), worker_(worker) {}

  CaseResult play(const Job& job);
  // Why an address cannot be judged, for which its server is not to blame: nobody can connect to
  // it, or it does not know an account of the profile.
  std::optional<CaseOver> stranger(Subject& subject);

 private:
  std::uint64_t seed_of_case(const std::string& id) const;
  void play_on(const Job& job, const std::shared_ptr<Subject>& subject, CaseResult& result);
  bool play_again(const Job& job, CaseResult& result);

  const ServerSuiteOptions& options_;
  Lobby& lobby_;
  std::size_t worker_;
  std::size_t played_ = 0;
};

void apply(CaseResult& result, const CaseOver& over) {
  result.verdict = over.verdict;
  result.tag = over.tag;
  result.expected = over.expected;
  result.actual = over.actual;
  const bool red = over.verdict == Verdict::fail || over.verdict == Verdict::loose;
  if (red) {
    result.broken = over.requirement.empty() ? result.about.requirements[0] : over.requirement;
  }
}

// What broke a rule of every case counts everywhere, but a case that is about it says it first.
void conclude(Bench& bench, const std::optional<CaseOver>& over, CaseResult& result) {
  result.verdict = Verdict::pass;
  result.close = bench.close();
  if (bench.loose()) apply(result, *bench.loose());
  if (result.close.verdict == Verdict::fail) {
    apply(result, {Verdict::fail, "close", result.close.expected, result.close.actual, ""});
  }
  const auto& breaches = bench.book().breaches;
  const auto mine = std::ranges::find_if(breaches, [&](const CaseBook::Breach& one) {
    return concerns(result.about, one.requirement);
  });
  if (mine != breaches.end() || (!over && !breaches.empty())) {
    const CaseBook::Breach& shown = mine != breaches.end() ? *mine : breaches.front();
    apply(result, {Verdict::fail, "watch", shown.expected, shown.actual, shown.requirement});
  } else if (over) {
    apply(result, *over);
  }
  if (result.verdict != Verdict::pass) result.transcript = bench.book().transcript;
}

// What an address was given stays there, so each run gives it something new.
std::uint64_t ServerPlayer::seed_of_case(const std::string& id) const {
  return seed_of(options_.seed, lobby_.starts_programs() ? id : lobby_.folder().string() + id);
}

std::optional<CaseOver> ServerPlayer::stranger(Subject& subject) {
  constexpr std::uint16_t kInvalidSession = 1008;
  for (const SubjectAccount& account : options_.accounts) {
    net::Loop loop;
    const auto answer_us = static_cast<Micros>(std::chrono::microseconds(options_.reply).count());
    Bench bench({.loop = loop,
                 .subject = subject,
                 .accounts = {account},
                 .seed = options_.seed,
                 .folder = {},
                 .answer_us = answer_us,
                 .case_us = answer_us,
                 .stop = options_.stop});
    Connection& line = bench.attempt(account.tokens.at(0));
    const bool opened = line.opened();
    if (!line.reached()) {
      const std::string how = line.never_opened();
      const bool advise = how.starts_with("certificate");
      return CaseOver{Verdict::harness_error, "unreachable", "somebody who listens at the address",
                      how + (advise ? "; --ca names the authority that is trusted" : ""), ""};
    }
    if (!opened) return std::nullopt;
    line.say_text(R"({"type":"ping"})");
    if (line.next() || line.ending().code != kInvalidSession) continue;
    return CaseOver{Verdict::harness_error, "unknown-account",
                    "a server that knows the accounts of the profile",
                    "it does not accept the token of " + account.name + ": " + line.ending().how,
                    ""};
  }
  return std::nullopt;
}

void ServerPlayer::play_on(const Job& job, const std::shared_ptr<Subject>& subject,
                           CaseResult& result) {
  net::Loop loop;
  const auto as_micros = [](auto span) {
    return static_cast<Micros>(std::chrono::microseconds(span).count());
  };
  Bench bench({.loop = loop,
               .subject = *subject,
               .accounts = lobby_.accounts(job.ordinal, worker_),
               .seed = seed_of_case(job.one->about.id),
               .folder = lobby_.folder() /
                         ("case-" + std::to_string(worker_) + "-" + std::to_string(++played_)),
               .answer_us = as_micros(options_.reply),
               .case_us = as_micros(options_.case_budget),
               .stop = options_.stop});
  std::optional<CaseOver> over;
  try {
    job.one->play(bench);
    if (bench.wants_control()) bench.control();
  } catch (const CaseOver& thrown) {
    over = thrown;
  }
  if (over && over->verdict == Verdict::fail && !job.one->own && subject->is_program()) {
    // A connection that broke off is heard of before the end of its process.
    const std::chrono::milliseconds patience(over->tag.ends_with("ended") ? 200 : 0);
    if (const auto how = subject->program().wait_for_end(patience)) {
      over->actual +=
          "; the server died meanwhile (" + *how + "): " + tail_of(subject->program().errors());
    }
  }
  conclude(bench, over, result);
}

// By itself, on a server of its own. False if that could not be had.
bool ServerPlayer::play_again(const Job& job, CaseResult& result) {
  auto subject = lobby_.own(*job.one, job.ordinal);
  if (!subject) return false;
  CaseResult again;
  again.about = result.about;
  play_on(job, *subject, again);
  if (is_red(again.verdict) == is_red(result.verdict)) {
    std::swap(result, again);
    return true;
  }
  result.verdict = Verdict::flaky;
  result.actual += "; when it was played again by itself: " + std::string(name(again.verdict));
  return true;
}

CaseResult ServerPlayer::play(const Job& job) {
  const auto begin = Clock::now();
  CaseResult result;
  result.about = job.one->about;
  const bool program = lobby_.starts_programs();
  if (job.one->about.level == "S2" && !program) {
    apply(result, {Verdict::not_applicable, "program", "a program that the suite starts (--cmd)",
                   "an address", ""});
  } else if (lobby_.deaths() > kDeathsMax) {
    apply(result, {Verdict::harness_error, "given-up", "a server that stays alive",
                   "it died " + std::to_string(lobby_.deaths()) + " times", ""});
  } else {
    auto subject =
        job.one->own ? lobby_.own(*job.one, job.ordinal) : lobby_.shared(job.one->limits);
    if (!subject) {
      apply(result, {Verdict::harness_error, subject.error().code, "a server that starts",
                     subject.error().detail, ""});
    } else {
      play_on(job, *subject, result);
      const bool stopped = options_.stop && options_.stop();
      if (result.verdict == Verdict::fail && program && !stopped) {
        if (job.one->own) subject->reset();
        const bool died = !job.one->own && !(*subject)->alive();
        const CaseResult first = result;
        play_again(job, result);
        // Somebody else may have killed the server that this case shared.
        if (died && result.verdict == Verdict::flaky) {
          result = first;
          result.verdict = Verdict::pass;
          result.tag.clear();
          result.broken.clear();
          result.expected.clear();
          result.actual.clear();
          result.transcript.clear();
        }
      }
    }
  }
  result.rerun = options_.rerun + " --case '" + job.one->about.id + "' --seed " +
                 std::to_string(options_.seed);
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

CaseResult not_judged(const ServerCase& one, std::string tag, std::string why) {
  CaseResult result;
  result.about = one.about;
  result.verdict = Verdict::untestable;
  result.tag = std::move(tag);
  result.actual = std::move(why);
  return result;
}

LobbyOrder lobby_order(const ServerSuiteOptions& options, std::filesystem::path folder) {
  LobbyOrder order;
  order.command = options.command;
  order.url = options.url;
  order.ca_file = options.ca_file;
  order.folder = std::move(folder);
  order.profile_accounts = options.accounts;
  order.profile_limits = options.limits;
  order.seed = options.seed;
  order.ready_within = options.ready;
  order.stop = options.stop;
  return order;
}

class ServerRun {
 public:
  explicit ServerRun(const ServerSuiteOptions& options)
      : options_(options),
        begin_(Clock::now()),
        folder_(fresh_folder()),
        lobby_(lobby_order(options, folder_), choose()) {}
  ~ServerRun() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ServerRun(const ServerRun&) = delete;
  ServerRun& operator=(const ServerRun&) = delete;

  SuiteResult run();

 private:
  std::size_t choose();
  void report(CaseResult result);
  void give_up(const CaseOver& why);
  bool probe();
  void play_chosen(bool believed);
  CaseResult judge(ServerPlayer& player, const Job& job, bool believed, bool& shown);

  const ServerSuiteOptions& options_;
  Clock::time_point begin_;
  std::vector<Job> probes_;
  std::vector<Job> chosen_;
  std::filesystem::path folder_;
  Lobby lobby_;
  SuiteResult out_;
};

std::size_t ServerRun::choose() {
  std::size_t ordinal = 0;
  for (const ServerCase& one : server_cases()) {
    if (is_server_probe(one.about)) {
      probes_.push_back({&one, ordinal++});
    } else if (matches_glob(options_.filter, one.about.id) &&
               concerns(one.about, options_.requirement) &&
               (!options_.smoke || is_smoke(one.about))) {
      chosen_.push_back({&one, ordinal++});
    }
  }
  return ordinal;
}

void ServerRun::report(CaseResult result) {
  if (options_.on_result) options_.on_result(result);
  out_.cases.push_back(std::move(result));
}

void ServerRun::give_up(const CaseOver& why) {
  CaseResult result;
  result.about = probes_[0].one->about;
  apply(result, why);
  result.rerun = options_.rerun;
  report(std::move(result));
  chosen_.clear();
}

// Whether the rest is worth asking.
bool ServerRun::probe() {
  const auto started = lobby_.shared({});
  if (!started) {
    give_up({Verdict::harness_error, started.error().code, "a server that starts",
             started.error().detail, ""});
    return false;
  }
  ServerPlayer first(options_, lobby_, 0);
  if (!lobby_.starts_programs()) {
    if (const auto why = first.stranger(**started)) {
      give_up(*why);
      return false;
    }
  }
  bool believed = true;
  for (const Job& job : probes_) {
    CaseResult result = first.play(job);
    // One that breaks a rule of every case is wrong, but it lives; and whoever asks for some cases
    // only wants to hear of those even if storing is what is wrong.
    const bool lives = result.verdict == Verdict::pass || result.tag == "watch";
    const bool some_only = !options_.requirement.empty() || options_.filter != "*";
    const bool talks = &job != &probes_[0] || result.tag.starts_with("control-");
    believed = believed && (lives || (some_only && talks));
    report(std::move(result));
    if (!believed) break;
  }
  return believed;
}

CaseResult ServerRun::judge(ServerPlayer& player, const Job& job, bool believed, bool& shown) {
  const bool late = Clock::now() - begin_ > options_.budget;
  const bool stopped = options_.stop && options_.stop();
  shown = believed && !late && !stopped;
  if (late || stopped) return not_judged(*job.one, "no-time", "the time was up");
  if (!believed) return not_judged(*job.one, "no-life", "the server showed no sign of life");
  return player.play(job);
}

void ServerRun::play_chosen(bool believed) {
  std::vector<std::optional<CaseResult>> results(chosen_.size());
  std::atomic<std::size_t> next{0};
  std::mutex reporting;
  const auto work = [&](std::size_t worker) {
    ServerPlayer player(options_, lobby_, worker);
    for (std::size_t i = next++; i < chosen_.size(); i = next++) {
      bool shown = true;
      results[i] = judge(player, chosen_[i], believed, shown);
      const std::lock_guard lock(reporting);
      if (options_.on_result && shown) options_.on_result(*results[i]);
    }
  };
  const std::size_t most = std::min(lobby_.workers_max(), std::max<std::size_t>(chosen_.size(), 1));
  const std::size_t jobs =
      std::clamp<std::size_t>(options_.jobs, 1, std::max<std::size_t>(most, 1));
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < jobs; ++i) workers.emplace_back(work, i);
  for (std::thread& one : workers) one.join();
  for (auto& one : results) out_.cases.push_back(std::move(*one));
}

SuiteResult ServerRun::run() {
  out_.suite = "server";
  out_.level = lobby_.starts_programs() ? "S2" : "S1";
  out_.command = lobby_.starts_programs() ? options_.command : options_.url;
  out_.implementation = out_.command;
  out_.seed = options_.seed;
  out_.capabilities = {"sealed", "field"};
  if (lobby_.starts_programs()) out_.capabilities.push_back("program");
  const bool believed = probe();
  if (!chosen_.empty()) play_chosen(believed);
  out_.interrupted = options_.stop && options_.stop();
  out_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  return std::move(out_);
}

void join(std::vector<ServerCase>& all, std::vector<ServerCase> theme) {
  std::ranges::move(theme, std::back_inserter(all));
}

}  // namespace

bool is_server_probe(const Case& about) {
  return about.id.starts_with("probe/");
}

const std::vector<ServerCase>& server_cases() {
  static const std::vector<ServerCase> kAll = [] {
    std::vector<ServerCase> all;
    join(all, server_probe_cases());
    join(all, server_transport_cases());
    join(all, server_connection_cases());
    join(all, server_wire_cases());
    join(all, server_frame_cases());
    join(all, server_listing_cases());
    join(all, server_version_cases());
    join(all, server_envelope_cases());
    join(all, server_field_cases());
    join(all, server_delete_cases());
    join(all, server_message_cases());
    join(all, server_replay_cases());
    join(all, server_limit_cases());
    join(all, server_storage_cases());
    join(all, server_program_cases());
    join(all, server_history_cases());
    join(all, server_gap_cases());
    return all;
  }();
  return kAll;
}

SuiteResult run_server_suite(const ServerSuiteOptions& options) {
  return ServerRun(options).run();
}

}  // namespace dp::conformance
