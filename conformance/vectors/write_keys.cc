// Keys, names and passwords.
#include "conformance/vectors/areas.h"
#include "core/vocabulary/ids.h"

namespace dp::vectors {
namespace {

const std::string kZeros(64, '0');
const std::string kOnes(64, 'f');
const std::string kCounting = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";

void key_vectors(Author& author) {
  author.group("keys");
  for (const std::string& master : {kZeros, kOnes, kCounting}) {
    for (const int epoch : {1, 2, 127, 128, 255, 256, 1023, 1024}) {
      author.boundary("epoch " + std::to_string(epoch),
                      {{"master_key", master}, {"epoch", epoch}, {"chat_id", kChat}});
    }
  }
  for (const char* chat :
       {"00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff",
        "01234567-89ab-4cde-9f01-23456789abcd", "abcdefab-cdef-4abc-adef-abcdefabcdef"}) {
    author.boundary("the chat's text is hashed as it stands",
                    {{"master_key", kCounting}, {"epoch", 1}, {"chat_id", chat}});
  }
  Draws draws(101);
  for (int i = 0; i < 16; ++i) {
    std::array<std::uint8_t, 16> id{};
    std::ranges::copy(draws.bytes(16), id.begin());
    const std::string master = draws.hex(32);
    const std::uint64_t epoch = 1 + draws.below(1024);
    author.random(
        "drawn",
        {{"master_key", master}, {"epoch", epoch}, {"chat_id", ChatId::from_random(id).text()}});
  }
  const auto with_epoch = [](std::uint64_t epoch) {
    return Json{{"master_key", kCounting}, {"epoch", epoch}, {"chat_id", kChat}};
  };
  author.defect("bad_epoch", "epochs begin at 1", with_epoch(0));
  author.defect("bad_epoch", "1024 is the last epoch", with_epoch(1025));
  author.defect("bad_epoch", "a number of 32 bits that wraps to epoch 1 is not epoch 1",
                with_epoch((std::uint64_t{1} << 32) + 1));
  const std::pair<const char*, const char*> bad_chats[] = {
      {"upper case", "7B0C0F3E-6A55-4D5C-9C3E-0D6A1F2B3C4D"},
      {"one letter in upper case", "7b0c0f3e-6a55-4d5C-9c3e-0d6a1f2b3c4d"},
      {"version 1", "7b0c0f3e-6a55-1d5c-9c3e-0d6a1f2b3c4d"},
      {"version 7", "7b0c0f3e-6a55-7d5c-9c3e-0d6a1f2b3c4d"},
      {"variant 0", "7b0c0f3e-6a55-4d5c-7c3e-0d6a1f2b3c4d"},
      {"variant c", "7b0c0f3e-6a55-4d5c-cc3e-0d6a1f2b3c4d"},
      {"braces", "{7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d}"},
      {"no hyphens", "7b0c0f3e6a554d5c9c3e0d6a1f2b3c4d"},
      {"a hyphen in another place", "7b0c0f3e6-a55-4d5c-9c3e-0d6a1f2b3c4d"},
      {"one digit short", "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4"},
      {"one digit more", "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d0"},
      {"a letter that is no digit", "7b0c0f3g-6a55-4d5c-9c3e-0d6a1f2b3c4d"},
      {"a space before", " 7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d"},
      {"a line break after", "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d\n"},
      {"nothing", ""},
  };
  for (const auto& [comment, chat] : bad_chats) {
    author.defect("bad_chat_id", comment,
                  {{"master_key", kCounting}, {"epoch", 1}, {"chat_id", chat}});
  }
}

void row_vectors(Author& author) {
  author.group("row_id", {{"master_key", kCounting}});
  const std::pair<const char*, std::string> names[] = {
      {"no name", ""},
      {"one letter", "a"},
      {"a name that is a chat's text has another id than the chat's slot", kChat},
      {"two bytes a letter", "\xC3\xA9"},
      {"three bytes", "\xE2\x82\xAC"},
      {"four bytes", "\xF0\x9F\x98\x80"},
      {"NUL counts", std::string("a\0b", 3)},
      {"longer than a block of SHA-512", std::string(200, 'r')},
      {"112 bytes with the label: the padding fills a block", std::string(103, 'p')},
      {"113 bytes with the label: the padding needs another", std::string(104, 'p')},
  };
  for (const auto& [comment, name] : names) author.boundary(comment, {{"row_name", name}});
  Draws draws(102);
  for (int i = 0; i < 6; ++i)
    author.random("drawn", {{"row_name", draws.hex(1 + draws.below(40))}});
}

void small_passwords(Author& author) {
  author.group("kdf", {{"floor", false}});
  const std::string salt = "101112131415161718191a1b1c1d1e1f";
  const auto with = [](std::string_view password, const std::string& with_salt, int operations,
                       int memory_kib) {
    return Json{{"password", password},
                {"salt", with_salt},
                {"operations", operations},
                {"memory_kib", memory_kib}};
  };
  for (const int operations : {1, 2, 3, 4}) {
    for (const int memory_kib : {8, 9, 11, 12, 64, 1024}) {
      author.boundary("not all memory is used where it is no multiple of 4 KiB",
                      with("password", salt, operations, memory_kib));
    }
  }
  const std::pair<const char*, std::string> passwords[] = {
      {"one byte", "x"},
      {"a space is a password", " "},
      {"white space is not trimmed", " password "},
      {"precomposed", "caf\xC3\xA9"},
      {"decomposed is another password", "cafe\xCC\x81"},
      {"beyond the first plane", "\xF0\x9F\x94\x91\xF0\x9F\x94\x92"},
      {"NUL does not end it", std::string("pass\0word", 9)},
      {"one block of BLAKE2b", std::string(128, 'b')},
      {"one more byte", std::string(129, 'b')},
      {"long", std::string(1000, 'l')},
  };
  for (const auto& [comment, password] : passwords) {
    author.boundary(comment, with(password, salt, 1, 8));
  }
  author.boundary("a salt of zeros", with("password", std::string(32, '0'), 1, 8));
  author.boundary("a salt of ones", with("password", std::string(32, 'f'), 1, 8));
  Draws draws(103);
  for (int i = 0; i < 8; ++i) {
    const std::string password = draws.hex(8);
    const std::string drawn_salt = draws.hex(16);
    const int operations = 1 + static_cast<int>(draws.below(4));
    const int memory_kib = 8 + static_cast<int>(draws.below(200));
    author.random("drawn", with(password, drawn_salt, operations, memory_kib));
  }
}

void bounded_passwords(Author& author) {
  author.group("kdf", {{"floor", true},
                       {"password", "correct horse battery staple"},
                       {"salt", "101112131415161718191a1b1c1d1e1f"}});
  const auto with = [](std::uint64_t operations, std::uint64_t memory_kib) {
    return Json{{"operations", operations}, {"memory_kib", memory_kib}};
  };
  author.boundary("the floor itself: 256 MiB", with(3, 262144));
  author.defect("kdf_below_floor", "no operation", with(0, 262144));
  author.defect("kdf_below_floor", "one operation", with(1, 262144));
  author.defect("kdf_below_floor", "two operations", with(2, 262144));
  author.defect("kdf_below_floor", "no memory", with(3, 0));
  author.defect("kdf_below_floor", "what Argon2id itself demands at least", with(3, 8));
  author.defect("kdf_below_floor", "64 MiB", with(3, 65536));
  author.defect("kdf_below_floor", "a KiB less than 256 MiB", with(3, 262143));
  author.defect("kdf_above_ceiling", "17 operations", with(17, 262144));
  author.defect("kdf_above_ceiling", "as many operations as 32 bits hold",
                with(4294967295, 262144));
  author.defect("kdf_above_ceiling", "a KiB more than 1 GiB", with(3, 1048577));
  author.defect("kdf_above_ceiling", "4 TiB, which would freeze a device", with(3, 4294967295));
}

}  // namespace

Author keys_area() {
  Author author("keys", "Keys of an account, names of slots and rows (section 8.1)");
  key_vectors(author);
  row_vectors(author);
  return author;
}

Author passwords_area() {
  Author author("passwords", "From a password to its two outputs (section 8.1)");
  small_passwords(author);
  bounded_passwords(author);
  return author;
}

}  // namespace dp::vectors
