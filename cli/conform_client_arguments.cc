#include <CLI/CLI.hpp>
#include <memory>

#include "cli/color_argument.h"
#include "cli/commands.h"
#include "cli/conform_client_command.h"
#include "cli/conform_reports.h"

namespace dp::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  draftproof conform client --adapter './my-adapter --flag'\n"
    "  draftproof conform client --adapter ./my-adapter --case 'DP-SAVE-*' --seed 7\n"
    "  draftproof conform client --adapter 'draftproof adapter' --json result.json\n"
    "  draftproof conform client --adapter ./my-adapter --known known.json --html report.html\n"
    "  draftproof conform client --adapter ./my-adapter --level L2\n"
    "  draftproof conform client --level L1 --seconds 120 --json wire.json\n"
    "  draftproof conform client --list\n"
    "\n"
    "Exit codes: 0 it conforms; 1 a requirement is broken, or an entry of --known no longer fits;\n"
    "2 usage or bad input; 3 the suite itself failed, or a report could not be written; 4 not all\n"
    "of it was judged.";

CLI::App* declare(CLI::App& parent, ConformClientOptions& options) {
  CLI::App* client =
      parent.add_subcommand("client", "Judge a client through its adapter (docs/adapter.md)");
  client->footer(kExamples);
  client->add_option("--adapter", options.adapter, "Command that starts the adapter")
      ->type_name("CMD");
  client
      ->add_option("--level", options.level,
                   "L3: virtual time; L2: the adapter on real sockets; L1: no adapter, whatever "
                   "client connects")
      ->check(CLI::IsMember({"L1", "L2", "L3"}));
  client->add_option("--listen", options.listen, "L1: where the client connects to")
      ->type_name("HOST:PORT");
  client->add_option("--seconds", options.seconds, "L1: how long it is watched")
      ->type_name("N")
      ->check(CLI::Range(1, 86'400));
  client
      ->add_option("--write-key", options.key_file,
                   "L1: write the account's key file, for draftproof device")
      ->type_name("FILE");
  client->add_option("--case", options.filter, "Only cases whose id matches")->type_name("GLOB");
  client->add_option("--seed", options.seed, "Everything random is drawn from this")
      ->type_name("N");
  client->add_option("--jobs", options.jobs, "Cases at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  client->add_option("--reply-ms", options.reply_ms, "How long an answer may take")
      ->type_name("MS")
      ->check(CLI::Range(100, 600'000));
  client->add_flag("--list", options.list, "Print the cases and do nothing else");
  client->add_flag("--manifest", options.manifest, "Print which case judges which requirement");
  client->add_flag("--verbose", options.verbose, "Print transcripts of what did not pass");
  add_color_option(*client, options.color);
  return client;
}

}  // namespace

Command add_conform_client(CLI::App& conform, const Invocation& invocation) {
  auto options = std::make_shared<ConformClientOptions>();
  auto reports = std::make_shared<ConformReports>();
  options->reports = reports.get();
  options->program = invocation.program;
  options->jobs = invocation.default_jobs;
  CLI::App* client = declare(conform, *options);
  reports->declare(*client);
  return {client, [options, reports] { return conform_client(*options); }};
}

}  // namespace dp::cli
