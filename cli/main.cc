// The command line of draftproof: the only file that reads argv.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/check_command.h"
#include "cli/digest_command.h"
#include "cli/mutants_command.h"
#include "cli/options.h"
#include "cli/place.h"
#include "cli/rules_command.h"
#include "cli/run_command.h"
#include "cli/test_command.h"
#include "cli/version.h"
#include "sim/scenario/suggestion.h"

namespace dp::cli {
namespace {

using sim::ExitCode;

constexpr const char* kAbout =
    "draftproof plays stories about people, devices, networks and servers against the complete\n"
    "draft-sync cores in simulated time, and judges every run by the laws of the protocol.";
constexpr const char* kExamples =
    "Examples:\n"
    "  draftproof run                                the whole suite in ./scenarios\n"
    "  draftproof run scenarios/race --seeds 1..500  one folder, many seeds\n"
    "  draftproof run --filter 'r2*' --json out.json some scenarios by name, with a report\n"
    "  draftproof check my-scenario.json             is it well formed?\n"
    "  draftproof rules                              the laws every run is judged by\n"
    "\n"
    "Exit codes: 0 all hold; 1 a violation; 2 usage or bad input; 3 internal error or a report\n"
    "that could not be written; 4 incomplete (interrupted or out of budget).";
constexpr const char* kRunExamples =
    "Without a path, the folder ./scenarios is run, or the suite that came with the program.\n"
    "\n"
    "Examples:\n"
    "  draftproof run\n"
    "  draftproof run scenarios/sync/two-devices.json --seed 7 --trace trace.txt\n"
    "  draftproof run --filter '*crash*' --seeds 1..1000 --jobs 8 --fail-fast\n"
    "  draftproof run --quiet --json results.json --junit results.xml";

std::string check_seeds(const std::string& text) {
  if (parse_seeds(text)) return "";
  return "\"" + text + "\" is not a range of seeds: write A..B with A not above B, such as 1..20";
}

std::size_t default_jobs() {
  const unsigned processors = std::thread::hardware_concurrency();
  return processors == 0 ? 1 : processors;
}

CLI::App* add_run(CLI::App& app, RunOptions& options, std::string& seed, std::string& seeds) {
  static const std::map<std::string, ColorChoice> colors{{"auto", ColorChoice::automatic},
                                                         {"always", ColorChoice::always},
                                                         {"never", ColorChoice::never}};
  CLI::App* run = app.add_subcommand("run", "Play scenarios and judge every run");
  run->footer(kRunExamples);
  run->add_option("PATH", options.paths, "Scenario files or folders of them");
  CLI::Option* one = run->add_option("--seed", seed, "Play each scenario with this seed only")
                         ->type_name("N")
                         ->check([](const std::string& text) {
                           return text.find("..") == std::string::npos && parse_seeds(text)
                                      ? std::string()
                                      : "\"" + text + "\" is not a seed: a whole number";
                         });
  run->add_option("--seeds", seeds, "Play each scenario with these seeds, both ends included")
      ->type_name("A..B")
      ->check(check_seeds)
      ->excludes(one);
  run->add_option("--jobs", options.jobs, "Runs at one time; as many as processors if not said")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  run->add_option("--filter", options.filter, "Only scenarios whose name matches, such as 'r4*'")
      ->type_name("GLOB");
  run->add_option("--json", options.json_file, "Write the results as JSON; - is standard output")
      ->type_name("FILE");
  run->add_option("--junit", options.junit_file, "Write the results as JUnit XML")
      ->type_name("FILE");
  run->add_option("--trace", options.trace_file, "Write every event of every run, a line each")
      ->type_name("FILE");
  run->add_flag("--list", options.list, "Only list the scenarios that would be played");
  run->add_flag("--fail-fast", options.fail_fast, "Stop at the first run that does not pass");
  run->add_option("--color", options.color, "auto, always or never; auto heeds NO_COLOR")
      ->type_name("WHEN")
      ->transform(CLI::CheckedTransformer(colors, CLI::ignore_case).description(""));
  run->add_flag("--quiet", options.quiet, "Print failures and the summary only");
  return run;
}

constexpr const char* kMutantsExamples =
    "Each patch is applied to a copy of its file, built into a program of its own, and the suite "
    "is\n"
    "played with that program. It needs the build folder this program was made in.\n"
    "\n"
    "Examples:\n"
    "  draftproof mutants --jobs 2\n"
    "  draftproof mutants --only 'client-*' --scenarios scenarios/send\n"
    "  draftproof mutants --patches my-mutants --json verdicts.json --markdown verdicts.md";

CLI::App* add_mutants(CLI::App& app, MutantsOptions& options) {
  CLI::App* mutants =
      app.add_subcommand("mutants", "Plant known bugs one by one and see who notices");
  mutants->footer(kMutantsExamples);
  mutants->add_option("--patches", options.patches, "Folder of *.patch; tests/mutants if not said")
      ->type_name("DIR");
  mutants->add_option("--scenarios", options.scenarios, "Play these instead of the whole suite")
      ->type_name("PATH");
  mutants->add_option("--only", options.only, "Only mutants whose name matches")->type_name("GLOB");
  mutants->add_option("--sample", options.sample, "Only so many, evenly spread")->type_name("N");
  mutants->add_option("--jobs", options.jobs, "Mutants at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  mutants->add_option("--json", options.json_file, "Write the verdicts as JSON")->type_name("FILE");
  mutants->add_option("--markdown", options.markdown_file, "Write the verdicts as a table")
      ->type_name("FILE");
  mutants->add_flag("--keep", options.keep, "Leave each mutant program in BUILD/mutants");
  mutants->add_flag("--quiet", options.quiet, "Print what was not killed and the table only");
  return mutants;
}

// "A subcommand is required" helps nobody who has misspelt one.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::ranges::find(names, argv[1]) != names.end()) return "";
  const std::vector<std::string_view> words(names.begin(), names.end());
  return std::string("there is no command \"") + argv[1] + "\"" + sim::suggestion(argv[1], words);
}

ExitCode parsed(CLI::App& app, const CLI::ParseError& error) {
  const int code = app.exit(error, std::cout, std::cerr);
  return code == 0 ? ExitCode::all_hold : ExitCode::bad_input;
}

ExitCode main_command(int argc, char** argv) {
  CLI::App app(kAbout, "draftproof");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("draftproof ") + kVersion);
  app.require_subcommand(1);

  RunOptions run_options;
  run_options.jobs = default_jobs();
  std::string seed;
  std::string seeds;
  CLI::App* run = add_run(app, run_options, seed, seeds);

  CheckOptions check_options;
  CLI::App* check = app.add_subcommand("check", "Validate scenario files without playing them");
  check->add_option("PATH", check_options.paths, "Scenario files or folders of them")->required();
  check->add_option("--index", check_options.index_file, "Also write what each scenario shows")
      ->type_name("FILE");

  CLI::App* rules = app.add_subcommand("rules", "Print the laws that every run is judged by");

  DigestOptions digest_options;
  digest_options.jobs = default_jobs();
  CLI::App* digest =
      app.add_subcommand("digest", "Print the event digest of every run: name, seed, digest");
  digest->add_option("PATH", digest_options.paths, "Scenario files or folders of them");
  digest->add_option("--jobs", digest_options.jobs, "Runs at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));

  MutantsOptions mutants_options;
  mutants_options.jobs = default_jobs();
  CLI::App* mutants = add_mutants(app, mutants_options);

  CLI::App* test = app.add_subcommand("test", "Build and test the source tree (the gate)");
  test->allow_extras();
  test->prefix_command();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app, argc, argv);
    if (unknown.empty()) return parsed(app, error);
    std::fprintf(stderr, "draftproof: %s\n", unknown.c_str());
    return ExitCode::bad_input;
  }
  if (*run) {
    run_options.program = program_command(argv[0]);
    if (!seed.empty()) run_options.seeds = parse_seeds(seed);
    if (!seeds.empty()) run_options.seeds = parse_seeds(seeds);
    return run_command(run_options);
  }
  if (*check) return check_command(check_options);
  if (*rules) return rules_command();
  if (*digest) return digest_command(digest_options);
  if (*mutants) return mutants_command(mutants_options);
  return test_command(test->remaining());
}

}  // namespace
}  // namespace dp::cli

int main(int argc, char** argv) {
  try {
    return number(dp::cli::main_command(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "draftproof: internal error: %s\n", error.what());
    return number(dp::sim::ExitCode::broken);
  }
}
