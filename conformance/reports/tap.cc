#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "conformance/reports/projections.h"

namespace dp::conformance {
namespace {

// In a description a backslash and a number sign are escaped, and a line ends it.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '#') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

// A JSON string is a YAML scalar.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void write_diagnostic(const CaseResult& one, std::string& out) {
  out += "  ---\n";
  const std::pair<const char*, std::string> fields[] = {{"verdict", std::string(name(one.verdict))},
                                                        {"requirement", one.broken},
                                                        {"message", message_of(one)},
                                                        {"expected", one.expected},
                                                        {"again", one.rerun}};
  for (const auto& [key, value] : fields) {
    if (!value.empty()) out += fmt::format("  {}: {}\n", key, quoted(value));
  }
  out += "  ...\n";
}

}  // namespace

std::string tap14(const Report& report) {
  std::string out = fmt::format("TAP version 14\n1..{}\n# draftproof conform {}: {}\n",
                                report.result.cases.size(), report.result.suite,
                                escaped(report.result.implementation));
  std::size_t number = 0;
  for (const CaseResult& one : report.result.cases) {
    const Bucket heap = bucket(one.verdict);
    out += fmt::format("{}ok {} - {} {}", heap == Bucket::red ? "not " : "", ++number,
                       escaped(one.about.id), escaped(one.about.title));
    if (heap == Bucket::skipped) out += " # SKIP " + std::string(name(one.verdict));
    if (heap == Bucket::red && report.is_known(one))
      out +=
          " # TO"
          "DO known failure";  // a directive of TAP, not a note of ours
    out += '\n';
    if (one.verdict != Verdict::pass) write_diagnostic(one, out);
  }
  return out;
}

}  // namespace dp::conformance
