#include "sim/report/alike_failures.h"

#include <fmt/format.h>

#include <algorithm>

namespace dp::sim {
namespace {

constexpr std::size_t kPartsMax = 12;

std::string kind_of(const RunRecord& failed) {
  std::string what = fmt::format("{}\n{}", name(failed.status), failed.error);
  for (const ReportedViolation& violation : failed.violations) what += "\n" + violation.signature;
  return what;
}

}  // namespace

bool AlikeFailures::take(const RunRecord& failed) {
  std::string what = kind_of(failed);
  const auto known = std::ranges::find(kinds_, what, &Kind::what);
  if (known != kinds_.end()) {
    known->more.push_back(failed.seed);
    return false;
  }
  kinds_.push_back({std::move(what), failed.seed});
  return true;
}

std::vector<std::string> AlikeFailures::drain() {
  std::vector<std::string> lines;
  for (const Kind& kind : kinds_) {
    if (kind.more.empty()) continue;
    lines.push_back(fmt::format("  like seed {}: {} more, seed{} {}", kind.first_seed,
                                kind.more.size(), kind.more.size() == 1 ? "" : "s",
                                seeds_text(kind.more, kPartsMax)));
  }
  kinds_.clear();
  return lines;
}

std::string seeds_text(const std::vector<std::uint64_t>& seeds, std::size_t parts) {
  std::string out;
  std::size_t written = 0;
  for (std::size_t i = 0; i < seeds.size();) {
    if (written == parts) return out + fmt::format(" and {} more", seeds.size() - i);
    std::size_t end = i + 1;
    while (end < seeds.size() && seeds[end] == seeds[end - 1] + 1) ++end;
    if (!out.empty()) out += ", ";
    out += end - i == 1 ? fmt::format("{}", seeds[i])
                        : fmt::format("{}..{}", seeds[i], seeds[end - 1]);
    ++written;
    i = end;
  }
  return out;
}

}  // namespace dp::sim
