#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/report_file.h"
#include "conformance/broken/client/judgement.h"

namespace dp::cli {
namespace {

struct Arguments {
  conformance::BrokenOptions options;
  std::string markdown_file;
};

sim::ExitCode judge(Arguments& arguments) {
  ReportFile table;
  if (!table.open(arguments.markdown_file)) {
    fmt::print(stderr, "{}\n", table.problem());
    return sim::ExitCode::broken;
  }
  listen_for_interrupt();
  std::size_t good = 0;
  arguments.options.stop = interrupted;
  arguments.options.on_verdict = [&](const conformance::BrokenVerdict& one) {
    good += one.good ? 1 : 0;
    const char* word =
        one.client->is_twin() ? (one.good ? "clean" : "ACCUSED") : (one.good ? "caught" : "MISSED");
    fmt::print("{:<8} {:<28} {:<14} {}\n", word, one.client->name, one.client->requirement,
               one.good ? one.caught_by : one.detail);
    std::fflush(stdout);
  };
  const auto verdicts = conformance::judge_broken_clients(arguments.options);
  fmt::print("{} of {} as they should be\n", good, verdicts.size());
  const bool written = table.write(conformance::broken_markdown(verdicts)) && table.close();
  if (!written) return sim::ExitCode::broken;
  if (interrupted()) return sim::ExitCode::incomplete;
  return good == verdicts.size() ? sim::ExitCode::all_hold : sim::ExitCode::violation;
}

}  // namespace

Command add_conform_broken(CLI::App& conform, const Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->options.adapter = invocation.program + " adapter";
  arguments->options.jobs = invocation.default_jobs;
  CLI::App* broken = conform.add_subcommand(
      "broken", "Judge the client suite by clients that are wrong on purpose");
  broken->add_option("--filter", arguments->options.filter, "Only clients whose name matches")
      ->type_name("GLOB");
  broken->add_option("--seed", arguments->options.seed)->type_name("N");
  broken->add_option("--markdown", arguments->markdown_file, "Write the table there")
      ->type_name("FILE");
  return {broken, [arguments] { return judge(*arguments); }};
}

}  // namespace dp::cli
