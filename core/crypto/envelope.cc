#include "core/crypto/envelope.h"

#include <algorithm>
#include <string_view>

namespace dp::crypto {
namespace {

constexpr std::string_view kMagic = "DSE1";

std::unexpected<Error> bad(const char* field) {
  return fail(Fault::peer, "bad_envelope", field);
}

template <std::size_t N>
std::array<std::uint8_t, N> take_array(ByteReader& reader) {
  std::array<std::uint8_t, N> bytes{};
  std::ranges::copy(reader.take(N), bytes.begin());
  return bytes;
}

bool is_known(Suite suite) {
  return suite == Suite::xchacha20_poly1305 || suite == Suite::aes256_gcm;
}

}  // namespace

Result<void> check_header(const Header& header) {
  if (!is_known(header.suite)) return bad("suite");
  if (header.version > kVersionMax) return bad("version");
  const bool first = header.parent == Hash32{};
  switch (header.kind) {
    case Kind::draft:
    case Kind::preview:
    case Kind::tombstone:
      if (header.version == 0) return bad("version");
      return {};
    case Kind::wrapped_key:
      if (header.slot_id != SlotId{}) return bad("slot_id");
      if (header.version == 0) return bad("version");
      if (!first) return bad("parent");
      return {};
    case Kind::local_row:
      if (!first) return bad("parent");
      return {};
    case Kind::message:
      if (header.version != 0) return bad("version");
      if (!first) return bad("parent");
      return {};
  }
  return bad("kind");
}

Result<Header> parse_header(ByteView envelope) {
  if (envelope.size() < kHeaderBytes + kTagBytes) return bad("length");
  ByteReader reader(envelope);
  if (as_text(reader.take(kMagic.size())) != kMagic) return bad("magic");
  Header header;
  header.suite = static_cast<Suite>(reader.u8());
  header.kind = static_cast<Kind>(reader.u8());
  if (reader.u16() != 0) return bad("flags");
  header.key_id.bytes = take_array<16>(reader);
  header.slot_id.bytes = take_array<16>(reader);
  header.version = reader.u64();
  header.parent = take_array<32>(reader);
  header.nonce = take_array<kNonceBytes>(reader);
  header.commitment = take_array<32>(reader);
  if (auto refused = check_header(header); !refused) return std::unexpected(refused.error());
  return header;
}

void append_header(Bytes& out, const Header& header) {
  append(out, as_bytes(kMagic));
  out.push_back(static_cast<std::uint8_t>(header.suite));
  out.push_back(static_cast<std::uint8_t>(header.kind));
  append_u16(out, 0);
  append(out, header.key_id.bytes);
  append(out, header.slot_id.bytes);
  append_u64(out, header.version);
  append(out, header.parent);
  append(out, header.nonce);
  append(out, header.commitment);
}

}  // namespace dp::crypto
