#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "conformance/reports/projections.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::ordered_json;

// Only what was judged and found wanting has a place in the specification to point at.
bool is_finding(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::flaky || verdict == Verdict::loose;
}

std::string rule_of(const CaseResult& one) {
  if (!one.broken.empty()) return one.broken;
  return one.about.requirements.empty() ? one.about.id : one.about.requirements.front();
}

Json rules_json(const Report& report, std::map<std::string, std::size_t>& numbers) {
  std::map<std::string, const ReportedRequirement*> known;
  for (const ReportedRequirement& one : report.requirements) known[one.id] = &one;
  Json rules = Json::array();
  for (const CaseResult& one : report.result.cases) {
    const std::string rule = rule_of(one);
    if (!is_finding(one.verdict) || numbers.contains(rule)) continue;
    numbers[rule] = rules.size();
    const auto found = known.find(rule);
    const std::string sentence = found == known.end() ? rule : found->second->sentence;
    rules.push_back({{"id", rule}, {"shortDescription", {{"text", sentence}}}});
  }
  return rules;
}

Json location_json(const Report& report, const std::string& rule) {
  const auto found = std::ranges::find(report.requirements, rule, &ReportedRequirement::id);
  const std::size_t line = found == report.requirements.end() ? 1 : found->line;
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", "docs/protocol.md"}}},
            {"region", {{"startLine", std::max<std::size_t>(line, 1)}}}}}};
}

Json result_json(const Report& report, const CaseResult& one, std::size_t rule_number) {
  const std::string rule = rule_of(one);
  const std::string text = one.about.title + ". Expected: " + one.expected +
                           ". Seen: " + message_of(one) + ". Again: " + one.rerun;
  Json out;
  out["ruleId"] = rule;
  out["ruleIndex"] = rule_number;
  out["level"] = one.verdict == Verdict::loose ? "warning" : "error";
  out["message"] = {{"text", text}};
  out["locations"] = Json::array({location_json(report, rule)});
  out["partialFingerprints"] = {{"case/v1", one.about.id + "/" + one.tag}};
  if (report.is_known(one)) {
    Json suppression = {{"kind", "external"}, {"justification", "in the list of known failures"}};
    out["suppressions"] = Json::array({std::move(suppression)});
  }
  return out;
}

}  // namespace

std::string sarif_json(const Report& report) {
  std::map<std::string, std::size_t> numbers;
  Json rules = rules_json(report, numbers);
  Json results = Json::array();
  for (const CaseResult& one : report.result.cases) {
    if (is_finding(one.verdict)) {
      results.push_back(result_json(report, one, numbers.at(rule_of(one))));
    }
  }
  Json run;
  run["tool"]["driver"] = {{"name", "draftproof"},
                           {"semanticVersion", report.result.program_version},
                           {"rules", std::move(rules)}};
  run["properties"] = {{"implementation", report.result.implementation},
                       {"suite", report.result.suite}};
  run["columnKind"] = "utf16CodeUnits";
  run["results"] = std::move(results);
  Json out;
  out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = Json::array({std::move(run)});  // compilers differ about braces around one value
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dp::conformance
