#include "sim/oracles/nonce_ledger.h"

#include <algorithm>

namespace dp::sim {

const OracleCard& NonceLedger::card() const {
  static const OracleCard kCard{"nonce_ledger",
                                "No nonce is used for two different envelopes under one key.",
                                "That nonces look random.",
                                {"SEC-15", "SEC-16", "SEC-45"}};
  return kCard;
}

bool NonceLedger::applies(const World&) const {
  return !sealed_.empty();
}

void NonceLedger::observe(const TraceEvent& event, const World&) {
  if (event.kind != EventKind::cipher_seal) return;
  const auto* const* call = std::get_if<const SealCall*>(&event.detail);
  if (call == nullptr || (*call)->envelope.size() < crypto::kHeaderBytes) return;
  const ByteView envelope = (*call)->envelope;
  Entry entry{};
  std::copy_n(envelope.data() + 8, 32, entry.begin());
  std::copy_n(envelope.data() + 80, crypto::kNonceBytes, entry.begin() + 32);
  compared();
  if (sealed_.insert(entry).second) return;
  violated({.oracle = {},
            .site = "nonce_repeated",
            .detail = "one nonce sealed two envelopes",
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = event.node,
            .expected = "a fresh nonce for every seal",
            .seen = "a nonce that was used before under the same key"});
}

}  // namespace dp::sim
