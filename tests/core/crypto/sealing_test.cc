// What sealing and opening promise, of either back end.
#include <cstring>
#include <set>

#include "tests/core/crypto/two_ciphers.h"

namespace dp::crypto {
namespace {

template <class Back>
using Sealing = TwoCiphers<Back>;
TYPED_TEST_SUITE(Sealing, BothCiphers);

TYPED_TEST(Sealing, OpensWhatItSealedWithTheHeaderThatWasAsked) {
  for (const Suite suite : kSuites) {
    for (const Kind kind : kSealedKinds) {
      const auto request = request_for(kind, suite, this->key, this->slot);
      const Bytes envelope = this->seal(request, "some words");
      const auto opened = this->cipher.open(opening(request), envelope);
      ASSERT_TRUE(opened);
      EXPECT_EQ(unpad(kind, opened->plaintext),
                Bytes({'s', 'o', 'm', 'e', ' ', 'w', 'o', 'r', 'd', 's'}));
      EXPECT_EQ(opened->header.suite, suite);
      EXPECT_EQ(opened->header.kind, kind);
      EXPECT_EQ(opened->header.slot_id, request.slot_id);
      EXPECT_EQ(opened->header.version, request.version);
      EXPECT_EQ(opened->header.parent, request.parent);
      EXPECT_EQ(parse_header(envelope), opened->header);
    }
  }
}

// Each bit of the whole envelope, in every kind and suite (SEC-26).
TYPED_TEST(Sealing, AnyFlippedBitIsRefused) {
  for (const Suite suite : kSuites) {
    for (const Kind kind : kSealedKinds) {
      const auto request = request_for(kind, suite, this->key, this->slot);
      Bytes envelope = this->seal(request, "x");
      std::size_t opened = 0;
      for (std::size_t bit = 0; bit < envelope.size() * 8; ++bit) {
        envelope[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        const auto result = this->cipher.open(opening(request), envelope);
        if (result || result.error() != the_one_error()) ++opened;
        envelope[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      }
      EXPECT_EQ(opened, 0u) << "kind " << static_cast<int>(kind);
      EXPECT_TRUE(this->cipher.open(opening(request), envelope));
    }
  }
}

// SEC-27.
TYPED_TEST(Sealing, AnyTruncationOrExtensionIsRefused) {
  for (const Suite suite : kSuites) {
    const auto request = request_for(Kind::draft, suite, this->key, this->slot);
    const Bytes envelope = this->seal(request, "x");
    for (std::size_t size = 0; size < envelope.size(); ++size) {
      this->expect_refused(opening(request), ByteView(envelope).first(size));
    }
    for (const std::uint8_t more : {0x00, 0x80, 0xff}) {
      Bytes longer = envelope;
      longer.push_back(more);
      this->expect_refused(opening(request), longer);
      longer.insert(longer.begin() + kHeaderBytes, 512, more);
      this->expect_refused(opening(request), longer);
    }
    Bytes shifted = envelope;
    shifted.insert(shifted.begin(), 0);
    this->expect_refused(opening(request), shifted);
  }
}

// Each field replaced by another value its kind allows, so that only authentication can refuse it:
// the version (SEC-30), the parent (SEC-31) and all others.
TYPED_TEST(Sealing, EveryRewrittenHeaderFieldIsRefused) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes envelope = this->seal(request, "x");
  const auto other_request = [&] {
    auto other = request;
    other.version = 8;
    return other;
  }();
  const Header other = parse_header(this->seal(other_request, "y")).value();
  const Header original = parse_header(envelope).value();
  std::vector<std::pair<const char*, Header>> rewritten(9, {"", original});
  rewritten[0] = {"suite", original};
  rewritten[0].second.suite = Suite::aes256_gcm;
  rewritten[1] = {"kind", original};
  rewritten[1].second.kind = Kind::tombstone;
  rewritten[2] = {"key_id", original};
  rewritten[2].second.key_id.bytes.fill(1);
  rewritten[3] = {"slot_id", original};
  rewritten[3].second.slot_id.bytes.fill(1);
  rewritten[4] = {"version", original};
  rewritten[4].second.version = 8;
  rewritten[5] = {"parent", original};
  rewritten[5].second.parent = {};
  rewritten[6] = {"nonce", original};
  rewritten[6].second.nonce = other.nonce;
  rewritten[7] = {"commitment", original};
  rewritten[7].second.commitment = other.commitment;
  rewritten[8] = {"all", other};
  for (const auto& [field, header] : rewritten) {
    SCOPED_TRACE(field);
    Bytes forged;
    append_header(forged, header);
    append(forged, ByteView(envelope).subspan(kHeaderBytes));
    auto wanted = opening(request);
    wanted.kind = header.kind;  // an opener that wants exactly what the forgery claims to be
    wanted.slot_id = header.slot_id;
    this->expect_refused(wanted, forged);
  }
}

// SEC-25: the opener names what it wants, and nothing else will do.
TYPED_TEST(Sealing, EachKindFailsAsEveryOther) {
  for (const Kind sealed_as : kSealedKinds) {
    const auto request = request_for(sealed_as, Suite::xchacha20_poly1305, this->key, this->slot);
    const Bytes envelope = this->seal(request, "x");
    for (int wanted = 0; wanted <= 7; ++wanted) {
      auto open_request = opening(request);
      open_request.kind = static_cast<Kind>(wanted);
      EXPECT_EQ(this->cipher.open(open_request, envelope).has_value(),
                open_request.kind == sealed_as);
      // The same, with the kind byte of the envelope rewritten to what the opener wants.
      Bytes claimed = envelope;
      claimed[5] = static_cast<std::uint8_t>(wanted);
      EXPECT_EQ(this->cipher.open(open_request, claimed).has_value(),
                open_request.kind == sealed_as);
    }
  }
}

// SEC-28, SEC-29.
TYPED_TEST(Sealing, AnEnvelopeMovedToAnotherChatAccountOrKeyIsRefused) {
  for (const Kind kind : kSealedKinds) {
    const auto request = request_for(kind, Suite::xchacha20_poly1305, this->key, this->slot);
    const Bytes envelope = this->seal(request, "x");
    auto moved = opening(request);
    moved.slot_id = this->cipher.slot_id(this->key, chat_named(2)).value();
    this->expect_refused(moved, envelope);
    moved = opening(request);
    moved.account = account_named(0xab);
    this->expect_refused(moved, envelope);
    moved = opening(request);
    moved.key = this->cipher.add_account(key_bytes(2), 1).value();
    this->expect_refused(moved, envelope);
    moved.key = KeyRef{};
    this->expect_refused(moved, envelope);
    moved.key = KeyRef{99};
    this->expect_refused(moved, envelope);
  }
}

// SEC-17.
TYPED_TEST(Sealing, EveryReasonNotToOpenIsOneError) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes envelope = this->seal(request, "x");
  for (const std::size_t at : {0u, 4u, 5u, 6u, 8u, 24u, 40u, 48u, 80u, 104u, 136u, 663u}) {
    Bytes damaged = envelope;
    damaged[at] ^= 0xff;
    this->expect_refused(opening(request), damaged);
  }
  this->expect_refused(opening(request), {});
}

// SEC-04: bucket, not content, decides the length.
TYPED_TEST(Sealing, LengthDependsOnTheBucketOnly) {
  for (const Suite suite : kSuites) {
    for (const Kind kind : kSealedKinds) {
      const auto request = request_for(kind, suite, this->key, this->slot);
      std::set<std::size_t> sizes;
      for (std::size_t length = 0; length < 512; length += 73) {
        sizes.insert(this->seal(request, std::string(length, 'a')).size());
      }
      const std::size_t bucket = kind == Kind::tombstone ? 4096 : 512;
      EXPECT_EQ(sizes, std::set{kHeaderBytes + bucket + kTagBytes});
    }
  }
}

TYPED_TEST(Sealing, PlaintextThatIsNotPaddedToABucketIsRefused) {
  auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  for (const std::size_t size : {0u, 1u, 511u, 513u, 1000u, 8193u}) {
    const auto refused = this->cipher.seal(request, Bytes(size), this->random);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{Fault::caller, "bad_seal_request", "length"}));
  }
  request.kind = Kind::tombstone;
  EXPECT_FALSE(this->cipher.seal(request, Bytes(512), this->random));
  EXPECT_TRUE(this->random.drawn.empty()) << "a refused request draws nothing";
}

TYPED_TEST(Sealing, RequestsTheKindDoesNotAllowAreRefusedWithoutADraw) {
  const Bytes padded(512);
  const auto refusal = [&](const SealRequest& request) {
    const auto sealed = this->cipher.seal(request, padded, this->random);
    return sealed ? Error{} : sealed.error();
  };
  auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  request.version = 0;
  EXPECT_EQ(refusal(request), (Error{Fault::caller, "bad_seal_request", "version"}));
  request.version = kVersionMax + 1;
  EXPECT_EQ(refusal(request), (Error{Fault::caller, "bad_seal_request", "version"}));
  request = request_for(Kind::wrapped_key, Suite::xchacha20_poly1305, this->key, SlotId{});
  EXPECT_EQ(refusal(request), (Error{Fault::caller, "bad_seal_request", "kind"}));
  request = request_for(Kind::message, Suite::xchacha20_poly1305, this->key, this->slot);
  request.parent.fill(1);
  EXPECT_EQ(refusal(request), (Error{Fault::caller, "bad_seal_request", "parent"}));
  request = request_for(Kind::draft, static_cast<Suite>(3), this->key, this->slot);
  EXPECT_EQ(refusal(request), (Error{Fault::caller, "bad_seal_request", "suite"}));
  request = request_for(Kind::draft, Suite::aes256_gcm, KeyRef{}, this->slot);
  EXPECT_EQ(refusal(request), (Error{Fault::key, "no_key", ""}));
  EXPECT_TRUE(this->random.drawn.empty());
}

// SEC-15, SEC-16: even of identical requests, and even if the random source gets stuck, as long as
// the counters move on.
TYPED_TEST(Sealing, NoncesAreFreshForEachSeal) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  std::set<Nonce> nonces;
  std::set<Hash32> commitments;
  for (int count = 0; count < 200; ++count) {
    const Header header = parse_header(this->seal(request, "same")).value();
    nonces.insert(header.nonce);
    commitments.insert(header.commitment);
  }
  EXPECT_EQ(nonces.size(), 200u);
  EXPECT_EQ(commitments.size(), 200u);

  const auto stuck = [&](const SealRequest& changed) {
    ScriptedRandom zeros({});
    const auto envelope = this->cipher.seal(changed, Bytes(512), zeros);
    return parse_header(envelope.value())->nonce;
  };
  std::set<Nonce> hedged = {stuck(request)};
  auto changed = request;
  ++changed.sequence;
  hedged.insert(stuck(changed));
  ++changed.writer;
  hedged.insert(stuck(changed));
  ++changed.boot;
  hedged.insert(stuck(changed));
  changed.slot_id = this->cipher.slot_id(this->key, chat_named(2)).value();
  hedged.insert(stuck(changed));
  EXPECT_EQ(hedged.size(), 5u);
  EXPECT_EQ(stuck(request), stuck(request));
}

TYPED_TEST(Sealing, TheNonceDoesNotDependOnTheText) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const auto nonce_of = [&](std::uint8_t fill) {
    SeededRandom same(5);
    return parse_header(this->cipher.seal(request, Bytes(512, fill), same).value())->nonce;
  };
  EXPECT_EQ(nonce_of('a'), nonce_of('b'));
}

// A repeated nonce must not happen; if a broken source makes it happen, the back ends agree on what
// is kept: the same text gives the same bytes, another text still opens as itself.
TYPED_TEST(Sealing, AStuckRandomSourceLosesNoText) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  std::vector<Bytes> envelopes;
  for (const std::uint8_t text : {'a', 'b', 'a'}) {
    ScriptedRandom zeros({});
    envelopes.push_back(this->cipher.seal(request, Bytes(512, text), zeros).value());
    const auto opened = this->cipher.open(opening(request), envelopes.back());
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->plaintext, Bytes(512, text));
  }
  EXPECT_EQ(envelopes[0], envelopes[2]);
  EXPECT_NE(envelopes[0], envelopes[1]);
}

TYPED_TEST(Sealing, SlotAndRowIdsDifferByNameByKeyAndByKind) {
  const KeyRef other = this->cipher.add_account(key_bytes(2), 1).value();
  std::set<SlotId> ids;
  for (const KeyRef named : {this->key, other}) {
    ids.insert(this->cipher.slot_id(named, chat_named(1)).value());
    ids.insert(this->cipher.slot_id(named, chat_named(2)).value());
    ids.insert(this->cipher.row_id(named, chat_named(1).text()).value());
    ids.insert(this->cipher.row_id(named, "manifest").value());
    ids.insert(this->cipher.row_id(named, "").value());
  }
  EXPECT_EQ(ids.size(), 10u);
  EXPECT_EQ(this->cipher.slot_id(this->key, chat_named(1)), this->slot);
  EXPECT_EQ(this->cipher.slot_id(KeyRef{}, chat_named(1)).error().code, "no_key");
  EXPECT_EQ(this->cipher.row_id(KeyRef{}, "manifest").error().code, "no_key");
}

TYPED_TEST(Sealing, DigestsAreAFunctionOfTheBytes) {
  std::set<Hash32> digests;
  Bytes bytes;
  for (int length = 0; length < 300; ++length) {
    digests.insert(this->cipher.sha256(bytes));
    bytes.push_back(0);
  }
  const std::size_t bits = bytes.size() * 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    digests.insert(this->cipher.sha256(bytes));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  EXPECT_EQ(digests.size(), 300 + bits);
  EXPECT_EQ(this->cipher.sha256(bytes), this->cipher.sha256(Bytes(bytes)));
}

TYPED_TEST(Sealing, TheFieldDialectOpensWhatItSealedAndNothingElse) {
  const std::string text = "A draft of a deployed client";
  Bytes sealed = this->cipher.seal_field(this->key, as_bytes(text), this->random).value();
  EXPECT_EQ(sealed.size(), 12 + text.size() + 16);
  const auto opened = this->cipher.open_field(this->key, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(*opened), text);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto refused = this->cipher.open_field(this->key, sealed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), the_one_error());
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(this->cipher.open_field(this->key, ByteView(sealed).first(size)));
  }
  const KeyRef other = this->cipher.add_account(key_bytes(2), 1).value();
  EXPECT_EQ(this->cipher.open_field(other, sealed).error(), the_one_error());
  EXPECT_EQ(this->cipher.open_field(KeyRef{}, sealed).error(), the_one_error());
  EXPECT_EQ(this->cipher.seal_field(KeyRef{}, {}, this->random).error().code, "no_key");
}

// SEC-12, over a pool of one MiB of the same text: byte frequencies within bounds, and no two
// envelopes alike in any 8 bytes at one place, tag included.
TYPED_TEST(Sealing, CiphertextsAreFlatAndUnrelated) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  constexpr std::size_t kEnvelopes = 2'000;
  constexpr std::size_t kOpaqueBytes = 512 + kTagBytes;
  static_assert(kEnvelopes * kOpaqueBytes >= 1u << 20);
  std::vector<Bytes> pool;
  std::array<std::int64_t, 256> counts{};
  for (std::size_t count = 0; count < kEnvelopes; ++count) {
    const Bytes envelope = this->cipher.seal(request, Bytes(512), this->random).value();
    pool.emplace_back(envelope.begin() + kHeaderBytes, envelope.end());
    for (const std::uint8_t byte : pool.back()) ++counts[byte];
  }
  // chi-square with 255 degrees of freedom: p = 1e-9 lies near 410. In integers: the sum over all
  // bytes of (256 count - total)^2, divided by 256 total.
  const auto total = static_cast<std::int64_t>(kEnvelopes * kOpaqueBytes);
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) sum += (256 * count - total) * (256 * count - total);
  EXPECT_LT(sum / 256 / total, 410);

  std::vector<std::uint64_t> words(kEnvelopes);
  std::size_t repeats = 0;
  for (std::size_t at = 0; at + 8 <= kOpaqueBytes; ++at) {
    for (std::size_t index = 0; index < kEnvelopes; ++index) {
      std::memcpy(&words[index], pool[index].data() + at, sizeof(words[index]));
    }
    std::ranges::sort(words);
    if (std::ranges::adjacent_find(words) != words.end()) ++repeats;
  }
  EXPECT_EQ(repeats, 0u);
}

// A snapshot of a world is a copy: what happens to one copy does not show in the other.
TYPED_TEST(Sealing, CopiesOpenWhatWasSealedBeforeAndGoOnAlone) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes before = this->seal(request, "before");
  TypeParam copy = this->cipher;
  EXPECT_TRUE(copy.open(opening(request), before));
  const KeyRef added = copy.add_account(key_bytes(3), 1).value();
  EXPECT_TRUE(copy.slot_id(added, chat_named(1)));
  EXPECT_FALSE(this->cipher.slot_id(added, chat_named(1)));
  this->cipher.forget(this->key);
  EXPECT_EQ(this->cipher.slot_id(this->key, chat_named(1)).error().code, "no_key");
  this->expect_refused(opening(request), before);
  EXPECT_TRUE(copy.open(opening(request), before));
}

}  // namespace
}  // namespace dp::crypto
