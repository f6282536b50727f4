#include "cli/options.h"

namespace dp::cli {
namespace {

std::optional<std::uint64_t> parse_seed(const std::string& text) {
  if (text.empty() || text.size() > 16 ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  std::uint64_t seed = 0;
  for (const char c : text) seed = seed * 10 + static_cast<std::uint64_t>(c - '0');
  if (seed > kVersionMax) return std::nullopt;
  return seed;
}

}  // namespace

std::optional<sim::SeedRange> parse_seeds(const std::string& text) {
  const std::size_t dots = text.find("..");
  const auto first = parse_seed(text.substr(0, dots));
  const auto last = dots == std::string::npos ? first : parse_seed(text.substr(dots + 2));
  if (!first || !last || *last < *first) return std::nullopt;
  return sim::SeedRange{*first, *last};
}

}  // namespace dp::cli
