#include "sim/report/junit.h"

#include <fmt/format.h>

#include "core/vocabulary/bytes.h"

namespace dp::sim {
namespace {

// JUnit counts seconds with a fraction; milliseconds are what readers show.
std::string seconds(std::int64_t wall_us) {
  return fmt::format("{}.{:06}", wall_us / kSecond, wall_us % kSecond);
}

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.find_last_of('/');
  return slash == std::string::npos ? "scenarios" : file.substr(0, slash);
}

void write_case(const RunRecord& record, std::string& out) {
  out += fmt::format("    <testcase classname=\"{}\" name=\"{} seed {}\" time=\"{}\"",
                     xml_escaped(folder_of(record.file)), xml_escaped(record.name), record.seed,
                     seconds(record.wall_us));
  if (record.status == RunStatus::passed) {
    out += "/>\n";
    return;
  }
  const bool failed = record.status == RunStatus::failed;
  const std::string message =
      !record.error.empty() ? record.error
      : record.violations.empty()
          ? std::string(name(record.status))
          : fmt::format("{}: expected {}, seen {}", record.violations.front().rule,
                        record.violations.front().expected, record.violations.front().seen);
  const char* tag = failed ? "failure" : "error";
  const std::string type = record.violations.empty() ? "error" : record.violations.front().rule;
  out += fmt::format(">\n      <{} type=\"{}\" message=\"{}\">{}</{}>\n    </testcase>\n", tag,
                     xml_escaped(type), xml_escaped(message), xml_escaped(story_text(record, "")),
                     tag);
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  const bool utf8 = is_valid_utf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n') {
      out += "&#10;";
    } else if (c == '\t') {
      out += "&#9;";
    } else if (byte < 0x20 || byte == 0x7F || (!utf8 && byte >= 0x80)) {
      out += '?';
    } else {
      out += c;
    }
  }
  // U+FFFE and U+FFFF are valid UTF-8 and not characters of XML.
  for (const std::string_view banned : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = out.find(banned); at != std::string::npos; at = out.find(banned)) {
      out.replace(at, banned.size(), "?");
    }
  }
  return out;
}

std::string results_junit(const Results& results) {
  const Summary& sum = results.summary;
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{}\"", sum.runs,
                  sum.failed, sum.errors, seconds(sum.wall_us));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"draftproof\" {}>\n", counts);
  out += fmt::format("  <testsuite name=\"scenarios\" {}>\n", counts);
  for (const RunRecord& record : results.records) write_case(record, out);
  out += "  </testsuite>\n</testsuites>\n";
  return out;
}

}  // namespace dp::sim
