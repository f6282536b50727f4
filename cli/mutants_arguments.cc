#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/mutants_command.h"
#include "cli/options.h"

namespace dp::cli {
namespace {

constexpr std::uint64_t kMutantSeedsMax = 1'000'000;

constexpr const char* kMutantsExamples =
    "Each patch is applied to a copy of its file, built into a program of its own, and the suite "
    "is\n"
    "played with that program. It needs the build folder this program was made in.\n"
    "\n"
    "Examples:\n"
    "  draftproof mutants --jobs 2\n"
    "  draftproof mutants --only 'client-*' --scenarios scenarios/send\n"
    "  draftproof mutants --patches my-mutants --json verdicts.json --markdown verdicts.md\n"
    "  draftproof mutants --only '*-torn-*' --fuzz 400           (which seed notices first)\n"
    "  draftproof mutants --jobs 2 --fuzz 400 --unit-tests --json docs/mutation-score.json\n"
    "\n"
    "Exit codes: 0 all killed; 1 a survivor, a blunt one, a scenario without a mutant of its own "
    "or\n"
    "a family of faults that no mutant needs; 2 usage or bad input; 3 a patch that does not apply "
    "or\n"
    "build; 4 interrupted.";

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
  mutants
      ->add_option(
          "--fuzz", options.fuzz_seeds,
          "Play seeds 1..N of the default mix with each too, up to the first that notices; "
          "again without the family a patch names")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, kMutantSeedsMax));
  mutants->add_flag("--unit-tests", options.unit_tests,
                    "Say which unit tests of the cores notice; they must be built");
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
