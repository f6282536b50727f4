#include "cli/rules_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/oracles/oracle_set.h"

namespace dp::cli {

sim::ExitCode rules_command() {
  for (const sim::OracleCard& card : sim::OracleSet::cards()) {
    fmt::print("{}\n  law:         {}\n  not checked: {}\n  ids:         {}\n\n", card.name,
               card.law, card.not_checked, fmt::join(card.ids, ", "));
  }
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? sim::ExitCode::all_hold
                                                              : sim::ExitCode::broken;
}

}  // namespace dp::cli
