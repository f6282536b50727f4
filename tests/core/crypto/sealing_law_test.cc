// The laws of envelopes below the seam, for any key, header and text.
// covers: SEC-18, SEC-26, SEC-28, SEC-29, SEC-30, SEC-31
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "core/crypto/initialise.h"
#include "core/crypto/sealing.h"

namespace dp::crypto {
namespace {

template <std::size_t kSize>
std::array<std::uint8_t, kSize> any_bytes() {
  std::array<std::uint8_t, kSize> bytes{};
  for (std::uint8_t& byte : bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  return bytes;
}

Bytes any_text() {
  return *rc::gen::arbitrary<Bytes>();
}

// A slot key, an account, and a header as a sealer fills it in. Nothing here asks whether a kind
// allows such a header: that is check_header.
struct Given {
  Given() {
    epoch = any_bytes<32>();
    epoch_key.absorb_key(epoch);
    account.bytes = any_bytes<16>();
    header.suite = aes256_gcm_available(proof)
                       ? *rc::gen::element(Suite::xchacha20_poly1305, Suite::aes256_gcm)
                       : Suite::xchacha20_poly1305;
    header.kind = *rc::gen::element(Kind::draft, Kind::preview, Kind::tombstone, Kind::message);
    header.key_id.bytes = any_bytes<std::tuple_size_v<decltype(KeyId::bytes)>>();
    header.slot_id.bytes = any_bytes<16>();
    header.version = *rc::gen::inRange<Version>(0, kVersionMax);
    header.parent = any_bytes<32>();
    header.nonce = any_bytes<kNonceBytes>();
    derive_slot_key(epoch_key, header.slot_id, slot_key);
  }
  Bytes seal(ByteView text) const {
    return seal_envelope(proof, slot_key, account, header, text).value();
  }
  // With the nonce and the commitment that the envelope has, as a parser would hand it on.
  Result<Bytes> open(ByteView envelope, const HmacState& key, const AccountId& by) const {
    Header read = header;
    std::ranges::copy(envelope.subspan(kCommitmentAt - kNonceBytes, kNonceBytes),
                      read.nonce.begin());
    std::ranges::copy(envelope.subspan(kCommitmentAt, read.commitment.size()),
                      read.commitment.begin());
    return open_envelope(proof, key, by, read, envelope);
  }
  Result<Bytes> open(ByteView envelope) const { return open(envelope, slot_key, account); }

  Initialised proof = initialise().value();
  std::array<std::uint8_t, 32> epoch{};
  HmacState epoch_key;
  HmacState slot_key;
  AccountId account;
  Header header;
};

template <std::size_t kSize>
void change_one_byte(std::array<std::uint8_t, kSize>& bytes) {
  bytes[*rc::gen::inRange<std::size_t>(0, kSize)] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
}

RC_GTEST_PROP(SealingLaws, opening_gives_back_the_text_that_was_sealed, ()) {
  const Given given;
  const Bytes text = any_text();
  const Bytes envelope = given.seal(text);
  RC_ASSERT(envelope.size() == kHeaderBytes + text.size() + kTagBytes);
  const Result<Bytes> opened = given.open(envelope);
  RC_ASSERT(opened.has_value());
  RC_ASSERT(*opened == text);
}

RC_GTEST_PROP(SealingLaws, sealing_is_a_function_of_key_account_header_and_text, ()) {
  const Given given;
  const Bytes text = any_text();
  RC_ASSERT(given.seal(text) == given.seal(text));
}

RC_GTEST_PROP(SealingLaws, an_envelope_with_one_byte_changed_does_not_open, ()) {
  const Given given;
  Bytes envelope = given.seal(any_text());
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, envelope.size());
  envelope[at] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const Result<Bytes> opened = given.open(envelope);
  RC_ASSERT(!opened.has_value());
}

RC_GTEST_PROP(SealingLaws, another_account_slot_or_epoch_does_not_open_it, ()) {
  const Given given;
  const Bytes envelope = given.seal(any_text());
  AccountId account = given.account;
  change_one_byte(account.bytes);
  RC_ASSERT(!given.open(envelope, given.slot_key, account).has_value());

  SlotId slot = given.header.slot_id;
  change_one_byte(slot.bytes);
  HmacState other_slot;
  derive_slot_key(given.epoch_key, slot, other_slot);
  RC_ASSERT(!given.open(envelope, other_slot, given.account).has_value());

  auto epoch = given.epoch;
  change_one_byte(epoch);
  HmacState epoch_key;
  epoch_key.absorb_key(epoch);
  HmacState other_epoch;
  derive_slot_key(epoch_key, given.header.slot_id, other_epoch);
  RC_ASSERT(!given.open(envelope, other_epoch, given.account).has_value());
}

RC_GTEST_PROP(SealingLaws, no_two_headers_or_accounts_have_one_commitment, ()) {
  Given given;
  const Bytes text = any_text();
  const Bytes envelope = given.seal(text);
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      change_one_byte(given.account.bytes);
      break;
    case 1:
      given.header.version ^= 1;
      break;
    case 2:
      change_one_byte(given.header.parent);
      break;
    case 3:
      change_one_byte(given.header.nonce);
      break;
    default:
      change_one_byte(given.header.key_id.bytes);
      break;
  }
  const Bytes other = given.seal(text);
  RC_ASSERT(!std::ranges::equal(ByteView(envelope).subspan(kCommitmentAt, 32),
                                ByteView(other).subspan(kCommitmentAt, 32)));
}

RC_GTEST_PROP(SealingLaws, a_nonce_repeats_only_if_randomness_and_all_counters_do, ()) {
  const Given given;
  const auto random = any_bytes<kNonceBytes>();
  const NonceInput input{random, *rc::gen::arbitrary<std::uint64_t>(),
                         *rc::gen::arbitrary<std::uint64_t>(),
                         *rc::gen::arbitrary<std::uint64_t>()};
  const Nonce nonce = hedged_nonce(given.slot_key, input);
  RC_ASSERT(nonce == hedged_nonce(given.slot_key, input));
  auto other_random = random;
  change_one_byte(other_random);
  NonceInput other = input;
  const std::uint64_t flip = std::uint64_t{1} << *rc::gen::inRange(0, 64);
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      other.random = other_random;
      break;
    case 1:
      other.writer ^= flip;
      break;
    case 2:
      other.sequence ^= flip;
      break;
    default:
      other.boot ^= flip;
      break;
  }
  RC_ASSERT(nonce != hedged_nonce(given.slot_key, other));
}

}  // namespace
}  // namespace dp::crypto
