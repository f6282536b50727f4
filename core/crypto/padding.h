// Padding to published buckets: 512, 1K, 2K, 4K, 8K, above that Padme (SEC-04, SEC-05).
//
// pad appends 0x80 and zeros up to bucket_size(content + 1); fixed kinds (preview, tombstone) have
// a smallest bucket of their own; a preview never exceeds it. unpad accepts exactly what pad made.
#pragma once

#include <cstddef>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

inline constexpr std::size_t kPreviewBucketBytes = 512;
inline constexpr std::size_t kTombstoneBucketBytes =
    4096;  // larger ones (hundreds of writers): Padme

std::size_t bucket_size(std::size_t bytes);  // smallest bucket that holds `bytes`
Result<Bytes> pad(Kind kind, ByteView content);
Result<Bytes> unpad(Kind kind, ByteView padded);

}  // namespace dp::crypto
