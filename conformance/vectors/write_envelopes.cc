// Sealing, byte for byte with the randomness given.
#include "conformance/vectors/areas.h"

namespace dp::vectors {
namespace {

const std::string kAccount = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
const std::string kKey = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";
const std::string kSlot = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
const std::string kRandom = "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7";
const std::string kNoParent(64, '0');
const std::string kParent(64, 'e');
const std::string kNoSlot(32, '0');
constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 53) - 1;

std::string hex(std::string_view text) {
  return hex_encode(as_bytes(text));
}

bool is_of_a_slot(int kind) {
  return kind == 1 || kind == 2 || kind == 5;
}

// An input that is right for the kind, with the content empty.
Json plain(int suite, int kind) {
  return {{"account_id", kAccount},
          {"key", kKey},
          {"suite", suite},
          {"kind", kind},
          {"slot_id", kind == 3 ? kNoSlot : kSlot},
          {"version", kind == 6 ? 0 : 1},
          {"parent", is_of_a_slot(kind) && kind == 2 ? kParent : kNoParent},
          {"random", kRandom},
          {"writer", "0123456789abcdef"},
          {"sequence", 1},
          {"boot", 1},
          {"content", ""}};
}

Json with(Json input, const char* name, Json value) {
  input[name] = std::move(value);
  return input;
}

void contents_of(Author& author, int suite, int kind) {
  const Json input = plain(suite, kind);
  const auto content = [&](const char* comment, const std::string& bytes) {
    author.boundary(comment, with(input, "content", hex_encode(as_bytes(bytes))));
  };
  if (kind == 3) {
    content("a master key", std::string("0123456789abcdef0123456789ABCDEF"));
    return;
  }
  content("empty content", "");
  if (kind == 5) return;
  content("one byte", "x");
  content("every width of UTF-8", "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  content("511 bytes fill the bucket", std::string(511, 'f'));
  if (kind == 1) content("512 bytes need the next bucket", std::string(512, 'n'));
}

void headers_of(Author& author, int suite, int kind) {
  const Json input = plain(suite, kind);
  if (kind != 6) {
    for (const std::uint64_t version : {std::uint64_t{2}, std::uint64_t{255}, std::uint64_t{256},
                                        std::uint64_t{1} << 32, kNumberMax}) {
      if (kind == 5 && version > 2 && version < kNumberMax) continue;
      author.boundary("version " + std::to_string(version), with(input, "version", version));
    }
  }
  if (is_of_a_slot(kind)) {
    author.boundary("no parent", with(input, "parent", kNoParent));
    author.boundary("a parent", with(input, "parent", kParent));
  }
  if (kind == 4) author.boundary("a row may have version 0", with(input, "version", 0));
}

void nonces(Author& author, int suite) {
  const Json input = plain(suite, 1);
  author.boundary("no writer, no count",
                  with(with(input, "writer", std::string(16, '0')), "sequence", 0));
  author.boundary("the largest writer", with(input, "writer", std::string(16, 'f')));
  author.boundary("the highest bit of the writer", with(input, "writer", "8000000000000000"));
  author.boundary("a large count", with(input, "sequence", kNumberMax));
  author.boundary("a large boot", with(input, "boot", kNumberMax));
  author.boundary("randomness of zeros", with(input, "random", std::string(48, '0')));
  author.boundary("randomness of ones", with(input, "random", std::string(48, 'f')));
  author.boundary("an account of zeros", with(input, "account_id", std::string(32, '0')));
  author.boundary("a key of zeros", with(input, "key", std::string(64, '0')));
}

void random_envelopes(Author& author, int suite) {
  Draws draws(301 + static_cast<std::uint64_t>(suite));
  for (int i = 0; i < 16; ++i) {
    static constexpr int kKinds[] = {1, 2, 4, 6};
    const int kind = kKinds[draws.below(4)];
    Json input = plain(suite, kind);
    for (const auto& [name, bytes] : {std::pair{"account_id", 16},
                                      {"key", 32},
                                      {"slot_id", 16},
                                      {"random", 24},
                                      {"writer", 8}}) {
      input[name] = draws.hex(static_cast<std::size_t>(bytes));
    }
    if (is_of_a_slot(kind)) input["parent"] = draws.hex(32);
    if (kind != 6) input["version"] = 1 + draws.below(kNumberMax);
    input["sequence"] = draws.below(100'000);
    input["boot"] = draws.below(1'000);
    input["content"] = draws.hex(draws.below(500));
    author.random("drawn", std::move(input));
  }
}

void refused_content(Author& author, int suite) {
  for (const int kind : {2, 3}) {
    author.defect("content_too_long", "512 bytes leave no room for the marker",
                  with(plain(suite, kind), "content", hex(std::string(512, 'x'))));
  }
  author.defect("version_too_high", "2^53", with(plain(suite, 1), "version", kNumberMax + 1));
  author.defect("version_of_kind", "a draft has a version", with(plain(suite, 1), "version", 0));
  author.defect("version_of_kind", "a message has none", with(plain(suite, 6), "version", 1));
  author.defect("parent_of_kind", "a message has no parent",
                with(plain(suite, 6), "parent", kParent));
  author.defect("parent_of_kind", "a row has no parent", with(plain(suite, 4), "parent", kParent));
  author.defect("slot_of_kind", "a wrapped key has no slot",
                with(plain(suite, 3), "slot_id", kSlot));
}

}  // namespace

Author envelopes_area() {
  Author author("envelopes", "Sealing with given randomness, and opening again (section 8)");
  for (const int suite : {1, 2}) {
    author.group("seal");
    for (int kind = 1; kind <= 6; ++kind) {
      contents_of(author, suite, kind);
      headers_of(author, suite, kind);
    }
    nonces(author, suite);
    random_envelopes(author, suite);
    refused_content(author, suite);
  }
  return author;
}

}  // namespace dp::vectors
