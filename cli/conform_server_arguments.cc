#include <CLI/CLI.hpp>
#include <memory>

#include "cli/color_argument.h"
#include "cli/commands.h"
#include "cli/conform_reports.h"
#include "cli/conform_server_command.h"

namespace dp::cli {
namespace {

constexpr const char* kExamples =
    "A server is started with DRAFTPROOF_DATA_DIR, DRAFTPROOF_LISTEN and DRAFTPROOF_PROFILE set,\n"
    "and prints {\"ready\":true,\"url\":\"ws://...\"} when it listens: docs/protocol.md, 13.1.\n"
    "\n"
    "Examples:\n"
    "  draftproof conform server --cmd './my-server --flag'\n"
    "  draftproof conform server --cmd 'draftproof serve' --smoke\n"
    "  draftproof conform server --cmd ./my-server --case 'DP-VER-*' --verbose\n"
    "  draftproof conform server --url ws://127.0.0.1:8080 --profile profile.json\n"
    "  draftproof conform server --cmd ./my-server --known known.json --html report.html\n"
    "  draftproof conform server --list\n"
    "\n"
    "Exit codes: 0 it conforms; 1 a requirement is broken, or an entry of --known no longer fits;\n"
    "2 usage or bad input; 3 the suite itself failed, or a report could not be written; 4 not all\n"
    "of it was judged.";

CLI::App* declare(CLI::App& parent, ConformServerOptions& options) {
  CLI::App* server =
      parent.add_subcommand("server", "Judge a server, as a program or by its address");
  server->footer(kExamples);
  CLI::Option* command =
      server->add_option("--cmd", options.command, "Command that starts it")->type_name("CMD");
  server->add_option("--url", options.url, "Address of one that runs")
      ->type_name("URL")
      ->excludes(command);
  server->add_option("--profile", options.profile_file, "With --url: its accounts, tokens, limits")
      ->type_name("FILE");
  server->add_option("--ca", options.ca_file, "PEM of the authority to trust for wss")
      ->type_name("FILE");
  server->add_option("--case", options.filter, "Only cases whose id matches")->type_name("GLOB");
  server->add_flag("--smoke", options.smoke, "Only the few cases that say most, in seconds");
  server->add_option("--seed", options.seed, "Everything random is drawn from this")
      ->type_name("N");
  server->add_option("--jobs", options.jobs, "Cases at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  server->add_option("--reply-ms", options.reply_ms, "How long an answer may take")
      ->type_name("MS")
      ->check(CLI::Range(100, 600'000));
  server->add_option("--ready-ms", options.ready_ms, "How long a start may take")
      ->type_name("MS")
      ->check(CLI::Range(100, 600'000));
  server->add_flag("--list", options.list, "Print the cases and do nothing else");
  server->add_flag("--manifest", options.manifest, "Print which case judges which requirement");
  server->add_flag("--verbose", options.verbose, "Print transcripts of what did not pass");
  add_color_option(*server, options.color);
  return server;
}

}  // namespace

Command add_conform_server(CLI::App& conform, const Invocation& invocation) {
  auto options = std::make_shared<ConformServerOptions>();
  auto reports = std::make_shared<ConformReports>();
  options->reports = reports.get();
  options->program = invocation.program;
  CLI::App* server = declare(conform, *options);
  reports->declare(*server);
  return {server, [options, reports] { return conform_server(*options); }};
}

}  // namespace dp::cli
