#include "cli/mutant_assignment.h"

namespace dp::cli {
namespace {

// Bipartite matching by augmenting paths; a mutant is a vertex with room for several.
class Matching {
 public:
  Matching(const std::map<std::string, std::set<std::string>>& seen_by, std::size_t capacity)
      : seen_by_(seen_by), capacity_(capacity) {}

  bool place(const std::string& scenario, std::set<std::string>& visited) {
    for (const std::string& mutant : seen_by_.at(scenario)) {
      if (!visited.insert(mutant).second) continue;
      std::set<std::string>& served = served_[mutant];
      if (served.size() < capacity_) {
        served.insert(scenario);
        return true;
      }
      for (const std::string& other : std::set<std::string>(served)) {
        if (!place(other, visited)) continue;
        served.erase(other);
        served.insert(scenario);
        return true;
      }
    }
    return false;
  }

  std::map<std::string, std::string> result() const {
    std::map<std::string, std::string> mutant_of;
    for (const auto& [mutant, scenarios] : served_) {
      for (const std::string& scenario : scenarios) mutant_of[scenario] = mutant;
    }
    return mutant_of;
  }

 private:
  const std::map<std::string, std::set<std::string>>& seen_by_;
  std::size_t capacity_;
  std::map<std::string, std::set<std::string>> served_;
};

}  // namespace

std::map<std::string, std::string> assign_mutants(
    const std::map<std::string, std::set<std::string>>& seen_by, std::size_t capacity) {
  Matching matching(seen_by, capacity);
  for (const auto& [scenario, mutants] : seen_by) {
    std::set<std::string> visited;
    matching.place(scenario, visited);
  }
  return matching.result();
}

}  // namespace dp::cli
