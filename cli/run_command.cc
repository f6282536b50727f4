#include "cli/run_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>

#include "cli/foreign_arguments.h"
#include "cli/interrupt.h"
#include "cli/place.h"
#include "cli/report_file.h"
#include "cli/suite.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "cli/workers.h"
#include "sim/player/foreign_needs.h"
#include "sim/report/alike_failures.h"
#include "sim/report/junit.h"
#include "sim/report/name_pattern.h"
#include "sim/report/results_json.h"
#include "sim/scenario/duration.h"
#include "sim/trace/event.h"

namespace dp::cli {
namespace {

using sim::ExitCode;
using sim::RunRecord;
using sim::RunStatus;

constexpr std::uint64_t kRunsMax = 1'000'000;
// An adapter that broke its line in so many runs one after another does so in every one.
constexpr int kDeadLinesMax = 3;
constexpr std::string_view kDeadLine = "port_conduct/line_";

void complain(std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
}

std::string again_command(const RunOptions& options, const RunRecord& record) {
  std::string out =
      fmt::format("{} run {} --seed {}", options.program, shell_word(record.file), record.seed);
  if (!options.client.empty()) out += " --client " + shell_word(options.client);
  if (options.one_foreign) out += " --foreign one";
  return out;
}

std::vector<PlannedRun> plan_runs(const std::vector<const sim::Scenario*>& scenarios,
                                  const RunOptions& options) {
  std::vector<PlannedRun> plan;
  for (const sim::Scenario* scenario : scenarios) {
    const sim::SeedRange seeds = options.seeds.value_or(scenario->seeds);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
      plan.push_back({scenario, seed});
    }
  }
  return plan;
}

// One run of the command: what it prints, writes and returns.
class Run {
 public:
  explicit Run(const RunOptions& options)
      : options_(options),
        out_(options.json_file == "-" || options.junit_file == "-" || options.trace_file == "-"
                 ? stderr
                 : stdout,
             options.color, options.quiet) {}

  ExitCode perform() {
    const Suite suite = load_suite(options_.paths);
    for (const std::string& mistake : suite.mistakes) complain(mistake);
    if (!suite.mistakes.empty()) return ExitCode::bad_input;
    if (!select(suite)) return ExitCode::bad_input;
    if (!options_.client.empty()) {
      if (!meet()) return ExitCode::incomplete;
      exclude();
      if (options_.list_excluded) return list_excluded();
    } else if (options_.list_excluded || options_.one_foreign) {
      complain("--foreign and --list-excluded are about a client: name it with --client");
      return ExitCode::bad_input;
    }
    if (!plan()) return ExitCode::bad_input;
    if (options_.list) return list();
    if (!open_reports()) return ExitCode::broken;
    listen_for_interrupt();
    play();
    return report();
  }

 private:
  bool select(const Suite& suite) {
    for (const sim::Scenario& scenario : suite.scenarios) {
      if (options_.filter.empty() || sim::glob_matches(options_.filter, scenario.name)) {
        scenarios_.push_back(&scenario);
      }
    }
    if (!scenarios_.empty()) return true;
    if (options_.filter.empty()) {
      complain("there is no scenario to run");
    } else {
      complain(fmt::format("no name of {} scenarios matches the filter \"{}\"",
                           suite.scenarios.size(), options_.filter));
    }
    return false;
  }

  // Untestable, if it does not even say hello.
  bool meet() {
    auto met = meet_client(options_.client, options_.one_foreign, options_.reply_ms);
    if (!met) return false;
    client_.command = options_.client;
    client_.implementation = met->implementation;
    clients_ = std::move(met->clients);
    return true;
  }

  void exclude() {
    std::erase_if(scenarios_, [&](const sim::Scenario* scenario) {
      std::vector<std::string> missing = sim::missing_powers(*scenario, *clients_);
      if (missing.empty()) return false;
      client_.excluded.push_back({scenario->name, scenario->file, std::move(missing)});
      return true;
    });
  }

  ExitCode list_excluded() {
    for (const sim::ExcludedScenario& one : client_.excluded) {
      out_.line(one.name);
      for (const std::string& missing : one.missing) out_.line("  needs: " + missing);
    }
    out_.line(fmt::format("{} of {} scenarios can be played by {}", scenarios_.size(),
                          scenarios_.size() + client_.excluded.size(), client_.implementation));
    return out_.flush() ? ExitCode::all_hold : ExitCode::broken;
  }

  bool plan() {
    std::uint64_t runs = 0;
    for (const sim::Scenario* scenario : scenarios_) {
      const sim::SeedRange seeds = options_.seeds.value_or(scenario->seeds);
      runs += seeds.last - seeds.first + 1;
      if (runs > kRunsMax) {
        complain(fmt::format("more than {} runs at once; take fewer seeds or scenarios", kRunsMax));
        return false;
      }
    }
    plan_ = plan_runs(scenarios_, options_);
    return true;
  }

  ExitCode list() {
    for (const sim::Scenario* scenario : scenarios_) {
      out_.line(fmt::format("{}  seeds {}..{}  {}", scenario->name, scenario->seeds.first,
                            scenario->seeds.last, scenario->story));
    }
    if (out_.flush()) return ExitCode::all_hold;
    complain("the list could not be written");
    return ExitCode::broken;
  }

  bool open_reports() {
    bool ok = json_.open(options_.json_file);
    ok = junit_.open(options_.junit_file) && ok;
    ok = trace_.open(options_.trace_file) && ok;
    if (trace_.is_open()) trace_.write(std::string(sim::kTraceFormat) + "\n");
    for (const ReportFile* file : {&json_, &junit_, &trace_}) {
      if (!file->problem().empty()) complain(file->problem());
    }
    return ok;
  }

  void play() {
    const auto begin = std::chrono::steady_clock::now();
    WorkOptions work;
    work.jobs = options_.jobs;
    work.keep_trace = trace_.is_open();
    work.clients = clients_ ? &*clients_ : nullptr;
    work.stop = [this] { return interrupted() || failed_fast_.load(); };
    work.done = [this](const sim::Played& played) { take(played); };
    work.ticking = [this](std::size_t finished) {
      out_.progress(fmt::format("{} of {} runs, {} failed", finished, plan_.size(), failures_));
    };
    play_all(plan_, work);
    const auto spent = std::chrono::steady_clock::now() - begin;
    wall_us_ = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
  }

  // Called in the order of the plan, so what --fail-fast keeps does not depend on --jobs.
  void take(const sim::Played& played) {
    if (failed_fast_.load()) return;
    const RunRecord& record = played.record;
    records_.push_back(record);
    add_laws(played);
    give_up_on_dead_lines(record);
    if (trace_.is_open()) {
      trace_.write(fmt::format("run {} seed {}\n{}end {} {}\n", record.name, record.seed,
                               played.trace, name(record.status), record.digest));
    }
    if (record.status != RunStatus::passed) {
      ++failures_;
      if (alike_.take(record)) {
        out_.line(out_.inked(sim::story_text(record, again_command(options_, record)), Ink::bad));
      }
      if (options_.fail_fast) failed_fast_.store(true);
    }
    if (last_of_scenario(record)) say_finished(record);
  }

  void add_laws(const sim::Played& played) {
    if (!clients_) return;
    for (const sim::OracleTally& law : played.laws) {
      sim::LawReport& sum = laws_[law.name];
      sum.name = law.name;
      sum.runs += law.applied ? 1 : 0;
      sum.comparisons += law.comparisons;
    }
  }

  void give_up_on_dead_lines(const RunRecord& record) {
    const bool dead = std::ranges::any_of(record.violations, [](const auto& violation) {
      return violation.signature.starts_with(kDeadLine);
    });
    dead_lines_ = dead ? dead_lines_ + 1 : 0;
    if (dead_lines_ < kDeadLinesMax) return;
    complain(fmt::format("the adapter broke its line in {} runs in a row: the rest is not played",
                         dead_lines_));
    failed_fast_.store(true);
  }

  bool last_of_scenario(const RunRecord& record) const {
    const std::size_t done = records_.size();
    return done == plan_.size() || plan_[done].scenario->name != record.name;
  }

  // Failures that were not told, because one like them was.
  void say_alike() {
    for (const std::string& line : alike_.drain()) out_.line(out_.inked(line, Ink::bad));
  }

  // A line for a scenario when its last seed is done.
  void say_finished(const RunRecord& record) {
    say_alike();
    if (options_.quiet) return;
    std::size_t runs = 0;
    std::size_t bad = 0;
    Micros simulated_us = 0;
    for (auto it = records_.rbegin(); it != records_.rend() && it->name == record.name; ++it) {
      ++runs;
      simulated_us += it->simulated_us;
      if (it->status != RunStatus::passed) ++bad;
    }
    const std::string verdict =
        bad == 0 ? out_.inked("ok    ", Ink::good) : out_.inked("FAILED", Ink::bad);
    const Micros rounded = simulated_us / kSecond * kSecond;
    out_.line(fmt::format("{} {} {}", verdict, record.name,
                          out_.inked(fmt::format("({} run{}, {} simulated)", runs,
                                                 runs == 1 ? "" : "s", sim::duration_text(rounded)),
                                     Ink::faint)));
  }

  ExitCode report() {
    sim::Results results = sim::results_of(kVersion, std::move(records_), scenarios_.size(),
                                           plan_.size(), interrupted(), wall_us_);
    if (clients_) {
      for (const auto& [name, law] : laws_) client_.laws.push_back(law);
      results.client = client_;
    }
    json_.write(json_.is_open() ? sim::results_json(results) : "");
    junit_.write(junit_.is_open() ? sim::results_junit(results) : "");
    bool written = true;
    for (ReportFile* file : {&json_, &junit_, &trace_}) {
      if (file->close()) continue;
      complain(file->problem());
      written = false;
    }
    say_alike();  // of a scenario that an interrupt cut short
    say_summary(results.summary);
    if (clients_) say_client();
    if (!out_.flush()) {
      complain("standard output could not be written");
      written = false;
    }
    return written ? results.summary.exit_code() : ExitCode::broken;
  }

  void say_summary(const sim::Summary& sum) {
    std::string text = fmt::format("{} scenarios, {} runs: {} passed, {} failed, {} errors",
                                   sum.scenarios, sum.runs, sum.passed, sum.failed, sum.errors);
    if (sum.not_run > 0) text += fmt::format(", {} not run", sum.not_run);
    text += fmt::format("; {} comparisons, {} events, {} simulated in {}.{:03} s", sum.comparisons,
                        sum.events, sim::duration_text(sum.simulated_us / kSecond * kSecond),
                        sum.wall_us / kSecond, sum.wall_us / kMillisecond % 1'000);
    if (sum.interrupted) text = "interrupted; " + text;
    out_.line(out_.inked(text, sum.exit_code() == ExitCode::all_hold ? Ink::good : Ink::bad));
  }

  void say_client() {
    const std::size_t all = scenarios_.size() + client_.excluded.size();
    out_.line(fmt::format("{}: {} of {} scenarios played, {} excluded", client_.implementation,
                          scenarios_.size(), all, client_.excluded.size()));
    std::map<std::string, std::size_t> reasons;
    for (const sim::ExcludedScenario& one : client_.excluded) {
      for (const std::string& missing : one.missing) ++reasons[missing];
    }
    for (const auto& [reason, count] : reasons) {
      out_.line(fmt::format("  {:>4} need{} {}", count, count == 1 ? "s" : " ", reason));
    }
    for (const sim::LawReport& law : client_.laws) {
      out_.line(
          law.runs == 0
              ? fmt::format("  law {:<22} not applicable: nothing of it can be seen", law.name)
              : fmt::format("  law {:<22} {} comparisons in {} runs", law.name, law.comparisons,
                            law.runs));
    }
  }

  const RunOptions& options_;
  Terminal out_;
  std::optional<sim::ForeignClients> clients_;
  sim::ClientReport client_;
  std::map<std::string, sim::LawReport> laws_;
  int dead_lines_ = 0;
  ReportFile json_;
  ReportFile junit_;
  ReportFile trace_;
  std::vector<const sim::Scenario*> scenarios_;
  std::vector<PlannedRun> plan_;
  std::vector<RunRecord> records_;
  sim::AlikeFailures alike_;
  std::size_t failures_ = 0;
  std::atomic<bool> failed_fast_{false};
  std::int64_t wall_us_ = 0;
};

}  // namespace

ExitCode run_command(const RunOptions& options) {
  return Run(options).perform();
}

}  // namespace dp::cli
