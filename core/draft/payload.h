// The payload codec: a Draft to the bytes inside an envelope and back.
//
// Guarantees: encode is canonical (one spelling per value), decode is total, bounded and strict;
// decode(encode(d)) == d; unknown fields of a newer schema survive a round trip (Draft::unknown).
// The byte layout is specified in docs/protocol.md.
#pragma once

#include "core/draft/draft.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::draft {

struct PayloadLimits {
  std::size_t bytes_max = 1u << 20;
  std::size_t lines_max = 100'000;
  std::size_t writers_max = 4'096;
  std::size_t copies_max = 64;  // accepted; ours never writes more than kCopiesMax
};

inline constexpr std::size_t kCopiesMax = 8;
inline constexpr std::size_t kCopiesBytesMax = 16u << 10;

Bytes encode_payload(const Draft& draft);
Result<Draft> decode_payload(ByteView bytes, const PayloadLimits& limits = {});

}  // namespace dp::draft
