#include "core/draft/payload.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/draft/payload_fields.h"
#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

// A payload taken apart into its fields, to change one and put it together again.
struct Fields {
  std::vector<std::pair<std::uint8_t, Bytes>> list;

  static Fields of(const Bytes& payload) {
    Fields fields;
    ByteReader reader(payload);
    while (reader.remaining() > 0) {
      const std::uint8_t tag = reader.u8();
      const std::uint32_t length = reader.u32();
      const ByteView value = reader.take(length);
      fields.list.push_back({tag, Bytes(value.begin(), value.end())});
    }
    return fields;
  }
  Bytes& operator[](Tag tag) {
    for (auto& [number, value] : list) {
      if (number == static_cast<std::uint8_t>(tag)) return value;
    }
    list.push_back({static_cast<std::uint8_t>(tag), {}});
    return list.back().second;
  }
  void drop(Tag tag) {
    std::erase_if(list, [tag](const auto& f) { return f.first == static_cast<std::uint8_t>(tag); });
  }
  Bytes bytes() const {
    Bytes out;
    for (const auto& [tag, value] : list) {
      out.push_back(tag);
      append_u32(out, static_cast<std::uint32_t>(value.size()));
      append(out, value);
    }
    return out;
  }
};

std::string code_of(const Bytes& payload, const PayloadLimits& limits = {}) {
  const Result<Draft> draft = decode_payload(payload, limits);
  return draft ? "ok" : draft.error().code;
}

// Two writers, some cleared, two lines of one save and one of another, a copy.
Draft sample() {
  Draft draft;
  draft.operation = Operation::set;
  draft.vv = vector_of({dot(0x1122334455667788, 300), dot(2, 1)});
  draft.cleared = vector_of({dot(0x1122334455667788, 5)});
  draft.dot = dot(0x1122334455667788, 300);
  draft.logical_clock = 200;
  draft.lines = {{"a", dot(2, 1)}, {"b", dot(2, 1)}, {"", dot(0x1122334455667788, 300)}};
  draft.copies = {{7, WriterId{2}, {{"c", dot(2, 1)}}}};
  draft.unknown = {{200, {0xAB}}};
  return draft;
}

// clang-format off
constexpr std::string_view kSamplePayload =
    "0101000000" "01"                                  // schema 1
    "0201000000" "01"                                  // SET
    "0313000000" "0200000000000000" "01"               // writer 2, sequence 1
                 "8877665544332211" "ac02"             // writer 0x1122..., sequence 300
    "0403000000" "01" "ac02"                           // made by entry 1, sequence 300
    "0502000000" "c801"                                // logical clock 200
    "0603000000" "02" "00" "05"                        // cleared: nothing of 2, 5 of the other
    "070c000000" "02" "02" "00" "01" "01" "01" "ac02"  // two lines of 2.1, one of entry 1, 300
                 "610a620a"                            // "a", "b", ""
    "0808000000" "07" "00" "05"                        // copy: clock 7, writer 2, five bytes
                 "01" "01" "00" "01" "63"              // one line of 2.1, "c"
    "c801000000" "ab";                                 // a newer schema's field 200

constexpr std::string_view kClearPayload =
    "0101000000" "01"                                  // schema 1
    "0201000000" "02"                                  // CLEAR
    "0309000000" "0200000000000000" "01"               // writer 2, sequence 1
    "0402000000" "00" "01"                             // made by it
    "0501000000" "03"                                  // logical clock 3
    "0601000000" "01";                                 // cleared: all of the above
// clang-format on

TEST(Payload, the_layout_byte_by_byte) {
  EXPECT_EQ(hex_encode(encode_payload(sample())), kSamplePayload);
  EXPECT_EQ(decode_payload(*hex_decode(kSamplePayload)), sample());
}

TEST(Payload, a_clear_says_only_that_it_cleared_everything) {
  const Draft gone = consumed(nullptr, Operation::clear, dot(2, 1), 3);
  EXPECT_EQ(hex_encode(encode_payload(gone)), kClearPayload);
  EXPECT_EQ(decode_payload(*hex_decode(kClearPayload)), gone);
}

RC_GTEST_PROP(PayloadLaws, decode_undoes_encode, ()) {
  for (const Draft& draft : any_family()) {
    const Bytes bytes = encode_payload(draft);
    const Result<Draft> read = decode_payload(bytes);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == draft);
    RC_ASSERT(encode_payload(*read) == bytes);
  }
}

RC_GTEST_PROP(PayloadLaws, every_truncation_is_refused_or_a_shorter_payload, ()) {
  const std::vector<Draft> family = any_family();
  const Bytes bytes = encode_payload(family.back());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const Result<Draft> read = decode_payload(cut);
    if (read) RC_ASSERT(encode_payload(*read) == cut);
  }
}

RC_GTEST_PROP(PayloadLaws, whatever_decodes_has_one_spelling, ()) {
  const std::vector<Draft> family = any_family();
  Bytes bytes = encode_payload(family.back());
  const std::size_t changes = 1 + below(3);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = below(bytes.size());
    const std::size_t value = below(256);
    bytes[at] = static_cast<std::uint8_t>(value);
  }
  const Result<Draft> read = decode_payload(bytes);
  if (read) RC_ASSERT(encode_payload(*read) == bytes);
}

TEST(PayloadRefuses, an_unknown_schema_by_its_number) {
  Fields fields = Fields::of(encode_payload(sample()));
  fields[Tag::schema] = {2};
  const Result<Draft> read = decode_payload(fields.bytes());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), (Error{Fault::peer, "payload_schema", "2"}));
}

TEST(PayloadRefuses, a_missing_required_field) {
  for (const Tag tag : {Tag::schema, Tag::operation, Tag::vector, Tag::dot, Tag::clock}) {
    Fields fields = Fields::of(encode_payload(sample()));
    fields.drop(tag);
    EXPECT_EQ(code_of(fields.bytes()), "payload_missing");
  }
  EXPECT_EQ(code_of({}), "payload_missing");
}

TEST(PayloadRefuses, fields_out_of_order_or_twice_and_tag_zero) {
  Fields swapped = Fields::of(encode_payload(sample()));
  std::swap(swapped.list[1], swapped.list[2]);
  EXPECT_EQ(code_of(swapped.bytes()), "payload_order");
  Fields twice = Fields::of(encode_payload(sample()));
  twice.list.push_back(twice.list.back());
  EXPECT_EQ(code_of(twice.bytes()), "payload_order");
  Fields zero = Fields::of(encode_payload(sample()));
  zero.list.insert(zero.list.begin(), {0, {}});
  EXPECT_EQ(code_of(zero.bytes()), "payload_order");
}

TEST(PayloadRefuses, a_cut_field) {
  Bytes bytes = encode_payload(sample());
  bytes.pop_back();
  EXPECT_EQ(code_of(bytes), "payload_truncated");
  bytes.resize(3);
  EXPECT_EQ(code_of(bytes), "payload_truncated");
}

struct Wrong {
  const char* what;
  Tag tag;
  Bytes value;
  const char* code = "payload_value";
};

TEST(PayloadRefuses, values_without_a_meaning_or_with_a_second_spelling) {
  const std::vector<Wrong> wrongs = {
      {"schema of two bytes", Tag::schema, {1, 0}},
      {"operation 0", Tag::operation, {0}},
      {"operation 4", Tag::operation, {4}},
      {"empty operation", Tag::operation, {}},
      {"empty vector", Tag::vector, {}},
      {"half a writer", Tag::vector, {1, 2, 3}},
      {"writer without sequence", Tag::vector, {2, 0, 0, 0, 0, 0, 0, 0}},
      {"sequence 0", Tag::vector, {2, 0, 0, 0, 0, 0, 0, 0, 0}},
      {"a writer twice",
       Tag::vector,
       {2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1},
       "payload_order"},
      {"dot of no entry", Tag::dot, {2, 1}},
      {"dot beyond its entry", Tag::dot, {0, 2}},
      {"dot of sequence 0", Tag::dot, {0, 0}},
      {"dot and more", Tag::dot, {0, 1, 0}},
      {"number with a superfluous byte", Tag::clock, {0x80, 0x00}},
      {"number too large", Tag::clock, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
      {"number of nine bytes", Tag::clock, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}},
      {"number without an end", Tag::clock, {0x80}},
      {"clock and more", Tag::clock, {1, 1}},
      {"cleared without a form", Tag::cleared, {}},
      {"cleared in form 3", Tag::cleared, {3}},
      {"cleared equal, and more", Tag::cleared, {1, 0}},
      {"cleared listed but nothing", Tag::cleared, {2, 0, 0}},
      {"cleared listed but everything", Tag::cleared, {2, 1, 0xac, 0x02}},
      {"cleared beyond the vector", Tag::cleared, {2, 2, 5}},
      {"cleared with too few entries", Tag::cleared, {2, 0}},
      {"cleared with too many", Tag::cleared, {2, 0, 5, 0}},
      {"text without runs", Tag::text, {0, 'a'}},
      {"empty text", Tag::text, {1, 1, 0, 1}},
      {"run of no lines", Tag::text, {2, 0, 0, 1, 1, 1, 6, 'a'}},
      {"runs for more lines than there are", Tag::text, {1, 2, 0, 1, 'a'}},
      {"runs for fewer lines than there are", Tag::text, {1, 1, 0, 1, 'a', '\n', 'b'}},
      {"neighbouring runs of one dot", Tag::text, {2, 1, 0, 1, 1, 0, 1, 'a', '\n', 'b'}},
      {"more runs than bytes", Tag::text, {0x7f, 1, 0, 1, 'a'}},
      {"line of an unknown writer", Tag::text, {1, 1, 2, 1, 'a'}},
      {"line of an unknown save", Tag::text, {1, 1, 0, 2, 'a'}},
      {"line that was cleared", Tag::text, {1, 1, 1, 5, 'a'}},
      {"text that is not UTF-8", Tag::text, {1, 1, 0, 1, 0xff}},
      {"no copies", Tag::copies, {}},
      {"copy longer than the field", Tag::copies, {7, 0, 6, 1, 1, 0, 1, 'c'}},
      {"copy by nobody", Tag::copies, {7, 2, 5, 1, 1, 0, 1, 'c'}},
      {"empty copy", Tag::copies, {7, 0, 4, 1, 1, 0, 1}},
      {"copies out of order",
       Tag::copies,
       {7, 0, 5, 1, 1, 0, 1, 'c', 6, 0, 5, 1, 1, 0, 1, 'd'},
       "payload_order"},
      {"the same copy twice",
       Tag::copies,
       {7, 0, 5, 1, 1, 0, 1, 'c', 7, 0, 5, 1, 1, 0, 1, 'c'},
       "payload_order"},
      {"the same lines twice", Tag::copies, {6, 0, 5, 1, 1, 0, 1, 'c', 7, 0, 5, 1, 1, 0, 1, 'c'}},
  };
  for (const Wrong& wrong : wrongs) {
    Fields fields = Fields::of(encode_payload(sample()));
    fields[wrong.tag] = wrong.value;
    EXPECT_EQ(code_of(fields.bytes()), wrong.code) << wrong.what;
  }
}

TEST(PayloadRefuses, text_and_copies_that_do_not_fit_the_operation) {
  Fields no_text = Fields::of(encode_payload(sample()));
  no_text.drop(Tag::text);
  EXPECT_EQ(code_of(no_text.bytes()), "payload_value");
  Fields cleared_text = Fields::of(encode_payload(sample()));
  cleared_text[Tag::operation] = {2};
  EXPECT_EQ(code_of(cleared_text.bytes()), "payload_value");
  cleared_text.drop(Tag::text);
  EXPECT_EQ(code_of(cleared_text.bytes()), "payload_value");  // its copies
  cleared_text.drop(Tag::copies);
  EXPECT_EQ(code_of(cleared_text.bytes()), "ok");
}

TEST(PayloadLimits, each_is_enforced_at_its_edge) {
  const Draft draft = sample();
  const Bytes bytes = encode_payload(draft);
  EXPECT_EQ(code_of(bytes, {.bytes_max = bytes.size()}), "ok");
  EXPECT_EQ(code_of(bytes, {.bytes_max = bytes.size() - 1}), "payload_limit");
  EXPECT_EQ(code_of(bytes, {.lines_max = 4}), "ok");
  EXPECT_EQ(code_of(bytes, {.lines_max = 3}), "payload_limit");
  EXPECT_EQ(code_of(bytes, {.writers_max = 2}), "ok");
  EXPECT_EQ(code_of(bytes, {.writers_max = 1}), "payload_limit");
  EXPECT_EQ(code_of(bytes, {.copies_max = 1}), "ok");
  EXPECT_EQ(code_of(bytes, {.copies_max = 0}), "payload_limit");
}

TEST(PayloadLimits, a_device_reads_back_whatever_it_kept_for_itself) {
  Author ann;
  const Draft pasted = ann.saves(nullptr, std::string(2u << 20, 'x'));
  const Bytes bytes = encode_payload(pasted);
  EXPECT_EQ(code_of(bytes), "payload_limit");
  EXPECT_EQ(code_of(bytes, kOwnRowLimits), "ok");
}

TEST(PayloadSize, runs_and_indices_keep_dots_small) {
  Author ann;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line\n";
  const Draft draft = ann.saves(nullptr, text);
  EXPECT_LE(encode_payload(draft).size(), text.size() + 80);
}

TEST(PayloadMalformed, a_draft_out_of_normal_form_is_written_but_never_read) {
  Draft stray_dot = sample();
  stray_dot.lines[0].dot = dot(77, 1);
  EXPECT_EQ(code_of(encode_payload(stray_dot)), "payload_value");
  Draft empty_set = sample();
  empty_set.lines.clear();
  EXPECT_EQ(code_of(encode_payload(empty_set)), "payload_value");
}

}  // namespace
}  // namespace dp::draft::test
