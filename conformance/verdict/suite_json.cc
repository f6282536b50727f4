#include "conformance/verdict/suite_json.h"

#include <nlohmann/json.hpp>

#include "conformance/verdict/requirement.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::ordered_json;

Json requirement_json(const std::string& id) {
  const Requirement* one = find_requirement(id);
  if (one == nullptr) return {{"id", id}};
  return {{"id", id},
          {"level", one->binding == Binding::must ? "MUST" : "SHOULD"},
          {"sentence", one->sentence},
          {"line", one->line}};
}

Json case_json(const CaseResult& result) {
  Json requirements = Json::array();
  for (const std::string& id : result.about.requirements) {
    requirements.push_back(requirement_json(id));
  }
  Json out = {{"id", result.about.id},
              {"title", result.about.title},
              {"level", result.about.level},
              {"requirements", std::move(requirements)},
              {"needs", result.about.needs},
              {"verdict", name(result.verdict)}};
  if (result.verdict != Verdict::pass) {
    out["tag"] = result.tag;
    out["broken"] = result.broken;
    out["expected"] = result.expected;
    out["actual"] = result.actual;
    out["transcript"] = result.transcript;
  }
  if (result.close.verdict != Verdict::not_applicable) {
    out["close"] = {{"verdict", name(result.close.verdict)},
                    {"expected", result.close.expected},
                    {"actual", result.close.actual}};
  }
  out["seconds"] = result.seconds;
  out["rerun"] = result.rerun;
  return out;
}

}  // namespace

std::string suite_json(const SuiteResult& result) {
  Json counts;
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    counts[std::string(name(verdict))] = result.count(verdict);
  }
  Json cases = Json::array();
  for (const CaseResult& one : result.cases) cases.push_back(case_json(one));
  const Json out = {{"format", kConformanceFormat},
                    {"suite", result.suite},
                    {"level", result.level},
                    {"program_version", result.program_version},
                    {"implementation", result.implementation},
                    {"command", result.command},
                    {"capabilities", result.capabilities},
                    {"seed", result.seed},
                    {"overall", name(overall(result))},
                    {"interrupted", result.interrupted},
                    {"seconds", result.seconds},
                    {"counts", std::move(counts)},
                    {"cases", std::move(cases)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dp::conformance
