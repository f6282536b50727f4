// libFuzzer: any bytes as an envelope, as padding, as damage to an envelope, and as content.
//
// Checked on every input: parsing, opening and unpadding return; a header that parses is written
// back as the same bytes; what opens is exactly what sealing with that nonce makes; what unpads is
// exactly what padding makes; damage of any shape is refused, with the one error; content survives
// both suites. The seeds are envelopes of tests/vectors/envelope_v1.json, whose keys are used here.
#include <cstdio>
#include <cstdlib>

#include "core/crypto/envelope.h"
#include "core/crypto/ideal_bytes.h"
#include "core/crypto/padding.h"
#include "core/crypto/real_cipher.h"

namespace {

using namespace dp;
using namespace dp::crypto;

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "law broken: %s\n", law);
  std::abort();
}

constexpr std::array kKinds = {Kind::draft,     Kind::preview,   Kind::wrapped_key,
                               Kind::local_row, Kind::tombstone, Kind::message};

// Draws are a function of their number, so that a crash happens again with the same input.
class CountedRandom final : public Random {
 public:
  void fill(Draw label, std::span<std::uint8_t> out) override {
    ideal_stream(
        IdealDigest("fuzz").number(static_cast<std::uint8_t>(label)).number(++draws_).finish(),
        out);
  }

 private:
  std::uint64_t draws_ = 0;
};

struct Fixture {
  RealCipher cipher =
      RealCipher::create(initialise().value(), KeyMemory::plain, KdfPolicy::simulation()).value();
  KeyRef key;
  SealRequest request;
  Bytes sealed;

  Fixture() {
    const Bytes master =
        hex_decode("c69d0edaff855fbe7ac17d4023cda67614151a24dac4a79302c5cfd088eff070").value();
    key = cipher.add_account(KeyView(master), 3).value();
    for (std::uint8_t index = 0; index < 16; ++index) {
      request.account.bytes[index] = static_cast<std::uint8_t>(0xa0 + index);
    }
    request.key = key;
    request.version = 1;
    request.slot_id =
        cipher.slot_id(key, ChatId::parse("0b9f6f1e-3c4d-4e5f-8a6b-7c8d9e0f1a2b").value()).value();
    CountedRandom random;
    sealed = cipher.seal(request, Bytes(512), random).value();
  }
};

void check_as_envelope(Fixture& fixture, ByteView bytes) {
  const auto header = parse_header(bytes);
  if (!header) {
    require(header.error().code == "bad_envelope", "a header is refused in one way");
    return;
  }
  Bytes written;
  append_header(written, *header);
  require(std::equal(written.begin(), written.end(), bytes.begin()), "a header has one spelling");
  for (const Kind kind : kKinds) {
    const OpenRequest wanted{fixture.key, fixture.request.account, kind, header->slot_id};
    const auto opened = fixture.cipher.open(wanted, bytes);
    if (!opened) {
      require(opened.error() == Error{Fault::cipher, "cannot_open", ""}, "refusals are one error");
      continue;
    }
    require(kind == header->kind, "an envelope opens as its own kind only");
    SealRequest same = fixture.request;
    same.suite = header->suite;
    same.kind = kind;
    same.slot_id = header->slot_id;
    same.version = header->version;
    same.parent = header->parent;
    const auto again = fixture.cipher.recompute(same, header->nonce, opened->plaintext);
    require(again && std::ranges::equal(*again, bytes), "what opens is what sealing makes");
  }
}

void check_as_padded(ByteView bytes) {
  for (const Kind kind : kKinds) {
    const auto content = unpad(kind, bytes);
    if (content) {
      const auto padded = pad(kind, *content);
      require(padded && std::ranges::equal(*padded, bytes), "padding has one spelling");
    }
    require(!content || is_bucket(kind, bytes.size()), "what unpads is a bucket long");
  }
}

void check_as_damage(Fixture& fixture, ByteView bytes) {
  Bytes damaged = fixture.sealed;
  for (std::size_t index = 0; index < bytes.size() && index < damaged.size(); ++index) {
    damaged[index] ^= bytes[index];
  }
  const OpenRequest wanted{fixture.key, fixture.request.account, Kind::draft,
                           fixture.request.slot_id};
  require(fixture.cipher.open(wanted, damaged).has_value() == (damaged == fixture.sealed),
          "damage is refused, and nothing else is");
}

void check_as_content(Fixture& fixture, ByteView bytes) {
  CountedRandom random;
  const auto padded = pad(Kind::draft, bytes);
  require(padded.has_value(), "a draft has no largest bucket");
  for (const Suite suite : {Suite::xchacha20_poly1305, Suite::aes256_gcm}) {
    SealRequest request = fixture.request;
    request.suite = suite;
    const auto envelope = fixture.cipher.seal(request, *padded, random);
    if (!envelope) {
      require(envelope.error().code == "suite_unavailable", "a padded draft can be sealed");
      continue;
    }
    const auto opened = fixture.cipher.open(
        {fixture.key, request.account, Kind::draft, request.slot_id}, *envelope);
    require(opened && opened->plaintext == *padded, "content survives");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  const ByteView bytes(data, size);
  check_as_envelope(fixture, bytes);
  check_as_padded(bytes);
  check_as_damage(fixture, bytes);
  check_as_content(fixture, bytes);
  return 0;
}
