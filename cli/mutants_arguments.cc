#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/mutants_command.h"
#include "cli/options.h"

namespace dp::cli {
namespace {

constexpr const char* kMutantsExamples =
    "Each patch is applied to a copy of its file, built into a program of its own, and the suite "
    "is\n"
    "played with that program. It needs the build folder this program was made in.\n"
    "\n"
    "Examples:\n"
    "  draftproof mutants --jobs 2\n"
    "  draftproof mutants --only 'client-*' --scenarios scenarios/send\n"
    "  draftproof mutants --patches my-mutants --json verdicts.json --markdown verdicts.md";

CLI::App* declare(CLI::App& app, MutantsOptions& options) {
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

}  // namespace

Command add_mutants(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<MutantsOptions>();
  options->jobs = invocation.default_jobs;
  return {declare(app, *options), [options] { return mutants_command(*options); }};
}

}  // namespace dp::cli
