#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "conformance/reports/projections.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::ordered_json;

const char* status_of(const Report& report, const CaseResult& one) {
  switch (bucket(one.verdict)) {
    case Bucket::green:
      return "passed";
    case Bucket::skipped:
      return "skipped";
    case Bucket::red:
      return report.is_known(one) ? "other" : "failed";
  }
  return "failed";
}

std::int64_t milliseconds(double seconds) {
  return std::llround(seconds * 1000);
}

Json test_json(const Report& report, const CaseResult& one) {
  Json out;
  out["name"] = one.about.id + " " + one.about.title;
  out["status"] = status_of(report, one);
  out["duration"] = milliseconds(one.seconds);
  out["rawStatus"] = name(one.verdict);
  out["suite"] = {report.result.suite, one.about.id.substr(0, one.about.id.find('/'))};
  if (one.verdict != Verdict::pass) {
    out["message"] = message_of(one);
    out["trace"] = "expected: " + one.expected + "\nactual: " + one.actual;
    out["extra"] = {{"requirement", one.broken}, {"rerun", one.rerun}};
  }
  return out;
}

}  // namespace

std::string ctrf_json(const Report& report) {
  Json tests = Json::array();
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t other = 0;
  for (const CaseResult& one : report.result.cases) {
    tests.push_back(test_json(report, one));
    const std::string status = tests.back()["status"];
    ++(status == "passed"    ? passed
       : status == "failed"  ? failed
       : status == "skipped" ? skipped
                             : other);
  }
  Json out;
  out["reportFormat"] = "CTRF";
  out["specVersion"] = "0.0.0";
  Json& results = out["results"];
  results["tool"] = {{"name", "draftproof"}, {"version", report.result.program_version}};
  results["summary"] = {{"tests", report.result.cases.size()},
                        {"passed", passed},
                        {"failed", failed},
                        {"pending", 0},
                        {"skipped", skipped},
                        {"other", other},
                        {"start", report.started_unix_ms},
                        {"stop", report.started_unix_ms + milliseconds(report.result.seconds)}};
  results["tests"] = std::move(tests);
  results["environment"] = {{"appName", report.result.implementation},
                            {"testEnvironment", report.result.level}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dp::conformance
