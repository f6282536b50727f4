// SEC-15, SEC-16. No (key, slot, N) is used by two calls of seal, over all devices, crashes,
// restores and clones of a run.
// Does not check: that N looks random; ciphertext statistics belong to pooled campaigns (SEC-12).
#pragma once

#include <array>
#include <cstdint>
#include <set>

#include "core/crypto/envelope.h"
#include "sim/oracles/oracle.h"

namespace dp::sim {

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

}  // namespace dp::sim
