#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/color_argument.h"
#include "cli/commands.h"
#include "cli/failure_keeper.h"
#include "cli/foreign_arguments.h"
#include "cli/fuzz_command.h"
#include "sim/capsule/fuzz_case.h"
#include "sim/scenario/duration.h"

namespace dp::cli {
namespace {

constexpr const char* kFuzzExamples =
    "Without --seeds and --budget, it runs for a minute. Without --corpus it stops at the first\n"
    "failure, which it leaves in ./draftproof-fuzz.\n"
    "\n"
    "Examples:\n"
    "  draftproof fuzz --seeds 1..1000\n"
    "  draftproof fuzz --budget 10m --mix hostile\n"
    "  draftproof fuzz --seeds 1..1000000 --corpus night --json night.jsonl  (again: goes on)\n"
    "  draftproof fuzz --seeds 1..200 --client './my-adapter --flag'\n"
    "  draftproof fuzz --seeds 1..1000000 --shard 2/4 --corpus part2 --json part2.jsonl\n"
    "\n"
    "Exit codes: 0 every law held; 1 a violation; 2 usage or bad input; 3 something could not be\n"
    "written; 4 interrupted, or out of budget before the seeds were done.";

struct Arguments {
  FuzzOptions options;
  std::string seeds;
  std::string budget;
  std::string shard;
  std::vector<std::string> without;
  bool no_shrink = false;
  bool two_run = false;
  bool planner = false;
};

std::string check_range(const std::string& text) {
  if (parse_seeds(text)) return "";
  return "\"" + text + "\" is not a range of seeds: write A..B with A not above B, such as 1..20";
}

std::string check_budget(const std::string& text) {
  const auto budget = sim::parse_duration(text);
  if (!budget) return budget.error();
  return *budget > 0 ? "" : "a budget must be longer than nothing";
}

std::string check_shard(const std::string& text) {
  const auto shard = sim::parse_shard(text);
  return shard ? "" : shard.error();
}

std::string check_folder(const std::string& text) {
  return text.empty() ? "a corpus is a folder: give it a name" : "";
}

std::string check_mix(const std::string& text) {
  if (sim::is_mix(text)) return "";
  std::string names;
  for (const std::string_view name : sim::mix_names()) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return "there is no mix \"" + text + "\"; there are " + names;
}

std::string check_family(const std::string& text) {
  return sim::find_family(text) ? "" : "there is no family of faults \"" + text + "\"";
}

// What cannot be had together although each alone could; "" if nothing.
std::string contradiction(const Arguments& arguments) {
  const FuzzOptions& options = arguments.options;
  const bool is_planner = options.mix == "planner";
  if (!options.promote_file.empty() && (is_planner || options.mix == "two-run")) {
    return "--promote writes a single run as a scenario, and the mix " + options.mix +
           " has none: leave --promote out";
  }
  if (!options.promote_file.empty() && !options.corpus.empty()) {
    return "--promote is about the first failure, and --corpus goes on after it: leave one of them "
           "out, or promote a capsule of the corpus with `draftproof replay CAPSULE --promote`";
  }
  if (!options.promote_file.empty() && arguments.no_shrink) {
    return "--promote writes a failure made small, which --no-shrink forbids: leave one of them "
           "out";
  }
  if (is_planner && !arguments.without.empty()) {
    return "--without switches faults off, and the planner has none: leave it out";
  }
  return "";
}

sim::ExitCode start(Arguments& arguments) {
  FuzzOptions& options = arguments.options;
  if (arguments.two_run) options.mix = "two-run";
  if (arguments.planner) options.mix = "planner";
  std::string why = contradiction(arguments);
  if (why.empty() && !options.promote_file.empty()) why = cannot_promote(options.promote_file);
  if (!why.empty()) {
    std::fprintf(stderr, "draftproof: %s\n", why.c_str());
    return sim::ExitCode::bad_input;
  }
  for (const std::string& one : arguments.without) {
    const sim::Family family = *sim::find_family(one);
    if (std::ranges::find(options.without, family) == options.without.end()) {
      options.without.push_back(family);
    }
  }
  std::ranges::sort(options.without);
  if (!arguments.seeds.empty()) options.seeds = parse_seeds(arguments.seeds);
  if (!arguments.budget.empty()) options.budget_us = *sim::parse_duration(arguments.budget);
  if (!arguments.shard.empty()) options.shard = *sim::parse_shard(arguments.shard);
  if (!options.seeds && !options.budget_us) options.budget_us = kMinute;
  options.shrink = !arguments.no_shrink;
  return fuzz_command(options);
}

void declare(CLI::App& fuzz, Arguments& arguments) {
  FuzzOptions& options = arguments.options;
  fuzz.add_option("--mix", options.mix, "default, house, wide, hostile, two-run or planner")
      ->type_name("NAME")
      ->check(check_mix);
  fuzz.add_option("--seeds", arguments.seeds, "These seeds, both ends included")
      ->type_name("A..B")
      ->check(check_range);
  fuzz.add_option("--budget", arguments.budget, "Begin no run after so much time, such as 10m")
      ->type_name("TIME")
      ->check(check_budget);
  fuzz.add_option("--jobs", options.jobs, "Runs at one time; as many as processors if not said")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  fuzz.add_option("--shard", arguments.shard, "Only part i of n of the seeds")
      ->type_name("i/n")
      ->check(check_shard);
  fuzz.add_option("--corpus", options.corpus,
                  "Go on after failures, keep one of each kind here, and remember what is done")
      ->type_name("DIR")
      ->check(check_folder);
  fuzz.add_option("--json", options.json_file,
                  "Write a line for each run and one for the summary; - is standard output")
      ->type_name("FILE");
  fuzz.add_flag("--no-shrink", arguments.no_shrink, "Keep failures as they were found");
  fuzz.add_option("--promote", options.promote_file,
                  "Write the failure as a scenario, made small, to play with draftproof run")
      ->type_name("FILE");
  CLI::Option* two_run = fuzz.add_flag(
      "--two-run", arguments.two_run,
      "Each seed is a pair of runs with other secrets, of every kind in turn: a server must not "
      "tell them apart");
  CLI::Option* planner = fuzz.add_flag("--planner", arguments.planner,
                                       "Each seed is some small histories of the merge code alone");
  planner->excludes(two_run)->excludes("--mix");
  two_run->excludes("--mix");
  fuzz.add_option(
          "--without", arguments.without,
          "Switch a family of faults off: network, hostile, device, disk, server, clocks or "
          "byzantine; may be said again")
      ->type_name("FAMILY")
      ->check(check_family);
  add_client_options(fuzz, options.client, options.reply_ms);
  add_foreign_option(fuzz, options.one_foreign);
  fuzz.get_option("--client")->excludes(two_run)->excludes(planner)->excludes("--promote");
  fuzz.get_option("--foreign")->needs("--client");
  add_color_option(fuzz, options.color);
  fuzz.add_flag("--quiet", options.quiet, "Print failures only");
}

}  // namespace

Command add_fuzz(CLI::App& app, const Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->options.jobs = invocation.default_jobs;
  arguments->options.program = invocation.program;
  CLI::App* fuzz =
      app.add_subcommand("fuzz", "Judge generated runs by the thousand and shrink what fails");
  fuzz->footer(kFuzzExamples);
  declare(*fuzz, *arguments);
  return {fuzz, [arguments] { return start(*arguments); }};
}

}  // namespace dp::cli
