#include "core/crypto/recording_cipher.h"

#include <gtest/gtest.h>

#include "tests/core/crypto/two_ciphers.h"

namespace dp::crypto {
namespace {

// Copies what it is shown, as an oracle would.
class Notebook final : public CipherObserver {
 public:
  struct Line {
    std::string what;
    KeyRef key;
    std::optional<Header> header;
    Bytes sealed;
    std::optional<Bytes> plaintext;
    bool operator==(const Line&) const = default;
  };
  std::vector<Line> lines;

  void saw_seal(const SealSeen& seen) override {
    lines.push_back(
        {"seal", seen.request.key, seen.header, copy(seen.envelope), copy(seen.padded_plaintext)});
  }
  void saw_open(const OpenSeen& seen) override {
    Line line{"open", seen.request.key, std::nullopt, copy(seen.envelope), std::nullopt};
    if (seen.opened != nullptr) {
      line.header = seen.opened->header;
      line.plaintext = seen.opened->plaintext;
    }
    lines.push_back(line);
  }
  void saw_field_seal(const FieldSeen& seen) override { add_field("field seal", seen); }
  void saw_field_open(const FieldSeen& seen) override { add_field("field open", seen); }

 private:
  static Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }
  void add_field(const char* what, const FieldSeen& seen) {
    Line line{what, seen.key, std::nullopt, copy(seen.iv_ct_tag), std::nullopt};
    if (seen.plaintext) line.plaintext = copy(*seen.plaintext);
    lines.push_back(line);
  }
};

template <class Back>
class Recording : public TwoCiphers<Back> {
 protected:
  Notebook notebook;
  RecordingCipher recording{this->cipher, notebook};
  RecordingFieldSealer field{this->cipher, notebook};
};
TYPED_TEST_SUITE(Recording, BothCiphers);

TYPED_TEST(Recording, AnswersAndDrawsAreThoseOfTheWrappedCipher) {
  TypeParam bare = this->cipher;
  SeededRandom bare_random(1);
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const auto envelope = this->recording.seal(request, Bytes(512), this->random);
  EXPECT_EQ(envelope, bare.seal(request, Bytes(512), bare_random));
  EXPECT_EQ(this->random.drawn, bare_random.drawn);
  EXPECT_EQ(this->recording.sha256(*envelope), this->cipher.sha256(*envelope));
  EXPECT_EQ(this->recording.slot_id(this->key, chat_named(1)), this->slot);
  EXPECT_EQ(this->recording.row_id(this->key, "r"), this->cipher.row_id(this->key, "r"));
  EXPECT_EQ(this->recording.open(opening(request), *envelope)->plaintext, Bytes(512));
  EXPECT_EQ(this->recording.open(opening(request), {}).error(), the_one_error());
}

TYPED_TEST(Recording, ShowsEverySealAndOpenWithItsResult) {
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes padded(512, 'p');
  const Bytes envelope = this->recording.seal(request, padded, this->random).value();
  const Header header = parse_header(envelope).value();
  EXPECT_FALSE(this->recording.seal(request, Bytes(5), this->random));
  EXPECT_TRUE(this->recording.open(opening(request), envelope));
  EXPECT_FALSE(this->recording.open(opening(request), Bytes{1}));
  const std::vector<Notebook::Line> expected = {
      {"seal", this->key, header, envelope, padded},
      {"seal", this->key, std::nullopt, {}, Bytes(5)},
      {"open", this->key, header, envelope, padded},
      {"open", this->key, std::nullopt, Bytes{1}, std::nullopt},
  };
  EXPECT_EQ(this->notebook.lines, expected);
}

TYPED_TEST(Recording, ShowsTheFieldDialect) {
  const Bytes text = {'t'};
  const Bytes sealed = this->field.seal_field(this->key, text, this->random).value();
  EXPECT_EQ(this->recording.open_field(this->key, sealed), text);
  EXPECT_FALSE(this->recording.open_field(this->key, text));
  EXPECT_FALSE(this->field.seal_field(KeyRef{}, text, this->random));
  const std::vector<Notebook::Line> expected = {
      {"field seal", this->key, std::nullopt, sealed, text},
      {"field open", this->key, std::nullopt, sealed, text},
      {"field open", this->key, std::nullopt, text, std::nullopt},
      {"field seal", KeyRef{}, std::nullopt, {}, text},
  };
  EXPECT_EQ(this->notebook.lines, expected);
}

}  // namespace
}  // namespace dp::crypto
