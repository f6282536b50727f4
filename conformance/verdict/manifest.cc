#include "conformance/verdict/manifest.h"

#include <algorithm>

namespace dp::conformance {

Manifest manifest_of(Side side, std::span<const Case> cases,
                     std::span<const Exclusion> exclusions) {
  Manifest out;
  for (const Requirement& one : requirements()) {
    if (one.side != side && one.side != Side::both) continue;
    ManifestRow row{&one, {}, {}};
    for (const Case& each : cases) {
      if (std::ranges::find(each.requirements, one.id) != each.requirements.end()) {
        row.cases.push_back(each.id);
      }
    }
    for (const Exclusion& each : exclusions) {
      if (each.requirement != one.id) continue;
      if (!row.cases.empty()) out.pointless_exclusions.push_back(one.id);
      row.excluded = each.reason;
    }
    out.rows.push_back(std::move(row));
  }
  for (const Case& each : cases) {
    const bool known = !each.requirements.empty() &&
                       std::ranges::all_of(each.requirements, [](const std::string& id) {
                         return find_requirement(id) != nullptr;
                       });
    if (!known) out.cases_without_id.push_back(each.id);
  }
  return out;
}

std::string manifest_markdown(const Manifest& manifest) {
  std::string out = "| requirement | level | judged by |\n|---|---|---|\n";
  for (const ManifestRow& row : manifest.rows) {
    out += "| " + row.requirement->id + " | " +
           (row.requirement->binding == Binding::must ? "MUST" : "SHOULD") + " | ";
    if (row.open()) out += "nothing";
    if (row.cases.empty() && !row.excluded.empty()) out += "excluded: " + row.excluded;
    for (std::size_t i = 0; i < row.cases.size(); ++i) {
      out += (i == 0 ? "`" : ", `") + row.cases[i] + "`";
    }
    out += " |\n";
  }
  return out;
}

}  // namespace dp::conformance
