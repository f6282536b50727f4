// The bytes inside a store row, and back.
//
// Every row begins with its type and its format version. Drafts that occur more than once in a
// slot row (the local one, the base and the agreed states usually are one draft) are written once
// and named by number.
// Guarantees: decode(encode(row)) == row; decoding is total and bounded by the input's length; an
// unknown format is an error, never a guess.
// Does not: seal or pad.
#pragma once

#include <cstdint>

#include "core/client/slot.h"
#include "core/client/store.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::client {

enum class RowType : std::uint8_t { manifest = 1, slot = 2, archive = 3, dead = 4 };
inline constexpr std::uint8_t kRowFormat = 1;

Bytes encode_manifest(const Manifest& manifest);
Bytes encode_slot(const SlotRow& row);
Bytes encode_archive(std::uint64_t number, const ArchivedText& text);
Bytes encode_dead();

Result<RowType> row_type(ByteView content);
Result<Manifest> decode_manifest(ByteView content);
Result<SlotRow> decode_slot(ByteView content);
struct DecodedArchive {
  std::uint64_t number = 0;
  ArchivedText text;
};
Result<DecodedArchive> decode_archive(ByteView content);

}  // namespace dp::client
