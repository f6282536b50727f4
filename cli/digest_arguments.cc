#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/digest_command.h"
#include "cli/options.h"

namespace dp::cli {

Command add_digest(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<DigestOptions>();
  options->jobs = invocation.default_jobs;
  CLI::App* digest =
      app.add_subcommand("digest", "Print the event digest of every run: name, seed, digest");
  digest->add_option("PATH", options->paths, "Scenario files or folders of them");
  digest->add_option("--jobs", options->jobs, "Runs at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  return {digest, [options] { return digest_command(*options); }};
}

}  // namespace dp::cli
