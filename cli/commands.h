// The commands of the program, one line each: how its arguments are declared and what it does.
//
// add_<command> declares the command on `app` and returns what runs it once the arguments have been
// parsed. Its arguments live in cli/<command>_arguments.cc, what it does in
// cli/<command>_command.cc; main.cc only lists them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/report/exit_code.h"

namespace CLI {
class App;
}

namespace dp::cli {

struct Command {
  CLI::App* app = nullptr;  // owned by the app it was added to
  std::function<sim::ExitCode()> run;
};

// What a command knows of how it was started.
struct Invocation {
  std::string program;           // how a person starts this program again
  std::size_t default_jobs = 1;  // as many as there are processors
};

Command add_run(CLI::App& app, const Invocation& invocation);
Command add_check(CLI::App& app, const Invocation& invocation);
Command add_rules(CLI::App& app, const Invocation& invocation);
Command add_digest(CLI::App& app, const Invocation& invocation);
Command add_mutants(CLI::App& app, const Invocation& invocation);
Command add_fuzz(CLI::App& app, const Invocation& invocation);
Command add_replay(CLI::App& app, const Invocation& invocation);
Command add_merge(CLI::App& app, const Invocation& invocation);
Command add_two_run(CLI::App& app, const Invocation& invocation);
Command add_marks(CLI::App& app, const Invocation& invocation);
Command add_test(CLI::App& app, const Invocation& invocation);
Command add_adapter(CLI::App& app, const Invocation& invocation);
Command add_serve(CLI::App& app, const Invocation& invocation);
Command add_device(CLI::App& app, const Invocation& invocation);
Command add_vectors(CLI::App& app, const Invocation& invocation);
// `conform` and what is below it.
std::vector<Command> add_conform(CLI::App& app, const Invocation& invocation);
Command add_conform_client(CLI::App& conform, const Invocation& invocation);
Command add_conform_server(CLI::App& conform, const Invocation& invocation);
Command add_conform_broken(CLI::App& conform, const Invocation& invocation);
Command add_conform_report(CLI::App& conform, const Invocation& invocation);

}  // namespace dp::cli
