// The floor under a run: the cipher, hash, base64 and JSON work of its frames and of nothing else.
//
// A FloorCollector watches one run and keeps what was sealed, opened and sent; `replay` does that
// work once more in a tight loop, with keys of its own and content of the same kinds and sizes.
// Counted per frame: written once, read once. Per sealed thing: sealed once, and if it travels
// hashed once and written in base64 once. Per opened thing: read from base64 and hashed if it
// travelled, and opened. The server's share: one base64 decoding and one hash per change it hears.
// Does not: include queues, disks, rows' encodings, merging, or anything an oracle does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/crypto/real_cipher.h"
#include "sim/world/observer.h"

namespace dp::sim {

class FloorCollector final : public Observer {
 public:
  FloorCollector();
  void observe(const TraceEvent& event, const World& world) override;

  // A number that depends on all results, so that no work can be left out.
  std::uint64_t replay();

  std::size_t frames() const { return frames_.size(); }
  std::size_t seals() const { return seals_.size(); }
  std::size_t opens() const { return opens_.size(); }

 private:
  struct Frame {
    bool from_client = false;
    std::string text;
  };
  struct Seal {
    crypto::SealRequest request;
    Bytes padded;
  };
  struct Open {
    crypto::OpenRequest request;
    Bytes envelope;
    std::string text;  // in base64, if it travelled
  };
  void collect(const SealCall& call);
  void collect(const OpenCall& call);

  crypto::RealCipher cipher_;
  crypto::KeyRef key_;
  std::vector<Frame> frames_;
  std::vector<Seal> seals_;
  std::vector<Open> opens_;
  std::vector<std::string> heard_;  // envelopes in base64, as the server reads them
};

}  // namespace dp::sim
