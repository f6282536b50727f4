#include "cli/scenario_index.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace dp::cli {

using Json = nlohmann::ordered_json;

std::string scenario_index(const std::vector<sim::Scenario>& scenarios, const std::string& root) {
  std::vector<const sim::Scenario*> sorted;
  for (const sim::Scenario& scenario : scenarios) sorted.push_back(&scenario);
  std::ranges::sort(sorted, {}, &sim::Scenario::name);
  Json list = Json::array();
  for (const sim::Scenario* scenario : sorted) {
    Json entry;
    entry["name"] = scenario->name;
    entry["file"] = std::filesystem::path(scenario->file).lexically_relative(root).generic_string();
    entry["story"] = scenario->story;
    entry["covers"] = scenario->covers;
    entry["seeds"] =
        std::to_string(scenario->seeds.first) + ".." + std::to_string(scenario->seeds.last);
    entry["powers"] = Json::array();
    for (const sim::Power power : scenario->powers_needed()) {
      entry["powers"].push_back(sim::name(power));
    }
    list.push_back(std::move(entry));
  }
  Json index;
  index["format"] = kIndexFormat;
  index["scenarios"] = std::move(list);
  return index.dump(2) + "\n";
}

}  // namespace dp::cli
