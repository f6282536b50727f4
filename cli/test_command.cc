#include "cli/test_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/place.h"

namespace dp::cli {

sim::ExitCode test_command(const std::vector<std::string>& arguments) {
  const auto root = source_root();
  if (!root) {
    fmt::print(
        stderr,
        "draftproof: \"test\" builds and tests a source tree, and this program was installed "
        "without one. \"draftproof run\" plays the installed scenarios; the tests are run by "
        "./draftproof test in a checkout.\n");
    return sim::ExitCode::bad_input;
  }
  const std::string script = (*root / "tests" / "gate" / "run").string();
  std::vector<const char*> argv{script.c_str()};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  ::execv(script.c_str(), const_cast<char* const*>(argv.data()));
  fmt::print(stderr, "draftproof: {} cannot be started: {}\n", script, std::strerror(errno));
  return sim::ExitCode::broken;
}

}  // namespace dp::cli
