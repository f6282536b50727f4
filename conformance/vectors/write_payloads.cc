// The one spelling of a payload, and every other.
#include <map>

#include "conformance/vectors/areas.h"
#include "conformance/vectors/family.h"
#include "core/draft/payload.h"

namespace dp::vectors {
namespace {

using draft::Draft;

constexpr std::uint64_t kNumberMax = draft::kDraftNumberMax;

Json input(ByteView bytes) {
  return {{"payload", hex_encode(bytes)}};
}
Json input(const Draft& draft) {
  return input(draft::encode_payload(draft));
}

// A payload field by field, so that one of them can be spelt in another way.
class Fields {
 public:
  Fields() {
    // Writers 1 and 2; the text "one\ntwo" of both, made by the second save of writer 2.
    set(1, {1}).set(2, {1}).set(3, {1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 0, 0, 0, 2});
    set(4, {1, 2}).set(5, {7});
    set(7, {2, 1, 0, 3, 1, 1, 2, 'o', 'n', 'e', '\n', 't', 'w', 'o'});
  }
  Fields& set(std::uint8_t tag, Bytes value) {
    fields_[tag] = std::move(value);
    return *this;
  }
  Fields& drop(std::uint8_t tag) {
    fields_.erase(tag);
    return *this;
  }
  static void append_field(Bytes& out, std::uint8_t tag, const Bytes& value) {
    out.push_back(tag);
    append_u32(out, static_cast<std::uint32_t>(value.size()));
    append(out, value);
  }
  Bytes bytes() const {
    Bytes out;
    for (const auto& [tag, value] : fields_) append_field(out, tag, value);
    return out;
  }
  operator Json() const { return input(bytes()); }

 private:
  std::map<std::uint8_t, Bytes> fields_;
};

Fields with(std::uint8_t tag, Bytes value) {
  return Fields().set(tag, std::move(value));
}
Fields tombstone() {
  return Fields().set(2, {2}).drop(7);
}
Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}
// A copy of writer 1's first save: clock, writer, lines.
Bytes copy_of(std::uint8_t clock, std::uint8_t writer, const std::string& text,
              std::uint8_t sequence = 1) {
  Bytes lines = {1, static_cast<std::uint8_t>(1 + std::ranges::count(text, '\n')), 0, sequence};
  append(lines, as_bytes(text));
  return joined({{clock, writer, static_cast<std::uint8_t>(lines.size())}, lines});
}

void good_numbers(Author& author) {
  for (const std::uint64_t number :
       {std::uint64_t{1}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{16'383},
        std::uint64_t{16'384}, std::uint64_t{1} << 32, kNumberMax - 1, kNumberMax}) {
    Draft draft = saved_text("x", {WriterId{5}, number}, number);
    author.boundary("clock and sequence " + std::to_string(number), input(draft));
  }
  for (const std::uint64_t writer :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256},
        std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    author.boundary("writer " + std::to_string(writer),
                    input(saved_text("x", {WriterId{writer}, 1}, 1)));
  }
  author.boundary("clock 0", with(5, {0}));
}

void good_texts(Author& author) {
  const std::pair<const char*, std::string> texts[] = {
      {"one letter", "x"},
      {"a space", " "},
      {"two empty lines", "\n"},
      {"a last line that is empty", "a\n"},
      {"a first line that is empty", "\na"},
      {"CR is part of a line", "a\r\nb\r"},
      {"NUL is part of a line", std::string("a\0b", 3)},
      {"U+0080, the first of two bytes", "\xC2\x80"},
      {"U+07FF, the last of two bytes", "\xDF\xBF"},
      {"U+0800, the first of three bytes", "\xE0\xA0\x80"},
      {"U+D7FF, before the surrogates", "\xED\x9F\xBF"},
      {"U+E000, after the surrogates", "\xEE\x80\x80"},
      {"U+FFFF, no character", "\xEF\xBF\xBF"},
      {"U+10000, the first of four bytes", "\xF0\x90\x80\x80"},
      {"U+10FFFF, the last", "\xF4\x8F\xBF\xBF"},
      {"a byte order mark is text", "\xEF\xBB\xBFx"},
      {"U+2028 does not break lines", "a\xE2\x80\xA8z"},
      {"U+0085 does not break lines", "a\xC2\x85z"},
      {"an unassigned code point", "\xF3\xA0\x90\x80"},
      {"a joined emoji", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"},
      {"127 bytes", std::string(127, 'x')},
      {"200 lines", std::string(199, '\n') + "x"},
      {"a line of 1000 bytes", std::string(1000, 'y')},
  };
  for (const auto& [comment, text] : texts) {
    author.boundary(comment, input(saved_text(text, {WriterId{1}, 1}, 1)));
  }
}

void good_fields(Author& author) {
  author.rule("two writers, a line of each", Fields());
  author.rule("CLEAR has no text", tombstone());
  author.rule("SENT has no text", tombstone().set(2, {3}));
  author.rule("all is cleared", tombstone().set(6, {1}));
  author.rule("one writer's saves are cleared", tombstone().set(6, {2, 0, 2}));
  author.rule("some of one writer's saves are cleared", with(6, {2, 2, 0}));
  author.rule("one copy", with(8, copy_of(3, 0, "old")));
  author.rule("a copy that is a text of two lines", with(8, copy_of(3, 0, "old\ntext")));
  author.rule("copies ascend by clock", with(8, joined({copy_of(3, 1, "b"), copy_of(4, 0, "a")})));
  author.rule("then by writer", with(8, joined({copy_of(3, 0, "b"), copy_of(3, 1, "a")})));
  author.rule("then by the bytes of their lines",
              with(8, joined({copy_of(3, 0, "a"), copy_of(3, 0, "b")})));
  author.rule("a shorter text comes first",
              with(8, joined({copy_of(3, 0, "a"), copy_of(3, 0, "a\na")})));
  author.rule("bytes, not characters: Z before a",
              with(8, joined({copy_of(3, 0, "Z"), copy_of(3, 0, "a")})));
  author.rule("then by their dots",
              with(8, joined({copy_of(3, 0, "a", 1), copy_of(3, 0, "a", 2)})));
  author.rule("a field of a newer schema is kept", with(9, {'n', 'e', 'w'}));
  author.rule("the highest tag, empty", with(255, {}));
  author.rule("several", with(9, {1}).set(10, {}).set(200, Bytes(300, 0xee)));
  author.rule("a tombstone keeps them too", tombstone().set(9, {1}));
}

void random_payloads(Author& author) {
  Draws draws(501);
  for (int i = 0; i < 40; ++i) {
    const Family family = drawn_family(draws, 5);
    author.random("drawn", input(i % 2 == 0 ? family.a : family.b));
  }
}

void bad_frames(Author& author) {
  const Bytes good = Fields().bytes();
  author.defect("payload_missing_field", "no bytes at all", input(Bytes{}));
  for (const auto& [comment, keep] : {std::pair{"a byte is missing at the end", good.size() - 1},
                                      {"cut within a field's length", std::size_t{3}},
                                      {"cut after a field's length", good.size() - 14}}) {
    author.defect("payload_truncated", comment, input(ByteView(good).first(keep)));
  }
  Bytes bytes = good;
  bytes.push_back(9);
  author.defect("payload_truncated", "a tag alone at the end", input(bytes));
  bytes = good;
  append(bytes, Bytes{9, 0xff, 0xff, 0xff, 0xff});
  author.defect("payload_truncated", "a length of 4 GiB", input(bytes));
  for (const std::uint8_t tag : {1, 2, 3, 4, 5}) {
    author.defect("payload_missing_field", "field " + std::to_string(tag), Fields().drop(tag));
  }
  bytes = {0, 0, 0, 0, 0};
  append(bytes, good);
  author.defect("payload_order", "tag 0", input(bytes));
  bytes = good;
  Fields::append_field(bytes, 7, {1, 1, 0, 1, 'x'});
  author.defect("payload_order", "a field twice", input(bytes));
  bytes = good;
  Fields::append_field(bytes, 6, {2, 2, 0});
  author.defect("payload_order", "a field after a higher one", input(bytes));
  bytes = Fields().set(9, {1}).bytes();
  Fields::append_field(bytes, 9, {1});
  author.defect("payload_order", "an unknown field twice", input(bytes));
}

void bad_small_fields(Author& author) {
  author.defect("payload_schema", "schema 0", with(1, {0}));
  author.defect("payload_schema", "schema 2", with(1, {2}));
  author.defect("payload_schema", "two bytes", with(1, {1, 0}));
  author.defect("payload_schema", "no byte", with(1, {}));
  author.defect("payload_operation", "operation 0", tombstone().set(2, {0}));
  author.defect("payload_operation", "operation 4", tombstone().set(2, {4}));
  author.defect("payload_operation", "two bytes", with(2, {1, 0}));
  author.defect("payload_operation", "no byte", tombstone().set(2, {}));
  const auto vector = [](Bytes first, Bytes second) {
    return with(3, joined({std::move(first), std::move(second)}));
  };
  const Bytes one = {1, 0, 0, 0, 0, 0, 0, 0, 3};
  const Bytes two = {2, 0, 0, 0, 0, 0, 0, 0, 2};
  author.defect("payload_vector", "writers that descend", vector(two, one));
  author.defect("payload_vector", "a writer twice", vector(one, joined({one, two})));
  author.defect("payload_vector", "sequence 0",
                vector(one, joined({two, {3, 0, 0, 0, 0, 0, 0, 0, 0}})));
  author.defect("payload_vector", "cut in a writer id", vector(one, joined({two, {3, 0, 0}})));
  author.defect("payload_vector", "a writer without a sequence",
                vector(one, joined({two, {3, 0, 0, 0, 0, 0, 0, 0}})));
  author.defect("payload_dot", "a writer that the vector lacks", with(4, {2, 1}));
  author.defect("payload_dot", "a sequence above the vector's", with(4, {1, 3}));
  author.defect("payload_dot", "sequence 0", with(4, {1, 0}));
  author.defect("payload_dot", "a byte too many", with(4, {1, 2, 0}));
  author.defect("payload_dot", "no sequence", with(4, {1}));
  author.defect("payload_dot", "nothing", with(4, {}));
  author.defect("payload_number", "a byte too many after the clock", with(5, {7, 0}));
  author.defect("payload_number", "no clock", with(5, {}));
  author.defect("payload_number", "a clock that goes on", with(5, {0x87}));
  author.defect("payload_number", "7 in two bytes", with(5, {0x87, 0}));
  author.defect("payload_number", "0 in two bytes", with(5, {0x80, 0}));
  author.defect("payload_number", "128 in three bytes", with(5, {0x80, 0x81, 0}));
  author.defect("payload_number", "2^53",
                with(5, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10}));
  author.defect("payload_number", "the largest of eight bytes",
                with(5, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}));
  author.defect("payload_number", "nine bytes",
                with(5, {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}));
  author.defect("payload_number", "ten bytes, 64 bits and more",
                with(5, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}));
}

void bad_cleared(Author& author) {
  author.defect("payload_cleared", "nothing", tombstone().set(6, {}));
  author.defect("payload_cleared", "mode 0", tombstone().set(6, {0}));
  author.defect("payload_cleared", "mode 3", tombstone().set(6, {3}));
  author.defect("payload_cleared", "a byte after mode 1", tombstone().set(6, {1, 0}));
  author.defect("payload_cleared", "all of the vector, listed", tombstone().set(6, {2, 3, 2}));
  author.defect("payload_cleared", "nothing, listed", tombstone().set(6, {2, 0, 0}));
  author.defect("payload_cleared", "an entry short", tombstone().set(6, {2, 1}));
  author.defect("payload_cleared", "an entry too many", tombstone().set(6, {2, 1, 0, 0}));
  author.defect("payload_cleared", "more than the vector", tombstone().set(6, {2, 4, 0}));
  author.defect("payload_cleared", "1 in two bytes", tombstone().set(6, {2, 0x81, 0, 0}));
  author.defect("payload_cleared_dot", "all is cleared, and a text is left", with(6, {1}));
  author.defect("payload_cleared_dot", "a line of the text", with(6, {2, 3, 0}));
  author.defect("payload_cleared_dot", "a line of a copy",
                with(6, {2, 1, 0}).set(8, copy_of(3, 0, "old")));
}

void bad_texts(Author& author) {
  const auto text = [](Bytes head, std::string_view body) {
    append(head, as_bytes(body));
    return with(7, std::move(head));
  };
  author.defect("payload_text", "SET without a text", Fields().drop(7));
  author.defect("payload_text", "CLEAR with a text", with(2, {2}));
  author.defect("payload_text", "SENT with a text", with(2, {3}));
  author.defect("payload_text", "the empty text", text({1, 1, 0, 1}, ""));
  author.defect("payload_text", "no bytes", with(7, {}));
  author.defect("payload_runs", "no run", text({0}, "x"));
  author.defect("payload_runs", "a run without lines", text({2, 0, 0, 1, 1, 1, 1}, "x"));
  author.defect("payload_runs", "neighbours of one dot", text({2, 1, 0, 1, 1, 0, 1}, "x\ny"));
  author.defect("payload_runs", "a line more than the text", text({1, 2, 0, 1}, "x"));
  author.defect("payload_runs", "a line less than the text", text({1, 1, 0, 1}, "x\ny"));
  author.defect("payload_runs", "the empty last line is not counted", text({1, 1, 0, 1}, "x\n"));
  author.defect("payload_runs", "a run announced and not there",
                text({3, 1, 0, 1, 1, 1, 1}, "x\ny"));
  author.defect("payload_runs", "2^53 - 1 runs",
                text({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0, 1}, "x"));
  author.defect("payload_runs", "2^53 - 1 lines",
                text({1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1}, "x"));
  author.defect("payload_dot", "a line of an unknown writer", text({1, 1, 2, 1}, "x"));
  author.defect("payload_dot", "a line of a save to come", text({1, 1, 0, 4}, "x"));
  author.defect("payload_dot", "a line of save 0", text({1, 1, 0, 0}, "x"));
  const std::pair<const char*, const char*> bad[] = {
      {"a continuation byte alone", "\x80"},
      {"0xff", "\xFF"},
      {"two bytes cut", "a\xC3"},
      {"three bytes cut", "a\xE2\x82"},
      {"four bytes cut", "a\xF0\x9F\x98"},
      {"an overlong slash", "\xC0\xAF"},
      {"overlong in three bytes", "\xE0\x80\xAF"},
      {"overlong in four", "\xF0\x80\x80\xAF"},
      {"the first surrogate", "\xED\xA0\x80"},
      {"the last surrogate", "\xED\xBF\xBF"},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80"},
      {"five bytes", "\xF8\x88\x80\x80\x80"},
      {"a character across a line break", "\xC3\n\xA9"},
  };
  for (const auto& [comment, body] : bad) {
    const auto lines =
        static_cast<std::uint8_t>(1 + std::ranges::count(std::string_view(body), '\n'));
    author.defect("payload_utf8", comment, text({1, lines, 0, 1}, body));
  }
}

void bad_copies(Author& author) {
  author.defect("payload_copies", "no copy in the field", with(8, {}));
  author.defect("payload_copies", "copies in a tombstone",
                tombstone().set(8, copy_of(3, 0, "old")));
  author.defect("payload_copies", "clocks descend",
                with(8, joined({copy_of(4, 0, "a"), copy_of(3, 0, "b")})));
  author.defect("payload_copies", "writers descend",
                with(8, joined({copy_of(3, 1, "a"), copy_of(3, 0, "b")})));
  author.defect("payload_copies", "texts descend",
                with(8, joined({copy_of(3, 0, "b"), copy_of(3, 0, "a")})));
  author.defect("payload_copies", "dots descend",
                with(8, joined({copy_of(3, 0, "a", 2), copy_of(3, 0, "a", 1)})));
  author.defect("payload_copies", "the same copy twice",
                with(8, joined({copy_of(3, 0, "a"), copy_of(3, 0, "a")})));
  author.defect("payload_copies", "the same lines under another clock",
                with(8, joined({copy_of(3, 0, "a"), copy_of(4, 0, "a")})));
  author.defect("payload_copies", "an unknown writer", with(8, copy_of(3, 2, "a")));
  author.defect("payload_copies", "a length beyond the field",
                with(8, {3, 0, 99, 1, 1, 0, 1, 'a'}));
  author.defect("payload_copies", "a length cut", with(8, {3, 0}));
  author.defect("payload_copies", "an empty text", with(8, copy_of(3, 0, "")));
  author.defect("payload_utf8", "0xff in a copy", with(8, copy_of(3, 0, "\xFF")));
  author.defect("payload_dot", "a line of a copy from a save to come",
                with(8, copy_of(3, 0, "a", 4)));
}

}  // namespace

Author payloads_area() {
  Author author("payloads", "What a draft or tombstone holds, in its one spelling (section 9)");
  author.group("payload");
  good_numbers(author);
  good_texts(author);
  good_fields(author);
  random_payloads(author);
  bad_frames(author);
  bad_small_fields(author);
  bad_cleared(author);
  bad_texts(author);
  bad_copies(author);
  return author;
}

}  // namespace dp::vectors
