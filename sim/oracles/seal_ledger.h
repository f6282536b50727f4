// Two oracles at the cipher seam: no nonce twice, and nothing opens that was not sealed.
#pragma once

#include <array>
#include <set>
#include <string>
#include <utility>

#include "sim/oracles/oracle.h"

namespace dp::sim {

// SEC-15, SEC-16. No (key, slot, N) is used by two calls of seal, over all devices, crashes,
// restores and clones of a run.
// Does not check: that N looks random; ciphertext statistics belong to pooled campaigns (SEC-12).
class NonceLedger : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  // The key id, the slot id and N as they stand in the header.
  using Entry = std::array<std::uint8_t, 16 + 16 + crypto::kNonceBytes>;
  std::set<Entry> sealed_;
};

// SEC-20, SEC-26..31. Whatever opens on a device was sealed, byte for byte, by a device of the same
// account, for the slot and kind it was opened as.
// Does not check: freshness; an old envelope is authentic (see no_lost_text, session_guarantees).
class Authenticity : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  void judge(const TraceEvent& event, const OpenCall& call);

  std::set<std::pair<AccountId, std::string>> sealed_;
  bool opened_any_ = false;
};

}  // namespace dp::sim
