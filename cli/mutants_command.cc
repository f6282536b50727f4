#include "cli/mutants_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "cli/interrupt.h"
#include "cli/mutant_build.h"
#include "cli/mutant_fuzz.h"
#include "cli/mutant_judge.h"
#include "cli/mutant_unit_tests.h"
#include "cli/mutants_report.h"
#include "cli/place.h"
#include "cli/report_file.h"
#include "cli/terminal.h"
#include "sim/report/name_pattern.h"

namespace dp::cli {
namespace {

using Clock = std::chrono::steady_clock;
using sim::ExitCode;

constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{4} << 30;

void complain(std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
}

// N of them, evenly spread, so that every kind is met.
std::vector<MutantPatch> sampled(std::vector<MutantPatch> patches, std::size_t wanted) {
  if (wanted == 0 || wanted >= patches.size()) return patches;
  std::vector<MutantPatch> chosen;
  for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(patches[i * patches.size() / wanted]);
  return chosen;
}

// One run of the command: what it prints, writes and returns.
class Judging {
 public:
  Judging(const MutantsOptions& options, MutantBuild build)
      : options_(options),
        build_(std::move(build)),
        out_(options.json_file == "-" || options.markdown_file == "-" ? stderr : stdout,
             options.color, options.quiet) {}

  ExitCode perform() {
    if (const ExitCode code = select(); code != ExitCode::all_hold) return code;
    if (!json_.open(options_.json_file) || !markdown_.open(options_.markdown_file)) {
      complain(json_.problem() + markdown_.problem());
      return ExitCode::broken;
    }
    listen_for_interrupt();
    const auto begin = Clock::now();
    ExitCode code = play_unchanged();
    if (code == ExitCode::all_hold) code = fuzz_unchanged();
    if (code == ExitCode::all_hold) code = unit_test_unchanged();
    if (code != ExitCode::all_hold) return interrupted() ? ExitCode::incomplete : code;
    judge_all();
    report_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (report_.whole_set && !interrupted()) assign(report_, scenarios_);
    return conclude();
  }

 private:
  // A patch that no longer applies is found out before anything is compiled.
  ExitCode select() {
    std::filesystem::path folder = options_.patches;
    if (folder.empty()) folder = build_.source_root() / "tests/mutants";
    PatchSet set = load_patches(folder);
    for (const std::string& mistake : set.mistakes) complain(mistake);
    if (!set.mistakes.empty()) return ExitCode::bad_input;
    const std::size_t all = set.patches.size();
    std::erase_if(set.patches, [&](const MutantPatch& patch) {
      return !options_.only.empty() && !sim::glob_matches(options_.only, patch.name);
    });
    if (set.patches.empty()) {
      complain(fmt::format("no name of {} mutants matches \"{}\"", all, options_.only));
      return ExitCode::bad_input;
    }
    bool apply = true;
    for (MutantPatch& patch : sampled(std::move(set.patches), options_.sample)) {
      if (const auto text = build_.changed_text(patch); !text) {
        complain(text.error());
        apply = false;
      }
      report_.verdicts.emplace_back().patch = std::move(patch);
    }
    report_.fuzz_seeds = options_.fuzz_seeds;
    report_.unit_tests = options_.unit_tests;
    if (options_.unit_tests) {
      auto found = find_unit_tests(build_);
      if (!found) {
        complain(found.error());
        return ExitCode::bad_input;
      }
      unit_tests_ = std::move(*found);
    }
    report_.whole_set = report_.verdicts.size() == all && options_.scenarios.empty();
    return apply ? ExitCode::all_hold : ExitCode::broken;
  }

  // Another process may be judging in the same build.
  static std::string unchanged() { return fmt::format("unchanged-{}", getpid()); }

  JudgeOptions judge_options(const std::filesystem::path& scratch) const {
    JudgeOptions options;
    options.scenarios = options_.scenarios;
    if (options.scenarios.empty()) {
      options.scenarios.push_back((build_.source_root() / "scenarios").string());
    }
    options.scratch = scratch;
    options.suite_seconds = suite_seconds_;
    options.memory_bytes = build_.is_sanitized() ? 0 : kMemoryBytesMax;
    options.stop = interrupted;
    return options;
  }

  // What fails without any mutant says nothing about mutants.
  ExitCode play_unchanged() {
    JudgeOptions options = judge_options(build_.scratch_of(unchanged()));
    options.jobs = options_.jobs;
    out_.progress("playing the suite without any mutant");
    const SuiteSeen seen = play_suite(build_.program(), options);
    out_.end_progress();
    build_.clean(unchanged());
    if (seen.end == SuiteSeen::End::interrupted) return ExitCode::incomplete;
    if (seen.end == SuiteSeen::End::impossible) {
      complain("the suite cannot be played:\n" + seen.problem);
      return ExitCode::bad_input;
    }
    suite_seconds_ = seen.seconds * static_cast<double>(options_.jobs);
    for (const auto& [scenario, played] : seen.scenarios) {
      files_.push_back(played.file);
      if (seen.by.contains(scenario)) {
        report_.failing_anyway.insert(scenario);
      } else {
        scenarios_.insert(scenario);
      }
    }
    if (report_.failing_anyway.contains(kHappyPath)) {
      complain(fmt::format("{} fails without any mutant: nothing can be judged", kHappyPath));
      return ExitCode::violation;
    }
    return ExitCode::all_hold;
  }

  FuzzTrial fuzz_trial(const std::filesystem::path& scratch) const {
    FuzzTrial trial;
    trial.program = build_.program();
    trial.scratch = scratch;
    trial.seeds = options_.fuzz_seeds;
    trial.known_seconds = fuzz_seconds_;
    trial.memory_bytes = build_.is_sanitized() ? 0 : kMemoryBytesMax;
    trial.stop = interrupted;
    return trial;
  }

  ExitCode fuzz_unchanged() {
    if (options_.fuzz_seeds == 0) return ExitCode::all_hold;
    out_.progress("playing the seeds without any mutant");
    const FuzzSeen seen = fuzz_mutant(fuzz_trial(build_.scratch_of(unchanged())));
    out_.end_progress();
    build_.clean(unchanged());
    fuzz_seconds_ = seen.seconds;
    if (seen.judged && !seen.found) return ExitCode::all_hold;
    if (!interrupted()) {
      complain(seen.found
                   ? fmt::format("seed {} fails without any mutant ({}): play seeds below it",
                                 seen.seeds, seen.signature)
                   : seen.problem);
    }
    return seen.found ? ExitCode::violation : ExitCode::broken;
  }

  UnitTestTrial unit_test_trial(const std::filesystem::path& scratch) const {
    return {scratch, build_.is_sanitized() ? 0 : kMemoryBytesMax, interrupted};
  }

  ExitCode unit_test_unchanged() {
    if (!options_.unit_tests) return ExitCode::all_hold;
    out_.progress("running the unit tests without any mutant");
    const UnitTestsSeen seen =
        play_unit_tests(unit_tests_, unit_test_trial(build_.scratch_of(unchanged())));
    out_.end_progress();
    build_.clean(unchanged());
    if (seen.survived()) return ExitCode::all_hold;
    if (!interrupted()) {
      complain(seen.judged ? fmt::format("{} fails without any mutant: {}", seen.program, seen.test)
                           : seen.problem);
    }
    return seen.judged ? ExitCode::violation : ExitCode::broken;
  }

  void judge_all() {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < report_.verdicts.size() && !interrupted(); i = next++) {
        judge(report_.verdicts[i]);
        const std::lock_guard lock(printing_);
        ++judged_;
        const MutantFate fate = report_.verdicts[i].fate;
        const Ink ink = fate == MutantFate::killed ? Ink::good : Ink::bad;
        if (fate != MutantFate::killed || !options_.quiet) {
          out_.line(out_.inked(verdict_line(report_.verdicts[i]), ink));
        }
        out_.flush();
        out_.progress(fmt::format("{} of {} mutants", judged_, report_.verdicts.size()));
      }
    };
    {
      std::vector<std::jthread> pool;
      const std::size_t threads = std::min(options_.jobs, report_.verdicts.size());
      for (std::size_t i = 0; i < threads; ++i) pool.emplace_back(work);
    }
    out_.end_progress();
  }

  void judge(MutantVerdict& verdict) const {
    const auto begin = Clock::now();
    const auto parts = build_.make(verdict.patch, interrupted);
    if (parts) {
      play(verdict, parts->program);
      fuzz(verdict, parts->program);
      play_pairs_too(verdict, parts->program);
      unit_test(verdict, parts->object);
      std::error_code error;
      std::filesystem::remove(parts->object, error);
    } else if (!interrupted()) {
      verdict.fate = MutantFate::broken;
      verdict.problem = parts.error();
    }
    if (interrupted() && verdict.fate != MutantFate::broken) verdict.fate = MutantFate::not_judged;
    if (!options_.keep) build_.clean(verdict.patch.name);
    verdict.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  }

  void fuzz(MutantVerdict& verdict, const std::filesystem::path& program) const {
    if (options_.fuzz_seeds == 0 || !verdict.counts() || verdict.fate == MutantFate::blunt) return;
    FuzzTrial trial = fuzz_trial(build_.scratch_of(verdict.patch.name));
    trial.program = program;
    verdict.fuzz = fuzz_mutant(trial);
    if (verdict.fuzz.found && !verdict.patch.family.empty()) {
      trial.without = verdict.patch.family;
      verdict.without_family = fuzz_mutant(trial);
    }
    for (const FuzzSeen* seen : {&verdict.fuzz, &verdict.without_family}) {
      if (seen->problem.empty()) continue;
      verdict.fate = MutantFate::broken;
      verdict.problem = seen->problem;
    }
    if (verdict.fuzz.found && verdict.fate == MutantFate::survived) {
      verdict.fate = MutantFate::killed;
    }
  }

  void unit_test(MutantVerdict& verdict, const std::filesystem::path& object) const {
    if (!options_.unit_tests || !verdict.counts()) return;
    const auto trial = unit_test_trial(build_.scratch_of(verdict.patch.name));
    verdict.unit_tests = play_unit_tests(unit_tests_, build_, verdict.patch, object, trial);
    if (verdict.unit_tests.problem.empty()) return;
    verdict.fate = MutantFate::broken;
    verdict.problem = verdict.unit_tests.problem;
  }

  void play(MutantVerdict& verdict, const std::filesystem::path& program) const {
    JudgeOptions options = judge_options(build_.scratch_of(verdict.patch.name));
    options.scenarios = {(build_.source_root() / kHappyPathFile).string()};
    verdict.seen = play_suite(program, options);
    if (verdict.seen.end == SuiteSeen::End::finished && !verdict.seen.by.empty()) {
      verdict.fate = MutantFate::blunt;
      return;
    }
    options.scenarios = files_;
    play_these(verdict, program, options);
  }

  // Adds what these scenarios say to what is known of the mutant.
  void play_these(MutantVerdict& verdict, const std::filesystem::path& program,
                  const JudgeOptions& options) const {
    if (verdict.seen.end == SuiteSeen::End::finished) {
      const SuiteSeen before = std::move(verdict.seen);
      verdict.seen = play_suite(program, options);
      verdict.seen.runs += before.runs;
      verdict.seen.failed_runs += before.failed_runs;
    }
    if (verdict.seen.end == SuiteSeen::End::interrupted) {
      verdict.fate = MutantFate::not_judged;
      return;
    }
    if (verdict.seen.end == SuiteSeen::End::impossible) {
      verdict.fate = MutantFate::broken;
      verdict.problem = "it cannot play the suite:\n" + verdict.seen.problem;
      return;
    }
    std::erase_if(verdict.seen.by,
                  [&](const auto& entry) { return report_.failing_anyway.contains(entry.first); });
    verdict.fate = verdict.seen.by.empty() ? MutantFate::survived : MutantFate::killed;
  }

  // They are for leaks, and for what nobody else noticed.
  void play_pairs_too(MutantVerdict& verdict, const std::filesystem::path& program) const {
    const bool is_leak = verdict.patch.breed == "leak" && verdict.fate == MutantFate::killed;
    if (!is_leak && verdict.fate != MutantFate::survived) return;
    play_pairs(program, judge_options(build_.scratch_of(verdict.patch.name)), verdict.seen);
    if (!verdict.seen.by.empty()) verdict.fate = MutantFate::killed;
  }

  ExitCode conclude() {
    out_.line(mutants_table(report_));
    for (const std::string& line : complaints(report_)) out_.line(out_.inked(line, Ink::bad));
    json_.write(json_.is_open() ? mutants_json(report_) : "");
    markdown_.write(markdown_.is_open() ? mutants_markdown(report_) : "");
    bool written = out_.flush();
    for (ReportFile* file : {&json_, &markdown_}) {
      if (file->close()) continue;
      complain(file->problem());
      written = false;
    }
    if (!written || report_.count(MutantFate::broken) > 0) return ExitCode::broken;
    if (interrupted()) return ExitCode::incomplete;
    return report_.is_good() ? ExitCode::all_hold : ExitCode::violation;
  }

  const MutantsOptions& options_;
  MutantBuild build_;
  Terminal out_;
  ReportFile json_;
  ReportFile markdown_;
  MutantsReport report_;
  std::set<std::string> scenarios_;  // that pass without a mutant
  std::vector<std::string> files_;   // of all of them
  double suite_seconds_ = 0;
  double fuzz_seconds_ = 0;
  std::vector<UnitTestProgram> unit_tests_;
  std::mutex printing_;
  std::size_t judged_ = 0;
};

}  // namespace

ExitCode mutants_command(const MutantsOptions& options) {
  auto build = MutantBuild::find();
  if (!build) {
    complain(build.error());
    return ExitCode::bad_input;
  }
  return Judging(options, std::move(*build)).perform();
}

}  // namespace dp::cli
