#include "sim/two_run/envelope_ledger.h"

#include <algorithm>

#include "core/crypto/envelope.h"

namespace dp::sim {
namespace {

constexpr std::string_view kEnvelopeStart = "RFNFMQ";  // base64 of "DSE1" and half a byte more
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view kSizesStart = ", kind ";
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kCommitmentBytes = 32;
constexpr std::size_t kParentBytes = 32;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::string visible_of(const crypto::Header& header) {
  return "suite " + std::to_string(static_cast<int>(header.suite)) + " key " +
         hex_encode(header.key_id.bytes) + " slot " + hex_encode(header.slot_id.bytes) +
         " version " + std::to_string(header.version) + " nonce " + hex_encode(header.nonce);
}

}  // namespace

void EnvelopeLedger::sealed(const TraceEvent& event, const World& world) {
  const auto* const* detail = std::get_if<const SealCall*>(&event.detail);
  if (detail == nullptr || (*detail)->envelope.empty()) return;
  const SealCall& call = **detail;
  if (call.request.kind == crypto::Kind::local_row) return;
  recompute(event, call, world);
  const auto header = crypto::parse_header(call.envelope);
  if (!header) return;
  const std::uint64_t ordinal = by_base64_.size();
  by_base64_.emplace(base64_encode(call.envelope),
                     Entry{ordinal, visible_of(*header), call.envelope.size(),
                           static_cast<std::uint8_t>(header->kind)});
  const Hash32 hash = world.audit_hash(call.envelope);
  by_hash_.emplace(hex_encode(hash), ordinal);
  hashes_.insert(hash);
}

void EnvelopeLedger::recompute(const TraceEvent& event, const SealCall& call, const World& world) {
  const auto header = crypto::parse_header(call.envelope);
  const std::size_t account = world.account_of(device_of(event.node));
  const crypto::OpenRequest request{{}, {}, call.request.kind, call.request.slot_id};
  const auto opened = world.audit_open(account, request, call.envelope);
  const bool same = header && opened && opened->header == *header &&
                    opened->header.parent == call.request.parent &&
                    opened->header.version == call.request.version &&
                    std::ranges::equal(opened->plaintext, call.padded_plaintext);
  if (!same) {
    if (problem_.empty()) problem_ = "an envelope is not what key, nonce, header and payload make";
    return;
  }
  const Hash32 none{};
  if (header->parent != none && !hashes_.contains(header->parent) && problem_.empty()) {
    problem_ = "the parent of an envelope is the hash of nothing that was sealed before";
  }
  ++recomputed_;
  masked_bytes_ += call.envelope.size() - crypto::kHeaderBytes + kCommitmentBytes + kParentBytes;
}

std::string EnvelopeLedger::masked(std::string_view text) const {
  std::string out;
  std::size_t at = 0;
  // Both stand alone in a JSON string or in the bytes of a row.
  const auto replace = [&](std::size_t length, const std::string& words) {
    out += words;
    at += length;
  };
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    const bool starts = at == 0 || text[at - 1] == '"';
    if (starts && rest.starts_with(kEnvelopeStart)) {
      const std::size_t length = std::min(rest.find_first_not_of(kBase64), rest.size());
      if (const auto found = by_base64_.find(rest.substr(0, length)); found != by_base64_.end()) {
        const Entry& entry = found->second;
        replace(length, "<envelope " + std::to_string(entry.ordinal) + " " + entry.visible +
                            std::string(kSizesStart) + std::to_string(entry.kind) + " bytes " +
                            std::to_string(entry.bytes) + ">");
        continue;
      }
    } else if (starts && is_hex(rest.front()) && rest.size() >= kHashDigits) {
      const auto found = by_hash_.find(rest.substr(0, kHashDigits));
      if (found != by_hash_.end()) {
        replace(kHashDigits, "<hash of envelope " + std::to_string(found->second) + ">");
        continue;
      }
    }
    const std::size_t next = std::min(text.find('"', at), text.size() - 1);
    out += text.substr(at, next + 1 - at);
    at = next + 1;
  }
  return out;
}

std::string EnvelopeLedger::without_sizes(std::string masked) {
  for (std::size_t at = masked.find(kSizesStart); at != std::string::npos;
       at = masked.find(kSizesStart, at)) {
    masked.erase(at, masked.find('>', at) - at);
  }
  return masked;
}

}  // namespace dp::sim
