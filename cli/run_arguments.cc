#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/color_argument.h"
#include "cli/commands.h"
#include "cli/foreign_arguments.h"
#include "cli/options.h"
#include "cli/run_command.h"

namespace dp::cli {
namespace {

constexpr const char* kRunExamples =
    "Without a path, the folder ./scenarios is run, or the suite that came with the program.\n"
    "\n"
    "Examples:\n"
    "  draftproof run\n"
    "  draftproof run scenarios/sync/two-devices.json --seed 7 --trace trace.txt\n"
    "  draftproof run --filter '*crash*' --seeds 1..1000 --jobs 8 --fail-fast\n"
    "  draftproof run --client './my-adapter --flag' --foreign one\n"
    "  draftproof run --quiet --json results.json --junit results.xml\n"
    "\n"
    "Exit codes: 0 all hold; 1 a violation; 2 usage or bad input; 3 a run that could not be\n"
    "judged, or a report that could not be written; 4 interrupted, or the client said no hello.";

std::string check_seeds(const std::string& text) {
  if (parse_seeds(text)) return "";
  return "\"" + text + "\" is not a range of seeds: write A..B with A not above B, such as 1..20";
}

// Options live as long as the command that fills them.
struct Arguments {
  RunOptions options;
  std::string seed;
  std::string seeds;
};

CLI::App* declare(CLI::App& app, Arguments& arguments) {
  RunOptions& options = arguments.options;
  CLI::App* run = app.add_subcommand("run", "Play scenarios and judge every run");
  run->footer(kRunExamples);
  run->add_option("PATH", options.paths, "Scenario files or folders of them");
  CLI::Option* one =
      run->add_option("--seed", arguments.seed, "Play each scenario with this seed only")
          ->type_name("N")
          ->check([](const std::string& text) {
            return text.find("..") == std::string::npos && parse_seeds(text)
                       ? std::string()
                       : "\"" + text + "\" is not a seed: a whole number";
          });
  run->add_option("--seeds", arguments.seeds,
                  "Play each scenario with these seeds, both ends included")
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
  add_client_options(*run, options.client, options.reply_ms);
  add_foreign_option(*run, options.one_foreign);
  run->add_flag("--list-excluded", options.list_excluded,
                "Only list the scenarios the client cannot play, and the powers it lacks");
  run->add_flag("--list", options.list, "Only list the scenarios that would be played");
  run->add_flag("--fail-fast", options.fail_fast, "Stop at the first run that does not pass");
  add_color_option(*run, options.color);
  run->add_flag("--quiet", options.quiet, "Print failures and the summary only");
  return run;
}

}  // namespace

Command add_run(CLI::App& app, const Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->options.jobs = invocation.default_jobs;
  arguments->options.program = invocation.program;
  CLI::App* command = declare(app, *arguments);
  return {command, [arguments] {
            RunOptions& options = arguments->options;
            if (!arguments->seed.empty()) options.seeds = parse_seeds(arguments->seed);
            if (!arguments->seeds.empty()) options.seeds = parse_seeds(arguments->seeds);
            return run_command(options);
          }};
}

}  // namespace dp::cli
