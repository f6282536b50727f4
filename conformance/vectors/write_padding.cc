// Buckets, the one padded form of a content, and the one spelling of base64.
#include "conformance/vectors/areas.h"
#include "core/crypto/padding.h"

namespace dp::vectors {
namespace {

using crypto::Kind;

bool has_one_bucket(int kind) {
  return kind == 2 || kind == 3;
}

void lengths_of(Author& author, int kind) {
  author.group("padding", {{"kind", kind}});
  const auto with = [](std::uint64_t bytes) { return Json{{"content_bytes", bytes}}; };
  author.boundary("empty content", with(0));
  author.boundary("one byte", with(1));
  author.boundary("510 bytes leave one zero", with(510));
  author.boundary("511 bytes and the marker fill 512", with(511));
  if (has_one_bucket(kind)) {
    for (const int bytes : {512, 513, 1023, 1024, 4095, 100'000}) {
      author.defect("content_too_long", "the single bucket does not hold it", with(bytes));
    }
    return;
  }
  for (const int bucket : {512, 1024, 2048, 4096, 8192}) {
    author.boundary("one byte more than a bucket holds", with(static_cast<std::uint64_t>(bucket)));
    if (bucket == 512) continue;
    author.boundary("a bucket filled", with(static_cast<std::uint64_t>(bucket) - 1));
    author.boundary("a bucket but for one byte", with(static_cast<std::uint64_t>(bucket) - 2));
  }
}

// Above 8192 the steps of Padme: each length with few bits set, and its neighbours.
void padme_lengths(Author& author) {
  author.group("padding", {{"kind", 1}});
  for (std::uint64_t power = 13; power <= 20; ++power) {
    const std::uint64_t base = std::uint64_t{1} << power;
    const std::uint64_t step = crypto::padme(static_cast<std::size_t>(base) + 1) - base;
    for (const std::uint64_t steps : {1u, 2u, 15u}) {
      const std::uint64_t full = base + steps * step;
      author.boundary("fills a Padme length", {{"content_bytes", full - 1}});
      author.boundary("one byte more than a Padme length holds", {{"content_bytes", full}});
    }
    author.boundary("fills a power of two", {{"content_bytes", base - 1}});
  }
  Draws draws(201);
  for (int i = 0; i < 40; ++i) {
    author.random("drawn", {{"content_bytes", draws.below(1u << (9 + draws.below(12)))}});
  }
}

Bytes padded(int kind, const Bytes& content) {
  return *crypto::pad(static_cast<Kind>(kind), content);
}

Json unpadding(const Bytes& bytes) {
  return {{"padded", hex_encode(bytes)}};
}

void unpadding_of(Author& author, int kind) {
  author.group("unpadding", {{"kind", kind}});
  const auto good = [&](const char* comment, const Bytes& content) {
    author.boundary(comment, unpadding(padded(kind, content)));
  };
  good("empty content", {});
  good("a zero", {0});
  good("content that looks like a marker", {0x80});
  good("content that looks like padding", {0x80, 0, 0});
  good("content that ends in zeros", {'a', 0, 0, 0});
  const Bytes text = {'h', 'e', 'l', 'l', 'o'};
  good("a word", text);
  if (kind != 5) good("511 bytes fill the bucket", Bytes(511, 'x'));

  Bytes bytes = padded(kind, text);
  Bytes wrong = bytes;
  wrong.back() = 1;
  author.defect("padding_not_zero", "the last byte is not zero", unpadding(wrong));
  wrong = bytes;
  wrong[text.size() + 1] = 1;
  author.defect("padding_not_zero", "the byte after the marker is not zero", unpadding(wrong));
  wrong = bytes;
  wrong[300] = 0xff;
  author.defect("padding_not_zero", "a byte in the midst is not zero", unpadding(wrong));
  wrong = bytes;
  wrong[text.size()] = 0;
  author.defect("padding_without_marker", "zeros after the content", unpadding(wrong));
  wrong[text.size()] = 0x40;
  author.defect("padding_without_marker", "0x40 in place of 0x80", unpadding(wrong));
  wrong[text.size()] = 0x81;
  author.defect("padding_without_marker", "0x81 in place of 0x80", unpadding(wrong));
  author.defect("padding_without_marker", "only zeros", unpadding(Bytes(bytes.size(), 0)));
  wrong = bytes;
  wrong.pop_back();
  author.defect("padding_not_a_bucket", "one byte short of the bucket", unpadding(wrong));
  wrong = bytes;
  wrong.push_back(0);
  author.defect("padding_not_a_bucket", "one byte more than the bucket", unpadding(wrong));
  wrong = bytes;
  wrong.resize(text.size() + 1);
  author.defect("padding_not_a_bucket", "no zeros at all", unpadding(wrong));
  author.defect("padding_not_a_bucket", "no bytes at all", unpadding({}));
  author.defect("padding_not_a_bucket", "a marker alone", unpadding({0x80}));
  wrong = bytes;
  wrong.resize(bytes.size() * 2, 0);
  author.defect("padding_larger_bucket", "a bucket larger than the content needs",
                unpadding(wrong));
  if (kind == 5) {
    wrong.resize(512);
    author.defect("padding_smaller_bucket", "tombstones begin at 4096", unpadding(wrong));
  }
}

void spellings(Author& author) {
  author.group("base64");
  const std::pair<const char*, const char*> good[] = {
      {"nothing", ""},
      {"one byte", "AA=="},
      {"two bytes", "AAA="},
      {"three bytes", "AAAA"},
      {"RFC 4648 f", "Zg=="},
      {"RFC 4648 fo", "Zm8="},
      {"RFC 4648 foo", "Zm9v"},
      {"RFC 4648 foob", "Zm9vYg=="},
      {"RFC 4648 fooba", "Zm9vYmE="},
      {"62 and 63", "+/+/"},
      {"the highest bytes", "////"},
      {"one byte 0xff", "/w=="},
      {"two bytes 0xff", "//8="},
      {"the magic of an envelope", "RFNFMQ=="},
      {"every letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"}};
  for (const auto& [comment, text] : good) author.boundary(comment, {{"text", text}});
  Draws draws(202);
  for (int i = 0; i < 12; ++i) {
    author.random("drawn", {{"text", base64_encode(draws.bytes(draws.below(80)))}});
  }
  struct Bad {
    const char* defect;
    const char* comment;
    const char* text;
  };
  const Bad bad[] = {
      {"base64_padding", "one sign of two missing", "Zg="},
      {"base64_padding", "both signs missing", "Zg"},
      {"base64_padding", "the sign missing", "Zm8"},
      {"base64_padding", "a sign too many", "Zm9v="},
      {"base64_padding", "four signs too many", "Zm9v===="},
      {"base64_padding", "three signs", "Z==="},
      {"base64_padding", "signs alone", "===="},
      {"base64_padding", "a sign in the midst", "Zg==Zm8="},
      {"base64_padding", "a sign in front", "=Zg="},
      {"base64_padding", "a sign between letters", "Z=g="},
      {"base64_padding", "a letter after the sign", "Zg=A"},
      {"base64_length", "one letter", "Z"},
      {"base64_length", "five letters", "Zm9vY"},
      {"base64_trailing_bits", "the last four bits are 0001", "Zh=="},
      {"base64_trailing_bits", "the last four bits are 1111", "Zv=="},
      {"base64_trailing_bits", "the last two bits are 01", "Zm9="},
      {"base64_trailing_bits", "the last two bits are 11", "Zm+="},
      {"base64_trailing_bits", "after several bytes", "Zm9vYh=="},
      {"base64_alphabet", "the URL alphabet's 62", "-/+/"},
      {"base64_alphabet", "the URL alphabet's 63", "+_+/"},
      {"base64_alphabet", "a dot", "Zm9."},
      {"base64_alphabet", "a star", "Zm*v"},
      {"base64_alphabet", "a letter beyond ASCII", "Zm9\xC3\xA9"},
      {"base64_alphabet", "NUL, as JSON can carry it", nullptr},
      {"base64_white_space", "a space in front", " Zm9v"},
      {"base64_white_space", "a space at the end", "Zm9v "},
      {"base64_white_space", "a line break at the end", "Zm9v\n"},
      {"base64_white_space", "CR LF at the end", "Zm9v\r\n"},
      {"base64_white_space", "a line break in the midst", "Zm9v\nYmFy"},
      {"base64_white_space", "a tab in the midst", "Zm9v\tYmFy"},
      {"base64_white_space", "a space among four letters", "Zm 9"},
      {"base64_white_space", "four spaces", "    "},
  };
  for (const Bad& one : bad) {
    const std::string text = one.text == nullptr ? std::string("Zm\0v", 4) : one.text;
    author.defect(one.defect, one.comment, {{"text", text}});
  }
}

}  // namespace

Author padding_area() {
  Author author("padding", "Padding to published buckets (section 8.3)");
  for (int kind = 1; kind <= 6; ++kind) lengths_of(author, kind);
  padme_lengths(author);
  for (const int kind : {1, 2, 3, 5}) unpadding_of(author, kind);
  return author;
}

Author base64_area() {
  Author author("base64", "The one spelling of sealed bytes in frames (section 3.1)");
  spellings(author);
  return author;
}

}  // namespace dp::vectors
