// Sections 8, 8.2, 8.3 and 12, and the spelling of sealed bytes in frames.
#include "conformance/vectors/input.h"
#include "core/crypto/aead.h"
#include "core/crypto/labels.h"
#include "core/crypto/padding.h"
#include "core/crypto/sealing.h"

namespace dp::vectors {
namespace {

using crypto::Header;
using crypto::HmacState;
using crypto::Kind;

std::uint64_t writer_of(const Json& input) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : array_of<8>(input, "writer")) value = value << 8 | byte;
  return value;
}

Kind kind_of(const Json& input) {
  return static_cast<Kind>(number_of(input, "kind"));
}

// The key plays the part of Ke: of an epoch, or the wrap key for kind 3.
struct Sealer {
  explicit Sealer(const Json& input) : key(array_of<32>(input, "key")) {
    epoch_key.absorb_key(key);
    account.bytes = array_of<16>(input, "account_id");
    slot.bytes = array_of<16>(input, "slot_id");
    crypto::derive_slot_key(epoch_key, slot, slot_key);
  }
  std::array<std::uint8_t, 32> key;
  HmacState epoch_key;
  HmacState slot_key;
  AccountId account;
  SlotId slot;
};

Answer seal(const Json& input) {
  const Sealer sealer(input);
  const Bytes random = hex_of(input, "random");
  const crypto::Nonce nonce = crypto::hedged_nonce(
      sealer.slot_key,
      {random, writer_of(input), number_of(input, "sequence"), number_of(input, "boot")});
  Header header;
  header.suite = static_cast<crypto::Suite>(number_of(input, "suite"));
  header.kind = kind_of(input);
  header.key_id = crypto::derive_key_id(sealer.epoch_key);
  header.slot_id = sealer.slot;
  header.version = number_of(input, "version");
  header.parent = array_of<32>(input, "parent");
  header.nonce = nonce;
  const auto padded = crypto::pad(header.kind, hex_of(input, "content"));
  if (!crypto::check_header(header) || !padded) return refused();
  const auto proof = *crypto::initialise();
  const auto envelope =
      crypto::seal_envelope(proof, sealer.slot_key, sealer.account, header, *padded);
  if (!envelope) return refused();
  return accepted({{"nonce", hex_encode(nonce)}, {"envelope", hex_encode(*envelope)}});
}

Answer open(const Json& input) {
  const Sealer sealer(input);
  const Bytes envelope = hex_of(input, "envelope");
  const auto header = crypto::parse_header(envelope);
  if (!header || header->kind != kind_of(input) || header->slot_id != sealer.slot ||
      header->key_id != crypto::derive_key_id(sealer.epoch_key)) {
    return refused();
  }
  if (is_given(input, "version") && header->version != number_of(input, "version")) {
    return refused();
  }
  if (is_given(input, "parent") && header->parent != array_of<32>(input, "parent")) {
    return refused();
  }
  const auto padded = crypto::open_envelope(*crypto::initialise(), sealer.slot_key, sealer.account,
                                            *header, envelope);
  if (!padded) return refused();
  const auto content = crypto::unpad(header->kind, *padded);
  if (!content) return refused();
  return accepted({{"content", hex_encode(*content)}});
}

Answer header(const Json& input) {
  const auto header = crypto::parse_header(hex_of(input, "envelope"));
  if (!header) return refused();
  return accepted({{"suite", static_cast<int>(header->suite)},
                   {"kind", static_cast<int>(header->kind)},
                   {"key_id", hex_encode(header->key_id.bytes)},
                   {"slot_id", hex_encode(header->slot_id.bytes)},
                   {"version", header->version},
                   {"parent", hex_encode(header->parent)},
                   {"nonce", hex_encode(header->nonce)},
                   {"commitment", hex_encode(header->commitment)}});
}

Answer padding(const Json& input) {
  const Bytes content(static_cast<std::size_t>(number_of(input, "content_bytes")));
  const auto padded = crypto::pad(kind_of(input), content);
  if (!padded) return refused();
  return accepted({{"padded", padded->size()}});
}

Answer unpadding(const Json& input) {
  const auto content = crypto::unpad(kind_of(input), hex_of(input, "padded"));
  if (!content) return refused();
  return accepted({{"content", hex_encode(*content)}});
}

Answer base64(const Json& input) {
  const auto bytes = base64_decode(text_of(input, "text"));
  if (!bytes) return refused();
  return accepted({{"bytes", hex_encode(*bytes)}});
}

Answer field(const Json& input) {
  HmacState master;
  master.absorb_key(array_of<32>(input, "master_key"));
  std::array<std::uint8_t, crypto::kHmacBytes> mac{};
  master.mac({as_bytes(crypto::kLabelField)}, mac);
  const auto sealed = base64_decode(text_of(input, "sealed"));
  if (!sealed || sealed->size() < crypto::kGcmNonceBytes + crypto::kTagBytes) return refused();
  const ByteView all(*sealed);
  Bytes content(all.size() - crypto::kGcmNonceBytes - crypto::kTagBytes);
  const crypto::AeadInput aead{crypto::Suite::aes256_gcm,
                               crypto::KeyView(mac.data(), crypto::kKeyBytes),
                               all.first(crypto::kGcmNonceBytes),
                               {}};
  if (!crypto::aead_open(*crypto::initialise(), aead, all.subspan(crypto::kGcmNonceBytes),
                         content)) {
    return refused();
  }
  return accepted({{"content", hex_encode(content)}});
}

}  // namespace

std::vector<NamedAnswerer> envelope_answerers() {
  return {{"seal", seal},           {"open", open},     {"header", header}, {"padding", padding},
          {"unpadding", unpadding}, {"base64", base64}, {"field", field}};
}

}  // namespace dp::vectors
