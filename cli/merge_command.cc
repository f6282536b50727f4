#include "cli/merge_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/report_file.h"
#include "sim/campaign/silence.h"
#include "sim/campaign/summary.h"

namespace dp::cli {
namespace {

using sim::ExitCode;

// The summary is the last line, and the lines of a million runs before it are not needed.
constexpr std::uintmax_t kTailBytes = 1u << 20;

std::expected<std::string, std::string> tail_of(const std::string& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return std::unexpected(fmt::format("{}: {}", file, error.message()));
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(fmt::format("{}: {}", file, std::strerror(errno)));
  const std::uintmax_t length = std::min(size, kTailBytes);
  in.seekg(static_cast<std::streamoff>(size - length));
  std::string text(static_cast<std::size_t>(length), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in) return std::unexpected(fmt::format("{}: cannot be read", file));
  return text;
}

void complain(std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
}

}  // namespace

ExitCode merge_command(const MergeOptions& options) {
  for (const std::string& file : options.files) {
    std::error_code error;
    if (options.json_file.empty() || !std::filesystem::equivalent(file, options.json_file, error)) {
      continue;
    }
    complain(
        fmt::format("--json {}: this is one of the parts, which would be lost: name another "
                    "file",
                    options.json_file));
    return ExitCode::bad_input;
  }
  std::vector<sim::NamedSummary> parts;
  for (const std::string& file : options.files) {
    const auto text = tail_of(file);
    if (!text) {
      complain(text.error());
      return ExitCode::bad_input;
    }
    auto summary = sim::read_summary(file, *text);
    if (!summary) {
      complain(summary.error());
      return ExitCode::bad_input;
    }
    parts.push_back({file, std::move(*summary)});
  }
  const auto sum = sim::merged(parts);
  if (!sum) {
    complain(sum.error());
    return ExitCode::bad_input;
  }
  ReportFile json;
  bool written = json.open(options.json_file);
  if (json.is_open()) json.write(sim::summary_json(*sum));
  if (!json.close()) written = false;
  if (!written) complain(json.problem());
  if (options.json_file != "-") fmt::print("{}\n", sim::summary_text(*sum));
  if (std::fflush(stdout) != 0) written = false;
  if (!written) return ExitCode::broken;
  if (sum->tally.failed > 0 || !sim::silence_of(*sum).empty()) return ExitCode::violation;
  return sum->complete ? ExitCode::all_hold : ExitCode::incomplete;
}

}  // namespace dp::cli
