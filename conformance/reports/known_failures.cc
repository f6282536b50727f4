#include "conformance/reports/known_failures.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/report/name_pattern.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kEntriesMax = 10000;

std::unexpected<Error> bad(std::string detail) {
  return fail(Fault::caller, "bad_known_failures", std::move(detail));
}

std::string at(std::size_t index, std::string_view member) {
  return "entries[" + std::to_string(index) + "]." + std::string(member);
}

// ISO 8601 calendar dates of four-digit years.
bool is_date(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() != 10 || std::sscanf(text.c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3) {
    return false;
  }
  char again[32];
  std::snprintf(again, sizeof again, "%04d-%02u-%02u", year, month, day);
  return text == again &&
         std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day))
             .ok();
}

Result<KnownFailure> read_entry(const Json& json, std::size_t index) {
  if (!json.is_object()) return bad("entries[" + std::to_string(index) + "] is not an object");
  KnownFailure entry;
  using Member = std::pair<std::string_view, std::string*>;
  const Member members[] = {{"case", &entry.pattern},
                            {"message", &entry.message},
                            {"link", &entry.link},
                            {"expires", &entry.expires}};
  bool has_verdict = false;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return bad(at(index, key) + " is not a string");
    const auto text = value.get<std::string>();
    if (key == "verdict") {
      const auto verdict = verdict_named(text);
      if (!verdict || !is_red(*verdict)) {
        return bad(at(index, key) + " is not fail, untestable, flaky or harness-error");
      }
      entry.verdict = *verdict;
      has_verdict = true;
      continue;
    }
    const auto* member = std::ranges::find(members, key, &Member::first);
    if (member == std::end(members)) {
      return bad(at(index, key) + " is unknown; members are case, verdict, message, link, expires");
    }
    *member->second = text;
  }
  if (entry.pattern.empty()) return bad(at(index, "case") + " is missing");
  if (!has_verdict) return bad(at(index, "verdict") + " is missing");
  if (!is_date(entry.expires)) return bad(at(index, "expires") + " is not a date YYYY-MM-DD");
  return entry;
}

}  // namespace

Result<std::vector<KnownFailure>> read_known_failures(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad("not JSON");
  if (!json.is_object()) return bad("not an object");
  for (const auto& [key, value] : json.items()) {
    if (key != "format" && key != "entries") return bad(key + " is unknown");
  }
  const auto format = json.find("format");
  if (format == json.end() || *format != kKnownFailuresFormat) {
    return bad("format is not " + std::string(kKnownFailuresFormat));
  }
  const auto entries = json.find("entries");
  if (entries == json.end() || !entries->is_array()) return bad("entries is not an array");
  if (entries->size() > kEntriesMax) return bad("entries has more than 10000 members");
  std::vector<KnownFailure> list;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    auto entry = read_entry((*entries)[i], i);
    if (!entry) return std::unexpected(entry.error());
    list.push_back(std::move(*entry));
  }
  return list;
}

namespace {

// What one entry met. The first difference is the one that is told.
struct Met {
  std::size_t cases = 0;
  std::size_t red = 0;
  std::vector<std::string> as_described;
  std::string difference;
};

Met compare(const KnownFailure& entry, const Report& report) {
  Met met;
  for (const CaseResult& one : report.result.cases) {
    if (!sim::glob_matches(entry.pattern, one.about.id)) continue;
    ++met.cases;
    if (!is_red(one.verdict)) continue;
    ++met.red;
    const std::string message = message_of(one);
    if (one.verdict == entry.verdict && message.starts_with(entry.message)) {
      met.as_described.push_back(one.about.id);
    } else if (met.difference.empty()) {
      met.difference = one.about.id + " is " + std::string(name(one.verdict)) + " with \"" +
                       message.substr(0, 120) + "\"";
    }
  }
  return met;
}

}  // namespace

void apply_known_failures(const std::vector<KnownFailure>& list, std::string_view today,
                          bool whole_suite, Report& report) {
  for (const KnownFailure& entry : list) {
    const Met met = compare(entry, report);
    if (met.cases == 0 && !whole_suite) continue;
    const auto problem = [&](const char* what, std::string detail) {
      report.known_problems.push_back({entry.pattern, what, std::move(detail)});
    };
    if (entry.expires < today) {
      problem("expired", "expected until " + entry.expires);
      continue;
    }
    if (met.red == 0) {
      problem("stale", met.cases == 0 ? "names no case of this suite" : "nothing it names is red");
      continue;
    }
    if (!met.difference.empty()) problem("changed", met.difference);
    report.known.insert(report.known.end(), met.as_described.begin(), met.as_described.end());
  }
  std::ranges::sort(report.known);
  const auto twice = std::ranges::unique(report.known);
  report.known.erase(twice.begin(), twice.end());
}

}  // namespace dp::conformance
