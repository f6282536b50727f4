#include "core/crypto/padding.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace dp::crypto {
namespace {

constexpr std::uint8_t kMarker = 0x80;

// The bucket for `bytes` (marker included) of this kind; nothing if the kind has none so large.
std::optional<std::size_t> bucket_of(Kind kind, std::size_t bytes) {
  switch (kind) {
    case Kind::preview:
    case Kind::wrapped_key:
      if (bytes > kPreviewBucketBytes) return std::nullopt;
      return kPreviewBucketBytes;
    case Kind::tombstone:
      return std::max(kTombstoneBucketBytes, bucket_size(bytes));
    case Kind::draft:
    case Kind::local_row:
    case Kind::message:
      return bucket_size(bytes);
  }
  return std::nullopt;
}
static_assert(kPreviewBucketBytes == kWrappedKeyBucketBytes);

}  // namespace

std::size_t padme(std::size_t bytes) {
  if (bytes < 2) return bytes;
  // In the paper's names: e bits follow the leading one, s of them may be set.
  const auto e = static_cast<unsigned>(std::bit_width(bytes)) - 1;
  const auto s = static_cast<unsigned>(std::bit_width(e));  // floor(log2 e) + 1, and 0 for e = 0
  const std::size_t mask = (std::size_t{1} << (e - s)) - 1;
  return (bytes + mask) & ~mask;
}

std::size_t bucket_size(std::size_t bytes) {
  if (bytes <= kSmallestBucketBytes) return kSmallestBucketBytes;
  if (bytes <= kLargestFixedBucketBytes) return std::bit_ceil(bytes);
  return padme(bytes);
}

bool is_bucket(Kind kind, std::size_t padded_bytes) {
  // Every bucket is its own bucket, and nothing else is.
  return padded_bytes > 0 && bucket_of(kind, padded_bytes) == padded_bytes;
}

Result<Bytes> pad(Kind kind, ByteView content) {
  const auto bucket = bucket_of(kind, content.size() + 1);
  if (!bucket) return fail(Fault::limit, "content_too_long", std::to_string(content.size()));
  Bytes padded;
  padded.reserve(*bucket);
  append(padded, content);
  padded.push_back(kMarker);
  padded.resize(*bucket, 0);
  return padded;
}

Result<Bytes> unpad(Kind kind, ByteView padded) {
  const auto last = std::find_if(padded.rbegin(), padded.rend(), [](auto byte) { return byte; });
  if (last == padded.rend() || *last != kMarker) return fail(Fault::peer, "bad_padding", "marker");
  const auto marked_bytes = static_cast<std::size_t>(padded.rend() - last);
  // A longer bucket than needed would be a second spelling, and a channel to whoever sees lengths.
  if (bucket_of(kind, marked_bytes) != padded.size()) {
    return fail(Fault::peer, "bad_padding", "length");
  }
  return Bytes(padded.begin(), padded.begin() + static_cast<std::ptrdiff_t>(marked_bytes - 1));
}

}  // namespace dp::crypto
