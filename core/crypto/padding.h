// Padding to published buckets: 512, 1K, 2K, 4K, 8K, above that Padme (SEC-04, SEC-05).
//
// pad appends 0x80 and zeros up to the smallest bucket of the kind that holds content and marker.
// Previews and wrapped keys have the single bucket 512 and refuse content that does not fit;
// tombstones start at 4096, so that what was deleted does not show in the size.
// Guarantees: unpad accepts exactly what pad made: one padded form for each content.
// Does not: run in constant time; it sees authenticated plaintext only, never a guess.
//
// Padme (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
// PURBs", PoPETS 2019): a length keeps floor(log2(log2 n)) + 1 significant bits beside the leading
// one, rounded up, which leaks O(log log n) bits and costs at most 12 %.
#pragma once

#include <cstddef>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

inline constexpr std::size_t kSmallestBucketBytes = 512;
inline constexpr std::size_t kLargestFixedBucketBytes = 8192;
inline constexpr std::size_t kPreviewBucketBytes = 512;
inline constexpr std::size_t kWrappedKeyBucketBytes = 512;
inline constexpr std::size_t kTombstoneBucketBytes = 4096;  // hundreds of writers need larger ones

// The Padme length of `bytes`: itself for 0 and 1, otherwise the next length with few bits set.
std::size_t padme(std::size_t bytes);

std::size_t bucket_size(std::size_t bytes);  // smallest general bucket that holds `bytes`
// Whether pad could have produced a string of this length for this kind.
bool is_bucket(Kind kind, std::size_t padded_bytes);

// Fails with Fault::limit, "content_too_long", when a single-bucket kind cannot hold the content.
Result<Bytes> pad(Kind kind, ByteView content);
// Fails with Fault::peer, "bad_padding": whoever sealed this does not follow the protocol.
Result<Bytes> unpad(Kind kind, ByteView padded);

}  // namespace dp::crypto
