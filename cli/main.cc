// The command line of draftproof: the only file that reads argv.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/place.h"
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
    "  draftproof fuzz --budget 2m                   generated worlds, every law\n"
    "  draftproof conform client --adapter ./mine    judge a client that others wrote\n"
    "\n"
    "Exit codes: 0 all hold; 1 a violation; 2 usage or bad input; 3 internal error or a report\n"
    "that could not be written; 4 incomplete (interrupted or out of budget).";
std::size_t default_jobs() {
  const unsigned processors = std::thread::hardware_concurrency();
  return processors == 0 ? 1 : processors;
}

// In the order in which --help lists them.
std::vector<Command> add_commands(CLI::App& app, const Invocation& invocation) {
  std::vector<Command> commands = {
      add_run(app, invocation),    add_check(app, invocation),   add_rules(app, invocation),
      add_digest(app, invocation), add_mutants(app, invocation), add_fuzz(app, invocation),
      add_replay(app, invocation), add_merge(app, invocation),   add_two_run(app, invocation),
      add_marks(app, invocation),  add_test(app, invocation),    add_adapter(app, invocation),
      add_serve(app, invocation),  add_device(app, invocation),  add_vectors(app, invocation),
  };
  std::ranges::move(add_conform(app, invocation), std::back_inserter(commands));
  return commands;
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
  const std::vector<Command> commands =
      add_commands(app, {.program = program_command(argv[0]), .default_jobs = default_jobs()});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app, argc, argv);
    if (unknown.empty()) return parsed(app, error);
    std::fprintf(stderr, "draftproof: %s\n", unknown.c_str());
    return ExitCode::bad_input;
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  return ExitCode::broken;  // one of them was required
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
