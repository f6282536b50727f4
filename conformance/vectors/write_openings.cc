// What opens, and everything that must not.
#include <functional>

#include "conformance/vectors/areas.h"
#include "conformance/vectors/craft.h"
#include "core/crypto/padding.h"

namespace dp::vectors {
namespace {

using crypto::Header;
using crypto::Kind;
using crypto::Suite;

constexpr Version kVersion = 7;

template <std::size_t N>
std::array<std::uint8_t, N> filled(std::uint8_t first) {
  std::array<std::uint8_t, N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(first + i);
  return out;
}

// One good envelope and the input that opens it.
struct Good {
  Good(Suite suite, Kind kind) {
    place.account = filled<16>(0xa0);
    place.key = filled<32>(0x40);
    if (kind != Kind::wrapped_key) place.slot.bytes = filled<16>(0xb0);
    const bool chained = kind == Kind::draft || kind == Kind::preview || kind == Kind::tombstone;
    header = header_at(place, suite, kind, kind == Kind::message ? 0 : kVersion,
                       chained ? filled<32>(0x10) : Hash32{}, filled<24>(0xc0));
    content = Bytes{'c', 'o', 'n', 't', 'e', 'n', 't'};
    if (kind == Kind::wrapped_key) content = Bytes(32, 0x4d);
    envelope = sealed(place, header, content);
  }
  Json input(const Bytes& of) const {
    return {{"account_id", hex_encode(place.account)},
            {"key", hex_encode(place.key)},
            {"kind", static_cast<int>(header.kind)},
            {"slot_id", hex_encode(place.slot.bytes)},
            {"version", header.version},
            {"parent", hex_encode(header.parent)},
            {"envelope", hex_encode(of)}};
  }
  Json input() const { return input(envelope); }
  Json input(const char* name, Json value) const {
    Json out = input();
    out[name] = std::move(value);
    return out;
  }
  Json flipped(std::size_t at, std::uint8_t mask) const {
    Bytes changed = envelope;
    changed[at] ^= mask;
    return input(changed);
  }

  Place place;
  Header header;
  Bytes content;
  Bytes envelope;
};

struct Part {
  const char* name;
  std::size_t at;
};
// Offsets of the fields that the header has beside suite and kind, which have their own defects.
constexpr Part kParts[] = {{"magic", 0},    {"flags", 6},   {"key_id", 8}, {"slot_id", 24},
                           {"version", 40}, {"parent", 48}, {"nonce", 80}, {"commitment", 104}};

void changed_bits(Author& author, const Good& good) {
  for (const Part& part : kParts) {
    author.defect("changed_bit", std::string("the first bit of the ") + part.name,
                  good.flipped(part.at, 1));
  }
  author.defect("changed_bit", "the last bit of the parent", good.flipped(79, 0x80));
  author.defect("changed_bit", "the last bit of the part of the nonce that both suites use",
                good.flipped(91, 0x80));
  author.defect("changed_bit", "the last bit of the nonce", good.flipped(103, 0x80));
  author.defect("changed_bit", "the last bit of the commitment", good.flipped(135, 0x80));
  author.defect("changed_bit", "the first bit of the ciphertext", good.flipped(136, 1));
  author.defect("changed_bit", "a bit of the padding", good.flipped(400, 0x10));
  author.defect("changed_bit", "the first bit of the tag",
                good.flipped(good.envelope.size() - 16, 1));
  author.defect("changed_bit", "the last bit of the tag",
                good.flipped(good.envelope.size() - 1, 0x80));
  const auto other_suite = static_cast<std::uint8_t>(static_cast<int>(good.header.suite) ^ 3);
  Bytes changed = good.envelope;
  changed[4] = other_suite;
  author.defect("changed_suite", "the other suite's number", good.input(changed));
}

void changed_lengths(Author& author, const Good& good) {
  Bytes bytes = good.envelope;
  bytes.pop_back();
  author.defect("missing_byte", "the last byte is missing", good.input(bytes));
  bytes = good.envelope;
  bytes.erase(bytes.begin() + 136);
  author.defect("missing_byte", "the first byte of the ciphertext is missing", good.input(bytes));
  bytes = good.envelope;
  bytes.resize(136 + 16);
  author.defect("missing_byte", "header and sixteen bytes", good.input(bytes));
  bytes.resize(136 + 15);
  author.defect("too_short", "a byte too short for a header and a tag", good.input(bytes));
  bytes.resize(136);
  author.defect("too_short", "a header alone", good.input(bytes));
  author.defect("too_short", "nothing", good.input(Bytes{}));
  bytes = good.envelope;
  bytes.push_back(0);
  author.defect("additional_byte", "a zero at the end", good.input(bytes));
  bytes = good.envelope;
  bytes.insert(bytes.begin(), 'D');
  author.defect("additional_byte", "a letter in front", good.input(bytes));
}

void wrong_expectations(Author& author, const Good& good) {
  author.defect("other_account", "another account", good.input("account_id", std::string(32, '0')));
  author.defect("other_key", "another key", good.input("key", std::string(64, '1')));
  author.defect("other_slot", "another slot was expected",
                good.input("slot_id", std::string(32, '1')));
  const auto kind = static_cast<int>(good.header.kind);
  for (int other = 1; other <= 6; ++other) {
    if (other == kind) continue;
    author.defect("other_kind", "kind " + std::to_string(other) + " was expected",
                  good.input("kind", other));
  }
  author.defect("other_version", "a higher version was expected",
                good.input("version", good.header.version + 1));
  if (good.header.version > 0) {
    author.defect("other_version", "a lower version was expected",
                  good.input("version", good.header.version - 1));
  }
  author.defect("other_parent", "another parent was expected",
                good.input("parent", std::string(64, '7')));
}

// Authentic: whoever made these holds the keys and follows other rules.
void authentic_headers(Author& author, const Good& good) {
  const auto under = [&](std::size_t at, std::uint8_t value) {
    Bytes header;
    crypto::append_header(header, good.header);
    header[at] = value;
    return good.input(sealed_under(good.place, good.header.suite, header,
                                   *crypto::pad(good.header.kind, good.content)));
  };
  author.defect("unknown_magic", "DSE2, authentic", under(3, '2'));
  author.defect("unknown_suite", "suite 0, authentic", under(4, 0));
  author.defect("unknown_suite", "suite 3, authentic", under(4, 3));
  author.defect("unknown_kind", "kind 0, authentic", under(5, 0));
  author.defect("unknown_kind", "kind 7, authentic", under(5, 7));
  author.defect("unknown_flags", "the lowest flag, authentic", under(6, 1));
  author.defect("unknown_flags", "the highest flag, authentic", under(7, 0x80));
  Json input = under(47, 1);
  input.erase("version");
  author.defect("version_too_high", "2^56 and more, authentic", input);
  input = under(46, 0x20);
  input.erase("version");
  author.defect("version_too_high", "2^53 and more, authentic", input);
}

void authentic_content(Author& author, const Good& good) {
  const Bytes padded = *crypto::pad(good.header.kind, good.content);
  const auto with = [&](const Bytes& bytes) {
    return good.input(sealed_as_is(good.place, good.header, bytes));
  };
  Bytes bytes = padded;
  bytes.back() = 1;
  author.defect("padding_not_zero", "authentic", with(bytes));
  author.defect("padding_without_marker", "authentic", with(Bytes(padded.size(), 0)));
  bytes = padded;
  bytes.resize(padded.size() * 2, 0);
  author.defect("padding_larger_bucket", "authentic", with(bytes));
  bytes = padded;
  bytes.pop_back();
  author.defect("padding_not_a_bucket", "authentic, one byte short", with(bytes));
  author.defect("padding_not_a_bucket", "authentic, no plaintext at all", with({}));
}

void openings_of(Author& author, Suite suite, Kind kind) {
  const Good good(suite, kind);
  author.rule("opens", good.input());
  Json input = good.input();
  input.erase("version");
  author.rule("nothing is expected of the version", input);
  input.erase("parent");
  author.rule("nor of the parent", input);
  if (kind == Kind::tombstone && suite == Suite::aes256_gcm) return;  // long, and nothing new
  wrong_expectations(author, good);
  if (kind == Kind::tombstone) return;
  changed_lengths(author, good);
  changed_bits(author, good);
  if (kind == Kind::local_row || kind == Kind::message) return;  // as with the others
  authentic_headers(author, good);
  authentic_content(author, good);
}

void headers(Author& author) {
  author.group("header");
  const auto bytes_of = [](const Header& header) {
    Bytes bytes;
    crypto::append_header(bytes, header);
    bytes.resize(136 + 16, 0x5a);
    return bytes;
  };
  const auto input = [](const Bytes& bytes) { return Json{{"envelope", hex_encode(bytes)}}; };
  for (const Suite suite : {Suite::xchacha20_poly1305, Suite::aes256_gcm}) {
    for (int kind = 1; kind <= 6; ++kind) {
      const Good good(suite, static_cast<Kind>(kind));
      author.rule("the shortest envelope", input(bytes_of(good.header)));
      const bool chained = kind == 1 || kind == 2 || kind == 5;
      Header header = good.header;
      const auto refuse = [&](const char* defect, const char* comment) {
        author.defect(defect, comment, input(bytes_of(header)));
        header = good.header;
      };
      header.version = kind == 6 ? 0 : kVersionMax;
      author.boundary("the highest version", input(bytes_of(header)));
      header.version = kVersionMax + 1;
      if (kind != 6) refuse("version_too_high", "2^53");
      header = good.header;
      header.version = kind == 6 ? 1 : 0;
      if (kind != 4) refuse("version_of_kind", "no such version for this kind");
      header = good.header;
      header.parent[31] = 1;
      if (!chained) refuse("parent_of_kind", "a parent where the kind has none");
      header = good.header;
      header.slot_id.bytes[0] = 1;
      if (kind == 3) refuse("slot_of_kind", "a wrapped key with a slot");
      Bytes bytes = bytes_of(good.header);
      bytes.pop_back();
      author.defect("too_short", "a byte short of the shortest", input(bytes));
      for (const auto& [defect, at, value] : {std::tuple{"unknown_magic", 0, 'd'},
                                              {"unknown_magic", 3, '2'},
                                              {"unknown_suite", 4, 0},
                                              {"unknown_suite", 4, 3},
                                              {"unknown_kind", 5, 0},
                                              {"unknown_kind", 5, 7},
                                              {"unknown_flags", 6, 1},
                                              {"unknown_flags", 7, 1}}) {
        bytes = bytes_of(good.header);
        bytes[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(value);
        author.defect(defect, "one byte of the header", input(bytes));
      }
    }
  }
}

void field_dialect(Author& author) {
  const auto master = filled<32>(0);
  author.group("field", {{"master_key", hex_encode(master)}});
  const auto iv = filled<12>(0x30);
  const auto input = [](ByteView bytes) { return Json{{"sealed", base64_encode(bytes)}}; };
  const auto seal = [&](std::string_view text) { return field_sealed(master, iv, as_bytes(text)); };
  author.boundary("empty content", input(seal("")));
  author.boundary("one byte", input(seal("x")));
  author.boundary("sixteen bytes", input(seal("0123456789abcdef")));
  author.boundary("every width of UTF-8", input(seal("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")));
  Draws draws(401);
  for (int i = 0; i < 6; ++i) {
    const Bytes text = draws.bytes(40);
    const Bytes drawn_iv = draws.bytes(12);
    author.random("drawn", input(field_sealed(master, drawn_iv, text)));
  }
  const Bytes good = seal("hello");
  for (const auto& [comment, at] : {std::pair{"the first bit of the nonce", 0},
                                    {"the last byte of the nonce", 11},
                                    {"the first byte of the ciphertext", 12},
                                    {"the first byte of the tag", 17},
                                    {"the last byte of the tag", 32}}) {
    Bytes bytes = good;
    bytes[static_cast<std::size_t>(at)] ^= 1;
    author.defect("changed_bit", comment, input(bytes));
  }
  author.defect("missing_byte", "the last byte is missing", input(ByteView(good).first(32)));
  author.defect("missing_byte", "the first byte is missing", input(ByteView(good).subspan(1)));
  author.defect("too_short", "27 bytes hold no nonce and tag", input(ByteView(good).first(27)));
  author.defect("too_short", "nothing", {{"sealed", ""}});
  Bytes longer = good;
  longer.push_back(0);
  author.defect("additional_byte", "a zero at the end", input(longer));
  Json other = input(good);
  other["master_key"] = std::string(64, '5');
  author.defect("other_key", "another account's master key", other);
  // 33 bytes spell without signs; two bytes more give two spellings a lenient decoder would take.
  std::string text = base64_encode(seal("hello!!"));
  text.pop_back();
  author.defect("base64_padding", "a sign is missing", {{"sealed", text}});
  author.defect("base64_white_space", "a line break at the end",
                {{"sealed", base64_encode(good) + "\n"}});
}

}  // namespace

Author openings_area() {
  Author author("openings", "What opens and what does not; public headers (sections 8, 8.2)");
  for (const Suite suite : {Suite::xchacha20_poly1305, Suite::aes256_gcm}) {
    for (int kind = 1; kind <= 6; ++kind) {
      author.group("open");
      openings_of(author, suite, static_cast<Kind>(kind));
    }
  }
  headers(author);
  field_dialect(author);
  return author;
}

}  // namespace dp::vectors
