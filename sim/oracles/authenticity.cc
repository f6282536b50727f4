#include "sim/oracles/authenticity.h"

#include "core/crypto/envelope.h"

namespace dp::sim {
namespace {

std::pair<AccountId, std::string> entry_of(const AccountId& account, ByteView envelope) {
  return {account, std::string(as_text(envelope))};
}

}  // namespace

const OracleCard& Authenticity::card() const {
  static const OracleCard kCard{
      "authenticity",
      "Whatever opens on a device was sealed by a device of the same account, byte for byte.",
      "Freshness: an old envelope is authentic.",
      {"SEC-20", "SEC-26", "SEC-27", "SEC-28", "SEC-29", "SEC-30", "SEC-31", "SEC-40"}};
  return kCard;
}

bool Authenticity::applies(const World&) const {
  return opened_any_;
}

void Authenticity::observe(const TraceEvent& event, const World&) {
  if (event.kind == EventKind::cipher_seal) {
    const auto* const* call = std::get_if<const SealCall*>(&event.detail);
    if (call == nullptr || (*call)->envelope.empty()) return;
    sealed_.insert(entry_of((*call)->request.account, (*call)->envelope));
  } else if (event.kind == EventKind::cipher_open && event.number == 1) {
    const auto* const* call = std::get_if<const OpenCall*>(&event.detail);
    if (call != nullptr) judge(event, **call);
  }
}

void Authenticity::judge(const TraceEvent& event, const OpenCall& call) {
  opened_any_ = true;
  compared();
  const auto header = crypto::parse_header(call.envelope);
  const bool header_fits =
      header && header->slot_id == call.request.slot_id && header->kind == call.request.kind;
  if (header_fits && sealed_.contains(entry_of(call.request.account, call.envelope))) return;
  violated({.oracle = {},
            .site = header_fits ? "opened_foreign_bytes" : "opened_out_of_place",
            .detail = "an envelope opened that nobody of the account sealed for this place",
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = event.node,
            .expected = "only envelopes sealed by a device of this account",
            .seen = "an envelope of " + std::to_string(call.envelope.size()) + " bytes"});
}

}  // namespace dp::sim
