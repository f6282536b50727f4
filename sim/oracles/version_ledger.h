// CONV-03: versions never reset and no durable version is ever given to other bytes.
//
// Law, per slot: rows are written with strictly growing versions; two rows of one version have the
// same bytes, also across crashes of the server; on one connection the announcements of a slot have
// growing versions, the same state at most repeated.
// Does not check: what was written between a backup and its restore, which the world took back.
#pragma once

#include <map>
#include <string>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class VersionLedger : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  void row_written(const TraceEvent& event, const World& world, const server::SlotKey& slot);
  void announced(const TraceEvent& event);
  void forget_what_was_taken_back(const World& world);

  std::map<server::SlotKey, Version> durable_;
  std::map<std::pair<server::SlotKey, Version>, std::string> bytes_;
  std::map<std::pair<std::uint64_t, ChatId>, std::pair<Version, std::string>>
      announced_;  // by link
  bool written_any_ = false;
};

}  // namespace dp::sim
