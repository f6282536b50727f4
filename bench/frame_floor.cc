#include "bench/frame_floor.h"

#include <array>
#include <cstdlib>

#include "core/crypto/initialise.h"
#include "core/wire/codec.h"

namespace dp::sim {
namespace {

crypto::RealCipher fresh_cipher() {
  const auto proof = crypto::initialise();
  if (!proof) std::abort();
  auto cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, crypto::KdfPolicy::simulation());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

class Zeros final : public Random {
 public:
  void fill(Draw, std::span<std::uint8_t> out) override { std::ranges::fill(out, 0); }
};

bool travels(crypto::Kind kind) {
  return kind != crypto::Kind::local_row;
}

// The sealed text of a change, if the frame is one.
const std::string* sealed_text(const wire::ClientFrame& frame) {
  if (const auto* update = std::get_if<wire::UpdateDraft>(&frame)) {
    return update->encrypted_draft_md ? &*update->encrypted_draft_md : nullptr;
  }
  if (const auto* deletion = std::get_if<wire::DeleteDraft>(&frame)) {
    return deletion->encrypted_tombstone ? &*deletion->encrypted_tombstone : nullptr;
  }
  return nullptr;
}

}  // namespace

FloorCollector::FloorCollector() : cipher_(fresh_cipher()) {
  const std::array<std::uint8_t, crypto::kKeyBytes> master{1, 2, 3};
  key_ = *cipher_.add_account(master, 1);
}

void FloorCollector::observe(const TraceEvent& event, const World&) {
  if (event.kind == EventKind::frame_sent) {
    frames_.push_back({is_device(event.node), std::string(event.bytes)});
    const auto frame = wire::decode_client_frame(event.bytes, wire::WireLimits{});
    if (!frames_.back().from_client || !frame) return;
    if (const std::string* text = sealed_text(*frame)) heard_.push_back(*text);
  } else if (const auto* seal = std::get_if<const SealCall*>(&event.detail)) {
    collect(**seal);
  } else if (const auto* open = std::get_if<const OpenCall*>(&event.detail)) {
    collect(**open);
  }
}

void FloorCollector::collect(const SealCall& call) {
  Seal seal{call.request, Bytes(call.padded_plaintext.begin(), call.padded_plaintext.end())};
  seal.request.key = key_;
  seals_.push_back(std::move(seal));
}

void FloorCollector::collect(const OpenCall& call) {
  if (call.opened == nullptr) return;
  const crypto::Header& header = call.opened->header;
  const crypto::SealRequest request{.key = key_,
                                    .account = call.request.account,
                                    .suite = header.suite,
                                    .kind = header.kind,
                                    .slot_id = header.slot_id,
                                    .version = header.version,
                                    .parent = header.parent};
  Zeros random;
  auto envelope = cipher_.seal(request, call.opened->plaintext, random);
  if (!envelope) return;
  Open open{call.request, std::move(*envelope), {}};
  open.request.key = key_;
  if (travels(header.kind)) open.text = base64_encode(open.envelope);
  opens_.push_back(std::move(open));
}

std::uint64_t FloorCollector::replay() {
  std::uint64_t sum = 0;
  Zeros random;
  for (const Seal& seal : seals_) {
    const auto envelope = cipher_.seal(seal.request, seal.padded, random);
    if (!envelope) std::abort();
    sum += envelope->back();
    if (!travels(seal.request.kind)) continue;
    sum += cipher_.sha256(*envelope)[0];
    sum += base64_encode(*envelope).size();
  }
  for (const Open& open : opens_) {
    if (!open.text.empty()) {
      const auto bytes = base64_decode(open.text);
      sum += cipher_.sha256(*bytes)[0];
    }
    const auto opened = cipher_.open(open.request, open.envelope);
    if (!opened) std::abort();
    sum += opened->plaintext.size();
  }
  for (const std::string& text : heard_) {
    const auto bytes = base64_decode(text);
    if (bytes) sum += cipher_.sha256(*bytes)[0];
  }
  for (const Frame& frame : frames_) {
    if (frame.from_client) {
      const auto decoded = wire::decode_client_frame(frame.text, wire::WireLimits{});
      if (decoded) sum += wire::encode(*decoded).size();
    } else {
      const auto decoded = wire::decode_server_frame(frame.text, wire::WireLimits{});
      if (decoded) sum += wire::encode(*decoded).size();
    }
  }
  return sum;
}

}  // namespace dp::sim
