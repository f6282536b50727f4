#include "conformance/verdict/case.h"

#include <algorithm>
#include <set>

#include "conformance/verdict/requirement.h"

namespace dp::conformance {

std::size_t SuiteResult::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases, [&](const CaseResult& one) { return one.verdict == verdict; }));
}

Overall overall(const SuiteResult& result) {
  if (result.count(Verdict::fail) + result.count(Verdict::flaky) > 0) {
    return Overall::not_conformant;
  }
  const std::size_t errors = result.count(Verdict::harness_error);
  if (errors > 0 && errors == result.cases.size()) return Overall::harness_broken;
  const bool unknown = errors + result.count(Verdict::untestable) > 0;
  const bool judged = result.count(Verdict::pass) + result.count(Verdict::loose) > 0;
  return unknown || result.interrupted || !judged ? Overall::incomplete : Overall::conformant;
}

namespace {

bool judges(Verdict verdict) {
  return verdict == Verdict::pass || verdict == Verdict::loose || verdict == Verdict::fail ||
         verdict == Verdict::info || verdict == Verdict::flaky;
}

}  // namespace

std::vector<NotJudged> not_judged(const SuiteResult& result) {
  std::set<std::string> known;
  for (const CaseResult& one : result.cases) {
    if (judges(one.verdict)) {
      known.insert(one.about.requirements.begin(), one.about.requirements.end());
    }
  }
  std::vector<NotJudged> out;
  for (const CaseResult& one : result.cases) {
    for (const std::string& id : one.about.requirements) {
      if (!known.insert(id).second) continue;
      out.push_back({id, one.expected.empty() ? one.actual : "needs " + one.expected});
    }
  }
  return out;
}

std::size_t requirements_of(const SuiteResult& result) {
  std::set<std::string> all;
  for (const CaseResult& one : result.cases) {
    all.insert(one.about.requirements.begin(), one.about.requirements.end());
  }
  return all.size();
}

std::string sentences_of(const Case& about) {
  std::string out;
  for (const std::string& id : about.requirements) {
    const Requirement* one = find_requirement(id);
    if (one == nullptr) continue;
    if (!out.empty()) out += '\n';
    out += one->sentence;
  }
  return out;
}

}  // namespace dp::conformance
