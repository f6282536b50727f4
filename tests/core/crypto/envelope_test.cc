#include "core/crypto/envelope.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace dp::crypto {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> filled(std::uint8_t first) {
  std::array<std::uint8_t, N> bytes{};
  for (std::size_t index = 0; index < N; ++index) {
    bytes[index] = static_cast<std::uint8_t>(first + index);
  }
  return bytes;
}

Header draft_header() {
  Header header;
  header.key_id.bytes = filled<16>(0x10);
  header.slot_id.bytes = filled<16>(0x30);
  header.version = 0x0011223344556677;
  header.parent = filled<32>(0x50);
  header.nonce = filled<kNonceBytes>(0x80);
  header.commitment = filled<32>(0xa0);
  return header;
}

Bytes envelope_of(const Header& header, std::size_t ciphertext_bytes = 512) {
  Bytes envelope;
  append_header(envelope, header);
  envelope.resize(kHeaderBytes + ciphertext_bytes + kTagBytes, 0xcc);
  return envelope;
}

TEST(Envelope, HeaderIsLaidOutByteForByteAsSpecified) {
  Bytes bytes;
  append_header(bytes, draft_header());
  EXPECT_EQ(hex_encode(bytes),
            "44534531"  // magic
            "01"
            "01"
            "0000"                                                              // suite kind flags
            "101112131415161718191a1b1c1d1e1f"                                  // key id
            "303132333435363738393a3b3c3d3e3f"                                  // slot id
            "7766554433221100"                                                  // version
            "505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f"  // parent
            "808182838485868788898a8b8c8d8e8f9091929394959697"                  // N
            "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf");  // commitment
  EXPECT_EQ(bytes.size(), kHeaderBytes);
}

TEST(Envelope, ParsedHeaderIsTheOneThatWasAppended) {
  EXPECT_EQ(parse_header(envelope_of(draft_header())), draft_header());
}

struct BadField {
  const char* field;
  std::function<void(Bytes&)> damage;
};

// SEC-24.
TEST(Envelope, EveryFieldOutsideThisVersionIsRefusedByName) {
  const std::vector<BadField> cases = {
      {"magic", [](Bytes& bytes) { bytes[0] = 'd'; }},
      {"magic", [](Bytes& bytes) { bytes[3] = '2'; }},
      {"suite", [](Bytes& bytes) { bytes[4] = 0; }},
      {"suite", [](Bytes& bytes) { bytes[4] = 3; }},
      {"kind", [](Bytes& bytes) { bytes[5] = 0; }},
      {"kind", [](Bytes& bytes) { bytes[5] = 7; }},
      {"flags", [](Bytes& bytes) { bytes[6] = 1; }},
      {"flags", [](Bytes& bytes) { bytes[7] = 0x80; }},
      {"version", [](Bytes& bytes) { std::fill_n(bytes.begin() + 40, 8, std::uint8_t{0}); }},
      {"version", [](Bytes& bytes) { bytes[46] = 0x20; }},  // 2^53
      {"length", [](Bytes& bytes) { bytes.resize(kHeaderBytes + kTagBytes - 1); }},
      {"length", [](Bytes& bytes) { bytes.clear(); }},
  };
  for (const auto& bad : cases) {
    Bytes envelope = envelope_of(draft_header());
    bad.damage(envelope);
    const auto parsed = parse_header(envelope);
    ASSERT_FALSE(parsed) << bad.field;
    EXPECT_EQ(parsed.error(), (Error{Fault::peer, "bad_envelope", bad.field}));
  }
}

TEST(Envelope, LargestVersionIsTwoToThe53MinusOne) {
  Header header = draft_header();
  header.version = kVersionMax;
  EXPECT_EQ(parse_header(envelope_of(header)), header);
}

// Which of slot, version and parent each kind allows to be set.
TEST(Envelope, EachKindDemandsItsOwnSlotVersionAndParent) {
  struct Rule {
    Kind kind;
    bool slot, version, parent, no_version;
  };
  const std::vector<Rule> rules = {
      {Kind::draft, true, true, true, false},     {Kind::preview, true, true, true, false},
      {Kind::tombstone, true, true, true, false}, {Kind::wrapped_key, false, true, false, false},
      {Kind::local_row, true, true, false, true}, {Kind::message, true, false, false, true},
  };
  for (const Rule& rule : rules) {
    Header plain = draft_header();
    plain.kind = rule.kind;
    plain.parent = {};
    if (!rule.slot) plain.slot_id = {};
    if (!rule.version) plain.version = 0;
    ASSERT_TRUE(parse_header(envelope_of(plain))) << static_cast<int>(rule.kind);

    Header changed = plain;
    changed.parent = draft_header().parent;
    EXPECT_EQ(parse_header(envelope_of(changed)).has_value(), rule.parent);
    changed = plain;
    changed.slot_id = draft_header().slot_id;
    EXPECT_EQ(parse_header(envelope_of(changed)).has_value(), rule.slot);
    changed = plain;
    changed.version = 1;
    EXPECT_EQ(parse_header(envelope_of(changed)).has_value(), rule.version);
    changed.version = 0;
    EXPECT_EQ(parse_header(envelope_of(changed)).has_value(), rule.no_version);
  }
}

RC_GTEST_PROP(EnvelopeLaws, bytes_that_parse_are_the_bytes_their_header_makes, ()) {
  Bytes envelope = envelope_of(draft_header(), 16);
  const auto changes = *rc::gen::inRange<int>(0, 4);
  for (int change = 0; change < changes; ++change) {
    const auto at =
        *rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 8), rc::gen::inRange<std::size_t>(40, 48),
                        rc::gen::inRange<std::size_t>(0, kHeaderBytes));
    envelope[at] = *rc::gen::arbitrary<std::uint8_t>();
  }
  const auto header = parse_header(envelope);
  RC_TAG(header ? "parsed" : "refused");
  if (!header) return;
  Bytes again;
  append_header(again, *header);
  RC_ASSERT(std::equal(again.begin(), again.end(), envelope.begin()));
}

}  // namespace
}  // namespace dp::crypto
