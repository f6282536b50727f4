#include "cli/fuzz_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "cli/corpus.h"
#include "cli/failure_keeper.h"
#include "cli/foreign_arguments.h"
#include "cli/fuzz_workers.h"
#include "cli/interrupt.h"
#include "cli/maker.h"
#include "cli/place.h"
#include "cli/report_file.h"
#include "cli/terminal.h"
#include "sim/campaign/silence.h"
#include "sim/campaign/summary.h"
#include "sim/capsule/failure_story.h"
#include "sim/scenario/document.h"
#include "sim/scenario/duration.h"
#include "sim/world/foreign_plan.h"

namespace dp::cli {
namespace {

using Clock = std::chrono::steady_clock;
using sim::ExitCode;

constexpr const char* kFolderOfOne = "draftproof-fuzz";
// A run that ended its process twice is a failure, and is not begun a third time.
constexpr std::uint32_t kAttemptsMax = 2;
constexpr const char* kDiedSignature = "process/died/the program ended during this run";
constexpr auto kJournalEvery = std::chrono::seconds(1);

void complain(std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
}

std::int64_t micros(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

// One run of the command: what it prints, writes and returns.
class Campaign {
 public:
  explicit Campaign(const FuzzOptions& options)
      : options_(options),
        out_(options.json_file == "-" ? stderr : stdout, options.color, options.quiet),
        corpus_(options.corpus.empty() ? kFolderOfOne : options.corpus, !options.corpus.empty()) {}

  ExitCode perform() {
    const auto range = options_.seeds ? sim::share_of(*options_.seeds, options_.shard)
                                      : sim::endless_seeds(options_.shard);
    if (!range) {
      complain("there are fewer seeds than shards: this shard gets none");
      return ExitCode::bad_input;
    }
    range_ = *range;
    identity_ = {this_program(), options_.mix, options_.without};
    if (!options_.client.empty()) {
      met_ = meet_client(options_.client, options_.one_foreign, options_.reply_ms);
      if (!met_) return ExitCode::incomplete;  // untestable
      identity_.maker.build += " with client " + met_->implementation;
      if (options_.one_foreign) identity_.maker.build += " on one device";
    }
    if (Kept opened = corpus_.open(identity_); !opened) {
      complain(opened.error());
      return ExitCode::bad_input;
    }
    if (!json_.open(options_.json_file)) {
      complain(json_.problem());
      return ExitCode::broken;
    }
    listen_for_interrupt();
    began_ = Clock::now();
    journaled_ = began_;
    next_seed_ = corpus_.journal().done.next_missing(range_.first);
    say_resumed();
    work();
    return conclude();
  }

 private:
  const sim::ForeignClients* clients() const { return met_ ? &met_->clients : nullptr; }

  // What this client could not be asked: it is in no other number.
  std::string client_text() const {
    std::string text = fmt::format("{}: {} seeds excluded, without a device of the sealed dialect",
                                   met_->implementation, excluded_);
    for (std::size_t i = 0; i < sim::kFaultKindCount; ++i) {
      const auto kind = static_cast<sim::FaultKind>(i);
      const std::string_view missing = sim::power_missing_for(kind, met_->clients.powers);
      if (!missing.empty()) text += fmt::format("\n  no {}: {}", sim::name(kind), missing);
    }
    return text;
  }

  bool goes_on_after_failures() const { return !options_.corpus.empty(); }

  void say_resumed() {
    const std::uint64_t done = corpus_.journal().done.count();
    if (done > 0 && !options_.quiet) {
      out_.line(fmt::format("{}: {} seeds are done already", options_.corpus, done));
    }
    for (const auto& [seed, capsule] : corpus_.died()) {
      out_.line(fmt::format("seed {} ended its process the last time it was run", seed));
    }
  }

  // ---- what the threads ask
  bool out_of_time() const {
    return options_.budget_us && micros(Clock::now() - began_) >= *options_.budget_us;
  }
  bool stopped() const { return ended_.load() || interrupted() || out_of_time(); }

  std::optional<sim::FuzzCase> next_case() {
    while (next_seed_ <= range_.last && has_died_too_often(next_seed_)) {
      dead_seeds_.push_back(next_seed_);
      next_seed_ = at_start_.next_missing(next_seed_ + 1);
      return std::nullopt;
    }
    if (next_seed_ > range_.last) return std::nullopt;
    sim::FuzzCase one;
    one.mix = options_.mix;
    one.seed = next_seed_;
    one.without = options_.without;
    one.client = met_ ? met_->implementation : "";
    one.one_foreign = options_.one_foreign;
    next_seed_ = at_start_.next_missing(next_seed_ + 1);
    return one;
  }

  bool has_died_too_often(std::uint64_t seed) const {
    const auto found = corpus_.died().find(seed);
    return found != corpus_.died().end() && found->second.attempt >= kAttemptsMax;
  }

  bool begin(std::size_t worker, const sim::FuzzCase& one) {
    sim::Capsule capsule = sim::capsule_before(this_program(), one);
    const auto found = corpus_.died().find(one.seed);
    if (found != corpus_.died().end()) capsule.attempt = found->second.attempt + 1;
    const Kept kept = corpus_.begin_run(worker, capsule);
    if (kept) return true;
    fail(kept.error());
    return false;
  }

  // From any thread.
  void fail(const std::string& problem) {
    const std::lock_guard lock(problem_mutex_);
    if (problem_.empty()) problem_ = problem;
    ended_.store(true);
  }

  // ---- the calling thread
  void work() {
    at_start_ = corpus_.journal().done;
    runs_at_start_ = corpus_.journal().total.runs;
    events_at_start_ = corpus_.journal().total.events;
    FuzzWork work;
    work.jobs = options_.jobs;
    work.clients = clients();
    work.next = [this] { return next_case(); };
    work.beginning = [this](std::size_t worker, const sim::FuzzCase& one) {
      return begin(worker, one);
    };
    work.done = [this](const JudgedSeed& judged) { take(judged); };
    work.stop = [this] { return stopped(); };
    work.ticking = [this] {
      journal_if_time();
      say_progress();
    };
    do {
      judge_seeds(work);
      for (const std::uint64_t seed : std::exchange(dead_seeds_, {})) take_dead(seed);
    } while (!stopped() && next_seed_ <= range_.last);
    journal();
    if (!goes_on_after_failures() || problem_.empty()) corpus_.end_runs(options_.jobs);
    out_.end_progress();
  }

  void take(const JudgedSeed& judged) {
    if (ended_.load() && !goes_on_after_failures() && failures_here_ > 0) return;
    const std::uint64_t seed = judged.one.seed;
    extend_batch(seed);
    if (judged.excluded) {
      ++excluded_;
      return journal_if_time();
    }
    batch_.add(judged.one, judged.outcome, judged.marks);
    write_line(judged);
    if (judged.outcome.failed()) take_failure(judged.one, judged.outcome.signature());
    journal_if_time();
  }

  // A run that ends its process is not run again, but it is a result.
  void take_dead(std::uint64_t seed) {
    extend_batch(seed);
    const sim::Capsule& capsule = corpus_.died().at(seed);
    ++batch_.runs;
    ++batch_.failed;
    ++failures_here_;
    batch_.add_failure(kDiedSignature, seed);
    const std::string file = fmt::format("capsule-{}.json", seed);
    const auto path = corpus_.failure_folder(kDiedSignature) / file;
    const std::string story =
        sim::failure_text(capsule, replay_again(options_.program, path, options_.client));
    Kept kept = corpus_.keep(kDiedSignature, file, sim::capsule_text(capsule));
    if (kept) kept = corpus_.keep(kDiedSignature, "story.txt", story + "\n");
    if (!kept) fail(kept.error());
    out_.line(out_.inked(story, Ink::bad));
  }

  void extend_batch(std::uint64_t seed) {
    if (batch_open_ && seed != batch_range_.last + 1) journal();
    if (!batch_open_) batch_range_ = {seed, seed};
    batch_open_ = true;
    batch_range_.last = seed;
  }

  void take_failure(const sim::FuzzCase& one, const std::string& signature) {
    ++failures_here_;
    if (!goes_on_after_failures()) ended_.store(true);
    if (goes_on_after_failures() && corpus_.knows(signature)) return;
    const auto kept =
        keep_failure(sim::narrowed(one, signature), signature, corpus_, options_, out_, clients());
    if (!kept) return fail(kept.error());
    out_.line(out_.inked(kept->story, Ink::bad));
    if (options_.promote_file.empty()) return;
    const auto promoted = promote(kept->one, signature, options_.promote_file);
    if (!promoted) return fail(promoted.error());
    out_.line(
        fmt::format("  scenario: {} run {}", options_.program, shell_word(options_.promote_file)));
  }

  void write_line(const JudgedSeed& judged) {
    if (!json_.is_open()) return;
    const sim::RunOutcome& outcome = judged.outcome;
    const std::string line = fmt::format(
        "{{\"seed\":{},\"digest\":\"{}\",\"events\":{},\"simulated_us\":{},\"two_run\":{},"
        "\"failure\":{}}}\n",
        judged.one.seed, sim::text_of(outcome.result.digest), outcome.result.events,
        outcome.result.simulated_us, outcome.pairs > 0,
        outcome.failed() ? sim::json_quoted(outcome.signature()) : "null");
    if (!json_.write(line)) fail(json_.problem());
  }

  void journal_if_time() {
    if (batch_open_ && Clock::now() - journaled_ >= kJournalEvery) journal();
  }

  void journal() {
    if (!batch_open_) return;
    batch_open_ = false;
    const auto now = Clock::now();
    batch_.wall_us = micros(now - journaled_);
    journaled_ = now;
    if (Kept kept = corpus_.record(batch_range_, batch_); !kept) fail(kept.error());
    batch_ = {};
  }

  void say_progress() {
    const sim::CampaignTally& total = corpus_.journal().total;
    const std::int64_t spent_us = std::max<std::int64_t>(1, micros(Clock::now() - began_));
    const auto a_second = [&](std::uint64_t count) {
      return count * 1'000'000 / static_cast<std::uint64_t>(spent_us);
    };
    out_.progress(fmt::format("{} seeds, {}/s, {}k events/s, {} simulated, {} marks, {} failures",
                              total.runs, a_second(total.runs - runs_at_start_),
                              a_second(total.events - events_at_start_) / 1'000,
                              sim::duration_text(sim::simulated(total) / kHour * kHour),
                              total.marks.met(), total.failed));
  }

  // ---- the end
  sim::FuzzSummary summary() const {
    sim::FuzzSummary out;
    out.identity = identity_;
    out.done = corpus_.journal().done;
    out.tally = corpus_.journal().total;
    out.complete = !options_.seeds || out.done.next_missing(range_.first) > range_.last;
    return out;
  }

  ExitCode conclude() {
    const sim::FuzzSummary sum = summary();
    if (json_.is_open()) json_.write(sim::summary_json(sum));
    bool written = problem_.empty();
    if (!written) complain(problem_);
    if (!json_.close()) {
      complain(json_.problem());
      written = false;
    }
    const bool silent = !sim::silence_of(sum).empty();
    const bool good = sum.tally.failed == 0 && !silent && sum.complete && !interrupted();
    std::string text = sim::summary_text(sum);
    if (interrupted()) text = "interrupted; " + text;
    if (met_) text += "\n" + client_text();
    if (!options_.quiet || !good) out_.line(out_.inked(text, good ? Ink::good : Ink::bad));
    if (!out_.flush()) {
      complain("standard output could not be written");
      written = false;
    }
    if (!written) return ExitCode::broken;
    if (interrupted() && (!sum.complete || !options_.seeds)) return ExitCode::incomplete;
    if (sum.tally.failed > 0 || silent) return ExitCode::violation;
    return sum.complete ? ExitCode::all_hold : ExitCode::incomplete;
  }

  const FuzzOptions& options_;
  Terminal out_;
  Corpus corpus_;
  ReportFile json_;
  sim::CampaignIdentity identity_;
  std::optional<MetClient> met_;
  std::uint64_t excluded_ = 0;
  sim::SeedRange range_;
  sim::SeedRanges at_start_;
  std::uint64_t runs_at_start_ = 0;
  std::uint64_t events_at_start_ = 0;
  std::uint64_t next_seed_ = 1;
  std::vector<std::uint64_t> dead_seeds_;
  Clock::time_point began_;
  Clock::time_point journaled_;
  sim::CampaignTally batch_;
  sim::SeedRange batch_range_;
  bool batch_open_ = false;
  std::uint64_t failures_here_ = 0;
  std::atomic<bool> ended_{false};
  std::mutex problem_mutex_;
  std::string problem_;
};

}  // namespace

ExitCode fuzz_command(const FuzzOptions& options) {
  return Campaign(options).perform();
}

}  // namespace dp::cli
