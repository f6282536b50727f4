// The payload codec: a Draft to the bytes inside an envelope and back.
//
// Guarantees: encode is canonical (one spelling per value), decode is total, bounded and strict;
// decode(encode(d)) == d for every draft in normal form (draft.h) whose text is UTF-8, and
// encode(decode(x)) == x for every x that decodes; unknown fields of a newer schema survive a round
// trip (Draft::unknown).
// Does not: pad, encrypt or compress. A draft that is not in normal form encodes to bytes that
// decode refuses.
//
// Byte layout, schema 1
// ---------------------
// A payload is a sequence of fields, each `tag u8, length u32 LE, value`; tags ascend strictly,
// tag 0 is invalid. Tags 1 to 8 are as follows, 1 to 5 always present, and every other tag belongs
// to a compatible newer schema and is carried along untouched. An incompatible one takes a new
// schema number, and is refused.
//
//   number    1 to 8 bytes, little-endian base 128: seven bits a byte, low bits first, bit 7 set
//             on all but the last byte; no superfluous bytes (the last is not 0 unless it is the
//             only one); at most 2^53 - 1
//   sequence  a number, at least 1
//   dot       index number into the entries of `vector`, from 0; sequence, at most that entry's
//   lines     run count number; per run: line count number (at least 1), dot; then the text, in
//             UTF-8, to the end of the value. Lines are what 0x0A separates (a text that ends in
//             0x0A ends in an empty line), the runs' counts add up to their number, neighbouring
//             runs have different dots. The text is never empty.
//
//   1 schema     u8, 1
//   2 operation  u8: 1 SET, 2 CLEAR, 3 SENT
//   3 vector     per writer: writer id u64 LE, sequence; ids ascend strictly; never empty
//   4 dot        dot: of the save that made this draft
//   5 clock      logical clock, a number
//   6 cleared    u8 1: equal to `vector`, nothing follows. u8 2: then per entry of `vector` one
//                number, 0 or a sequence up to that entry's; not all 0, not all equal to `vector`.
//                The field is absent if the vector is empty.
//   7 text       lines; present exactly if the operation is SET
//   8 copies     per copy: logical clock number, index number of its writer in `vector`, length
//                number, `lines` of that many bytes; ascending by (clock, writer id, lines, where
//                lines compare one by one: writer id, then sequence, then text bytes); no two with
//                the same lines; absent if there is none, or if the operation is not SET
//
// No dot in `text` or `copies` is covered by `cleared`.
#pragma once

#include "core/draft/draft.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::draft {

inline constexpr std::uint8_t kPayloadSchema = 1;

struct PayloadLimits {
  std::size_t bytes_max = 1u << 20;
  std::size_t lines_max = 1u << 20;  // in the text and all copies
  std::size_t writers_max = 4'096;
  std::size_t copies_max = 64;  // accepted; ours never writes more than kCopiesMax
};

// For rows of the device's own store: a text may be too long to be synced, never to be kept.
inline constexpr PayloadLimits kOwnRowLimits{
    .bytes_max = 1u << 30, .lines_max = 1u << 30, .writers_max = 1u << 20, .copies_max = 1u << 10};

inline constexpr std::size_t kCopiesMax = 8;
// The sum over all copies' lines of the text's bytes and one.
inline constexpr std::size_t kCopiesBytesMax = 16u << 10;

Bytes encode_payload(const Draft& draft);

// Errors, all Fault::peer except the last: payload_truncated, payload_order (fields or entries not
// ascending), payload_missing (a required field), payload_schema (unknown number), payload_value
// (anything else that has no meaning here; `detail` names the field), payload_limit (Fault::limit).
Result<Draft> decode_payload(ByteView bytes, const PayloadLimits& limits = {});

}  // namespace dp::draft
