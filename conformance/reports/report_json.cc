#include "conformance/reports/report_json.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace dp::conformance {
namespace {

using Json = nlohmann::ordered_json;

Json case_json(const CaseResult& one) {
  Json out;
  out["id"] = one.about.id;
  out["requirements"] = one.about.requirements;
  out["title"] = one.about.title;
  out["level"] = one.about.level;
  out["needs"] = one.about.needs;
  out["verdict"] = name(one.verdict);
  out["tag"] = one.tag;
  out["broken"] = one.broken;
  out["expected"] = one.expected;
  out["actual"] = one.actual;
  out["close"] = {{"verdict", name(one.close.verdict)},
                  {"expected", one.close.expected},
                  {"actual", one.close.actual}};
  out["seconds"] = one.seconds;
  out["rerun"] = one.rerun;
  out["transcript"] = one.transcript;
  return out;
}

Json requirement_json(const ReportedRequirement& one, const std::string& not_judged) {
  return {{"id", one.id},
          {"binding", one.binding},
          {"side", one.side},
          {"line", one.line},
          {"sentence", one.sentence},
          {"cases", one.cases},
          {"excluded", one.excluded},
          {"not_judged", not_judged}};
}

Json requirements_json(const Report& report) {
  std::map<std::string, std::string> takes;
  for (NotJudged& one : not_judged(report.result)) takes[one.requirement] = std::move(one.takes);
  Json out = Json::array();
  for (const auto& one : report.requirements) out.push_back(requirement_json(one, takes[one.id]));
  return out;
}

Json counts_json(const Report& report) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    out[std::string(name(verdict))] = report.result.count(verdict);
  }
  return out;
}

// Reads members one after another; the first that is wrong is the one that is named.
class Reader {
 public:
  const std::optional<Error>& error() const { return error_; }

  const Json* member(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end()) {
      complain(key, "is missing");
      return nullptr;
    }
    return &*found;
  }
  std::string text(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr) return {};
    if (!value->is_string()) complain(key, "is not a string");
    return value->is_string() ? value->get<std::string>() : std::string();
  }
  std::uint64_t whole(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr) return 0;
    if (!value->is_number_unsigned()) complain(key, "is not a whole number");
    return value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
  }
  double number(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr) return 0;
    if (!value->is_number()) complain(key, "is not a number");
    return value->is_number() ? value->get<double>() : 0;
  }
  bool flag(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) complain(key, "is not true or false");
    return value->is_boolean() && value->get<bool>();
  }
  std::vector<std::string> texts(const Json& object, const char* key) {
    std::vector<std::string> out;
    for (const Json& one : list(object, key)) {
      if (!one.is_string()) {
        complain(key, "holds something that is not a string");
        break;
      }
      out.push_back(one.get<std::string>());
    }
    return out;
  }
  const Json& list(const Json& object, const char* key) {
    static const Json kNothing = Json::array();
    const Json* value = member(object, key);
    if (value == nullptr) return kNothing;
    if (!value->is_array()) complain(key, "is not an array");
    return value->is_array() ? *value : kNothing;
  }
  Verdict verdict(const Json& object, const char* key) {
    const auto found = verdict_named(text(object, key));
    if (!found) complain(key, "is not a verdict");
    return found.value_or(Verdict::harness_error);
  }
  void inside(std::string place) { place_ = std::move(place); }

 private:
  void complain(const char* key, const char* what) {
    if (error_) return;
    error_ = Error{Fault::caller, "bad_report",
                   (place_.empty() ? "" : place_ + ".") + std::string(key) + " " + what};
  }
  std::string place_;
  std::optional<Error> error_;
};

CaseResult read_case(Reader& reader, const Json& json) {
  CaseResult out;
  out.about = {.id = reader.text(json, "id"),
               .requirements = reader.texts(json, "requirements"),
               .title = reader.text(json, "title"),
               .level = reader.text(json, "level"),
               .needs = reader.texts(json, "needs")};
  out.verdict = reader.verdict(json, "verdict");
  out.tag = reader.text(json, "tag");
  out.broken = reader.text(json, "broken");
  out.expected = reader.text(json, "expected");
  out.actual = reader.text(json, "actual");
  out.seconds = reader.number(json, "seconds");
  out.rerun = reader.text(json, "rerun");
  out.transcript = reader.texts(json, "transcript");
  if (const Json* close = reader.member(json, "close")) {
    out.close = {.verdict = reader.verdict(*close, "verdict"),
                 .expected = reader.text(*close, "expected"),
                 .actual = reader.text(*close, "actual")};
  }
  return out;
}

void read_header(Reader& reader, const Json& json, Report& report) {
  SuiteResult& result = report.result;
  result.suite = reader.text(json, "suite");
  result.implementation = reader.text(json, "implementation");
  result.program_version = reader.text(json, "program");
  result.level = reader.text(json, "level");
  result.command = reader.text(json, "command");
  result.seed = reader.whole(json, "seed");
  result.capabilities = reader.texts(json, "capabilities");
  result.interrupted = reader.flag(json, "interrupted");
  result.seconds = reader.number(json, "seconds");
  report.started_unix_ms = static_cast<std::int64_t>(reader.whole(json, "started_unix_ms"));
  report.known = reader.texts(json, "known");
}

void read_lists(Reader& reader, const Json& json, Report& report) {
  std::size_t index = 0;
  for (const Json& one : reader.list(json, "known_problems")) {
    reader.inside("known_problems[" + std::to_string(index++) + "]");
    report.known_problems.push_back(
        {reader.text(one, "entry"), reader.text(one, "what"), reader.text(one, "detail")});
  }
  index = 0;
  for (const Json& one : reader.list(json, "requirements")) {
    reader.inside("requirements[" + std::to_string(index++) + "]");
    report.requirements.push_back({.id = reader.text(one, "id"),
                                   .binding = reader.text(one, "binding"),
                                   .side = reader.text(one, "side"),
                                   .sentence = reader.text(one, "sentence"),
                                   .line = reader.whole(one, "line"),
                                   .cases = reader.texts(one, "cases"),
                                   .excluded = reader.text(one, "excluded")});
  }
  index = 0;
  for (const Json& one : reader.list(json, "cases")) {
    reader.inside("cases[" + std::to_string(index++) + "]");
    report.result.cases.push_back(read_case(reader, one));
  }
}

}  // namespace

std::string report_json(const Report& report) {
  const SuiteResult& result = report.result;
  Json out;
  out["format"] = kReportFormat;
  out["program"] = result.program_version;
  out["suite"] = result.suite;
  out["implementation"] = result.implementation;
  out["level"] = result.level;
  out["command"] = result.command;
  out["seed"] = result.seed;
  out["capabilities"] = result.capabilities;
  out["interrupted"] = result.interrupted;
  out["started_unix_ms"] = report.started_unix_ms;
  out["seconds"] = result.seconds;
  out["overall"] = name(overall(result));
  out["counts"] = counts_json(report);
  out["known"] = report.known;
  out["known_problems"] = Json::array();
  for (const KnownProblem& one : report.known_problems) {
    out["known_problems"].push_back(
        {{"entry", one.entry}, {"what", one.what}, {"detail", one.detail}});
  }
  out["requirements"] = requirements_json(report);
  out["cases"] = Json::array();
  for (const CaseResult& one : result.cases) out["cases"].push_back(case_json(one));
  // What a peer sent need not be UTF-8; the report must be.
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Report> read_report_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(Fault::caller, "bad_report", "not JSON");
  Reader reader;
  const std::string format = reader.text(json, "format");
  if (!reader.error() && format != kReportFormat) {
    return fail(Fault::caller, "bad_report",
                "format is \"" + format + "\"; this program reads " + std::string(kReportFormat));
  }
  Report report;
  read_header(reader, json, report);
  read_lists(reader, json, report);
  if (reader.error()) return std::unexpected(*reader.error());
  return report;
}

}  // namespace dp::conformance
