#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/color_argument.h"
#include "cli/commands.h"
#include "cli/foreign_arguments.h"
#include "cli/replay_command.h"

namespace dp::cli {

Command add_replay(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<ReplayOptions>();
  options->program = invocation.program;
  CLI::App* replay = app.add_subcommand("replay", "Run a failure that fuzz found once more");
  replay->footer(
      "Exit codes: 1 the failure is reproduced, event by event; 0 every law holds (fixed?);\n"
      "4 it is another run now, and from which event on is said; 2 the file is no capsule.\n"
      "\n"
      "Example:\n"
      "  draftproof replay draftproof-fuzz/failures/*/shrunk.json --trace trace.txt");
  replay->add_option("CAPSULE", options->capsule, "The file that fuzz wrote")->required();
  replay->add_option("--trace", options->trace_file, "Write every event of the run, a line each")
      ->type_name("FILE");
  replay
      ->add_option("--promote", options->promote_file,
                   "Write the failure as a scenario to play with draftproof run")
      ->type_name("FILE");
  add_client_options(*replay, options->client, options->reply_ms);
  replay->get_option("--client")->excludes("--promote");
  add_color_option(*replay, options->color);
  replay->add_flag("--quiet", options->quiet, "Say less");
  return {replay, [options] { return replay_command(*options); }};
}

}  // namespace dp::cli
