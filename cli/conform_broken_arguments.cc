#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/place.h"
#include "cli/report_file.h"
#include "conformance/broken/client/judgement.h"
#include "conformance/broken/server/judgement.h"
#include "conformance/hosts/files.h"

namespace dp::cli {
namespace {

using conformance::ScoreRow;

constexpr std::size_t kPageBytesMax = 4u << 20;

struct Arguments {
  bool server = false;
  std::string filter = "*";
  std::uint64_t seed = 1;
  std::size_t jobs = 1;
  std::size_t twin_runs = 2;
  std::string markdown_file;
  std::string json_file;
};

ScoreRow row_of(const conformance::BrokenVerdict& verdict) {
  using Came = ScoreRow::Came;
  ScoreRow row;
  row.name = verdict.client->name;
  row.requirement = verdict.client->requirement;
  row.what = verdict.client->what;
  row.grave = verdict.client->grave;
  row.by = verdict.caught_by;
  row.detail = verdict.detail;
  row.seconds = verdict.seconds;
  if (verdict.client->is_twin()) {
    row.came = verdict.good ? Came::clean : Came::accused;
  } else {
    row.came = verdict.good ? Came::caught : Came::missed;
  }
  return row;
}

// What is not as it should be is in capitals.
void tell(const ScoreRow& row) {
  std::string came(conformance::name(row.came));
  for (char& c : came) {
    if (!row.good() && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  fmt::print("{:<12} {:<28} {:<14} {}{}\n", came, row.name, row.requirement, row.by,
             row.good() ? "" : ": " + row.detail);
  std::fflush(stdout);
}

// The running program, not whatever a person starts it by: that may build first.
std::string itself() {
  return shell_word(executable_path().string());
}

std::vector<ScoreRow> judge_clients(const Arguments& arguments) {
  conformance::BrokenOptions options;
  options.adapter = itself() + " adapter";
  options.filter = arguments.filter;
  options.seed = arguments.seed;
  options.jobs = arguments.jobs;
  options.stop = interrupted;
  options.on_verdict = [](const conformance::BrokenVerdict& one) { tell(row_of(one)); };
  std::vector<ScoreRow> rows;
  for (const auto& one : conformance::judge_broken_clients(options)) rows.push_back(row_of(one));
  return rows;
}

std::vector<ScoreRow> judge_servers(const Arguments& arguments) {
  conformance::BrokenServersOptions options;
  options.command = itself() + " serve";
  options.filter = arguments.filter;
  options.seed = arguments.seed;
  options.jobs = arguments.jobs;
  options.twin_runs = arguments.twin_runs;
  options.stop = interrupted;
  options.on_row = tell;
  return conformance::judge_broken_servers(options);
}

// What the page says of the other suite stays.
std::string page_with(const Arguments& arguments, std::string_view suite,
                      const std::vector<ScoreRow>& rows) {
  const Result<std::string> before = hosts::read_file(arguments.markdown_file, kPageBytesMax);
  return conformance::with_score_part(before.value_or(""), suite,
                                      conformance::score_markdown(suite, rows));
}

bool write(const std::string& file, const std::string& text) {
  if (file.empty()) return true;
  ReportFile out;
  if (out.open(file) && out.write(text) && out.close()) return true;
  fmt::print(stderr, "{}\n", out.problem());
  return false;
}

sim::ExitCode judge(const Arguments& arguments) {
  const std::string_view suite = arguments.server ? "server" : "client";
  listen_for_interrupt();
  const std::vector<ScoreRow> rows =
      arguments.server ? judge_servers(arguments) : judge_clients(arguments);
  const conformance::ScoreSum sum = conformance::sum_of(rows);
  fmt::print("{}\n", conformance::said_in_short(sum));
  if (interrupted()) return sim::ExitCode::incomplete;
  const std::string page = arguments.markdown_file.empty() ? "" : page_with(arguments, suite, rows);
  const bool written = write(arguments.markdown_file, page) &&
                       write(arguments.json_file, conformance::score_json(suite, rows));
  if (!written) return sim::ExitCode::broken;
  return sum.good_enough() ? sim::ExitCode::all_hold : sim::ExitCode::violation;
}

}  // namespace

Command add_conform_broken(CLI::App& conform, const Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->jobs = invocation.default_jobs;
  CLI::App* broken = conform.add_subcommand(
      "broken", "Judge the suites by clients, or servers, that are wrong on purpose");
  broken->footer(
      "Fails unless at least 98 of 100 wrong ones are caught by a case of the requirement they\n"
      "break, all that leak or lose text, and no legal twin is accused.\n"
      "\n"
      "Examples:\n"
      "  draftproof conform broken                              the client suite\n"
      "  draftproof conform broken --server --filter 'lists-*'  some servers\n"
      "  draftproof conform broken --server --markdown docs/conformance-score.md\n"
      "\n"
      "Exit codes: 0 the suite is good enough; 1 it is not; 2 usage; 3 a page that could not be\n"
      "written; 4 interrupted.");
  broken->add_flag("--server", arguments->server, "The server suite instead of the client suite");
  broken->add_option("--filter", arguments->filter, "Only those whose name matches")
      ->type_name("GLOB");
  broken->add_option("--seed", arguments->seed, "Everything random is drawn from this")
      ->type_name("N");
  broken->add_option("--jobs", arguments->jobs, "As many at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  broken->add_option("--twin-runs", arguments->twin_runs, "How often each legal server is judged")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  broken
      ->add_option("--markdown", arguments->markdown_file, "Write the suite's table into that page")
      ->type_name("FILE");
  broken->add_option("--json", arguments->json_file, "Write the same as JSON")->type_name("FILE");
  return {broken, [arguments] { return judge(*arguments); }};
}

}  // namespace dp::cli
