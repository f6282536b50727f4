// Envelopes that a scenario keeps or forges, by name, and their places in frames.
//
//   "@envelope:NAME"   base64 of the envelope
//   "@preview:NAME"    base64 of the preview that was kept with it, or null
//   "@hash:NAME"       SHA-256 of the envelope, in hex
//   "@version:NAME"    its version, a number; "@version:NAME+1" the one after it
//
// Each stands for a whole JSON string, quotes included.
// Does not: seal anything (perform_forging.cc).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"

namespace dp::sim {

struct NamedEnvelope {
  Bytes bytes;
  std::optional<std::string> preview;  // base64
  Version version = 0;
  Hash32 hash{};
};

class Envelopes {
 public:
  explicit Envelopes(const std::vector<std::string>& names) : names_(&names) {}

  void keep(std::size_t name, NamedEnvelope envelope) { kept_[name] = std::move(envelope); }
  const NamedEnvelope* find(std::size_t name) const;
  // The frame with every place filled in; empty if a name has no envelope.
  std::string filled_in(std::string frame) const;

  // How often a stranger has written in a chat: their dots must be new.
  std::uint64_t next_sequence(std::uint64_t writer, std::size_t chat, std::uint64_t count);

 private:
  const NamedEnvelope* find(std::string_view name) const;
  std::optional<std::string> value_of(std::string_view place) const;

  const std::vector<std::string>* names_;  // of the scenario, which outlives the stage
  std::map<std::size_t, NamedEnvelope> kept_;
  std::map<std::pair<std::uint64_t, std::size_t>, std::uint64_t> sequences_;
};

}  // namespace dp::sim
