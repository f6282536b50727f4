// Which requirement is judged by which case, and why the others are not.
//
// Guarantees: every requirement of the sides asked for has exactly one row; a row without a case
// and without a reason is `open`, and a gate is red while there is one.
// Does not: know suites; they hand in their cases.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/verdict/case.h"
#include "conformance/verdict/requirement.h"

namespace dp::conformance {

struct Exclusion {
  std::string requirement;
  std::string reason;
};

struct ManifestRow {
  const Requirement* requirement = nullptr;
  std::vector<std::string> cases;  // ids
  std::string excluded;            // reason, "" if not excluded
  bool open() const { return cases.empty() && excluded.empty(); }
};

struct Manifest {
  std::vector<ManifestRow> rows;                  // in the order of the specification
  std::vector<std::string> cases_without_id;      // cases that name no known requirement
  std::vector<std::string> pointless_exclusions;  // excluded although a case judges it
};

// Requirements of `side` and of both sides.
Manifest manifest_of(Side side, std::span<const Case> cases, std::span<const Exclusion> exclusions);

std::string manifest_markdown(const Manifest& manifest);  // the table of docs

}  // namespace dp::conformance
