#include "sim/report/results_json.h"

#include <nlohmann/json.hpp>

namespace dp::sim {
namespace {

using Json = nlohmann::ordered_json;

Json violation_json(const ReportedViolation& violation) {
  Json out;
  out["rule"] = violation.rule;
  out["signature"] = violation.signature;
  out["time_us"] = violation.time_us;
  out["where"] = violation.where;
  out["place"] = violation.place;
  out["action"] = violation.action;
  out["expected"] = violation.expected;
  out["seen"] = violation.seen;
  out["story"] = violation.story;
  return out;
}

Json record_json(const RunRecord& record) {
  Json out;
  out["name"] = record.name;
  out["file"] = record.file;
  out["seed"] = record.seed;
  out["status"] = name(record.status);
  if (!record.error.empty()) out["error"] = record.error;
  out["events"] = record.events;
  out["simulated_us"] = record.simulated_us;
  out["wall_us"] = record.wall_us;
  out["digest"] = record.digest;
  out["comparisons"] = record.comparisons;
  out["violations"] = Json::array();
  for (const ReportedViolation& violation : record.violations) {
    out["violations"].push_back(violation_json(violation));
  }
  return out;
}

Json summary_json(const Summary& summary) {
  Json out;
  out["scenarios"] = summary.scenarios;
  out["runs"] = summary.runs;
  out["passed"] = summary.passed;
  out["failed"] = summary.failed;
  out["errors"] = summary.errors;
  out["not_run"] = summary.not_run;
  out["interrupted"] = summary.interrupted;
  out["events"] = summary.events;
  out["comparisons"] = summary.comparisons;
  out["simulated_us"] = summary.simulated_us;
  out["wall_us"] = summary.wall_us;
  out["exit_code"] = number(summary.exit_code());
  return out;
}

Json client_json(const ClientReport& client) {
  Json out;
  out["command"] = client.command;
  out["implementation"] = client.implementation;
  out["excluded"] = Json::array();
  for (const ExcludedScenario& one : client.excluded) {
    out["excluded"].push_back({{"name", one.name}, {"file", one.file}, {"missing", one.missing}});
  }
  out["laws"] = Json::array();
  for (const LawReport& law : client.laws) {
    out["laws"].push_back(
        {{"name", law.name}, {"runs", law.runs}, {"comparisons", law.comparisons}});
  }
  return out;
}

}  // namespace

std::string results_json(const Results& results) {
  Json out;
  out["format"] = kResultsFormat;
  out["program"] = "draftproof " + results.program_version;
  out["records"] = Json::array();
  for (const RunRecord& record : results.records) out["records"].push_back(record_json(record));
  out["summary"] = summary_json(results.summary);
  if (results.client) out["client"] = client_json(*results.client);
  // Texts that are not UTF-8 (a frame that was corrupted) must not make the report fail.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dp::sim
