#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/merge_command.h"

namespace dp::cli {

Command add_merge(CLI::App& app, const Invocation&) {
  auto options = std::make_shared<MergeOptions>();
  CLI::App* merge =
      app.add_subcommand("merge", "Put the summaries of the shards of a campaign together");
  merge->footer(
      "Exit codes: as those of a campaign that ran all the seeds itself.\n"
      "\n"
      "Example:\n"
      "  draftproof merge part1.jsonl part2.jsonl --json whole.json");
  merge->add_option("FILE", options->files, "What fuzz wrote with --json, or merge")->required();
  merge->add_option("--json", options->json_file, "Write the summary; - is standard output")
      ->type_name("FILE");
  return {merge, [options] { return merge_command(*options); }};
}

}  // namespace dp::cli
