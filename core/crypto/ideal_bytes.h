// The stand-ins of the ideal cipher: a fast digest and a fast stream, both functions of bytes.
//
// Guarantees: the same on every machine and compiler; two inputs that differ in a single aligned
// 8-byte word never share a digest, any other two in practice never do.
// Does not: resist anyone who looks for a collision. Nothing here is cryptography; it takes the
// place of cryptography where a simulation needs its shape and not its strength.
#pragma once

#include <cstdint>
#include <span>

#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"

namespace dp::crypto {

Hash32 ideal_digest(ByteView bytes);

// A digest of fields that cannot be confused with a digest of other fields or of bare bytes.
class IdealDigest {
 public:
  explicit IdealDigest(std::string_view purpose);
  IdealDigest& number(std::uint64_t value);
  IdealDigest& bytes(ByteView value);
  Hash32 finish() const { return ideal_digest(fields_); }

 private:
  Bytes fields_;
};

// Fills `out` with the stream named by `seed`: statistically flat, and a function of the seed only.
void ideal_stream(const Hash32& seed, std::span<std::uint8_t> out);
// Whether `bytes` is what ideal_stream would give, without making a copy.
bool is_ideal_stream(const Hash32& seed, ByteView bytes);

}  // namespace dp::crypto
