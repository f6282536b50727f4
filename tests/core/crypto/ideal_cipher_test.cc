// What only the ideal cipher promises: nothing secret shows, and runs keep their shape.
#include "core/crypto/ideal_cipher.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/core/crypto/two_ciphers.h"

namespace dp::crypto {
namespace {

struct Secrets {
  std::array<std::uint8_t, 32> master1, master2;
  std::string password;
  std::uint8_t text;
};

// Everything public that a run with these secrets shows, in order.
template <class Back>
Bytes public_view(const Secrets& secrets, std::vector<Drawn>& drawn) {
  Back cipher = make_cipher<Back>();
  SeededRandom random(11);
  Bytes view;
  const KeyRef key1 = cipher.add_account(secrets.master1, 1).value();
  const KeyRef key2 = cipher.add_account(secrets.master2, 2).value();
  append(view, cipher.auth_secret(password_of(secrets.password)).value().view());
  append(view, cipher.wrap_master_key(key1, account_named(1), password_of(secrets.password), random)
                   .value());
  Hash32 parent{};
  for (const KeyRef key : {key1, key2}) {
    const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
    for (const Kind kind : kSealedKinds) {
      auto request = request_for(kind, Suite::xchacha20_poly1305, key, slot);
      if (kind == Kind::draft) request.parent = parent;
      const Bytes padded(kind == Kind::tombstone ? 4096 : 512, secrets.text);
      const Bytes envelope = cipher.seal(request, padded, random).value();
      parent = cipher.sha256(envelope);
      append(view, envelope);
      append(view, parent);
    }
    append(view, cipher.seal_field(key, Bytes(20, secrets.text), random).value());
  }
  drawn = random.drawn;
  return view;
}

const Secrets kOne = {key_bytes(1), key_bytes(2), "first password", 'a'};
const Secrets kOther = {key_bytes(9), key_bytes(1), "another, longer password", 'b'};

// SEC-02, SEC-14 at the seam: other texts, passwords and keys, the same bytes.
TEST(IdealCipher, NothingPublicDependsOnTextPasswordOrKey) {
  std::vector<Drawn> drawn_one, drawn_other;
  EXPECT_EQ(public_view<IdealCipher>(kOne, drawn_one),
            public_view<IdealCipher>(kOther, drawn_other));
  EXPECT_EQ(drawn_one, drawn_other);
}

// The same check sees a difference where there is one: a real cipher's bytes are functions of keys.
TEST(IdealCipher, ARealCipherIsToldApartByThatVeryCheck) {
  std::vector<Drawn> drawn_one, drawn_other;
  EXPECT_NE(public_view<RealCipher>(kOne, drawn_one), public_view<RealCipher>(kOther, drawn_other));
}

TEST(IdealCipher, DrawsTheSameLabelsAndSizesAsTheRealCipherAndMakesTheSameLengths) {
  std::vector<Drawn> real_drawn, ideal_drawn;
  const Bytes real = public_view<RealCipher>(kOne, real_drawn);
  const Bytes ideal = public_view<IdealCipher>(kOne, ideal_drawn);
  EXPECT_EQ(real.size(), ideal.size());
  EXPECT_EQ(real_drawn, ideal_drawn);
  EXPECT_EQ(ideal_drawn.size(), 13u);
}

TEST(IdealCipher, SnapshotsDoNotShareWhatWasSealedAfterwards) {
  auto cipher = make_cipher<IdealCipher>();
  const KeyRef key = cipher.add_account(key_bytes(1), 1).value();
  const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, key, slot);
  IdealCipher copy = cipher;
  SeededRandom random(1);
  const Bytes envelope = cipher.seal(request, Bytes(512), random).value();
  EXPECT_TRUE(cipher.open(opening(request), envelope));
  EXPECT_FALSE(copy.open(opening(request), envelope));
}

TEST(IdealCipher, RemembersThousandsOfEnvelopes) {
  auto cipher = make_cipher<IdealCipher>();
  const KeyRef key = cipher.add_account(key_bytes(1), 1).value();
  const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
  auto request = request_for(Kind::local_row, Suite::aes256_gcm, key, slot);
  SeededRandom random(1);
  std::vector<Bytes> envelopes;
  for (std::uint8_t round = 0; round < 10; ++round) {
    for (int count = 0; count < 300; ++count) {
      envelopes.push_back(cipher.seal(request, Bytes(512, round), random).value());
    }
  }
  for (std::size_t index = 0; index < envelopes.size(); ++index) {
    const auto opened = cipher.open(opening(request), envelopes[index]);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->plaintext.front(), index / 300);
  }
}

RC_GTEST_PROP(CipherLaws, opening_gives_back_the_text_and_one_changed_byte_nothing, ()) {
  const auto text = *rc::gen::arbitrary<Bytes>();
  const auto kind = *rc::gen::elementOf(
      std::vector<Kind>{Kind::draft, Kind::local_row, Kind::tombstone, Kind::message});
  const auto suite = *rc::gen::elementOf(kSuites);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto place = *rc::gen::arbitrary<std::size_t>();
  const auto change = *rc::gen::inRange<int>(1, 256);
  const auto holds_for = [&](auto cipher) {
    SeededRandom random(seed);
    const KeyRef key = cipher.add_account(key_bytes(1), 1).value();
    const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
    const auto request = request_for(kind, suite, key, slot);
    const Bytes padded = pad(kind, text).value();
    Bytes envelope = cipher.seal(request, padded, random).value();
    RC_ASSERT(envelope.size() == kHeaderBytes + padded.size() + kTagBytes);
    RC_ASSERT(unpad(kind, cipher.open(opening(request), envelope)->plaintext).value() == text);
    envelope[place % envelope.size()] ^= static_cast<std::uint8_t>(change);
    RC_ASSERT(!cipher.open(opening(request), envelope).has_value());
  };
  holds_for(make_cipher<RealCipher>());
  holds_for(make_cipher<IdealCipher>());
}

}  // namespace
}  // namespace dp::crypto
