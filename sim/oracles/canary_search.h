// SEC-01, SEC-42, SEC-48: no secret appears anywhere outside the device's process.
//
// Every text a person types and every key is a canary. All taps are searched: frames in both
// directions with the concatenation of each connection, tokens, database rows, store rows with
// their keys, logs, notices. At the end of each run one canary is planted in every tap and every
// view and must be found, so a search that went blind is itself a violation.
// Does not check: texts shorter than twelve bytes or too uniform to be told from ordinary bytes;
// two-run non-interference covers what canaries cannot.
#pragma once

#include <map>
#include <set>
#include <string>

#include "sim/oracles/oracle.h"
#include "sim/oracles/pattern_index.h"
#include "sim/oracles/secret_views.h"

namespace dp::sim {

class CanarySearch : public Oracle {
 public:
  CanarySearch();
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  void learn(std::string_view secret, std::size_t step);  // of windows_of
  bool search(const TraceEvent& event);                   // true if something was found
  bool search_text(std::string_view text);
  void plant_in_every_tap();

  PatternIndex index_;
  std::set<std::string, std::less<>> windows_;                     // of them
  std::set<std::string, std::less<>> known_;                       // secrets learned already
  std::map<std::pair<NodeId, std::uint64_t>, std::string> tails_;  // per connection
  std::uint32_t hit_view_ = 0;
  std::string hit_text_;  // where it was found, first bytes
  bool keys_learned_ = false;
};

}  // namespace dp::sim
