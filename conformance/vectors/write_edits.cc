// Saves, clears and sends: which dots lines keep; and which of two drafts a device goes on with.
#include "conformance/vectors/areas.h"
#include "conformance/vectors/family.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"

namespace dp::vectors {
namespace {

using draft::Draft;

std::string hex(const Draft& draft) {
  return hex_encode(draft::encode_payload(draft));
}
draft::Dot dot(std::uint64_t writer, std::uint64_t sequence) {
  return {WriterId{writer}, sequence};
}

Json save(const std::optional<Draft>& before, std::string_view text, std::uint64_t sequence,
          std::uint64_t clock) {
  return {{"before", before ? Json(hex(*before)) : Json(nullptr)},
          {"edit", "save"},
          {"text", text},
          {"dot", Json::array({"0000000000000009", sequence})},
          {"clock", clock}};
}

void saves(Author& author) {
  author.group("edit");
  const Draft before = saved_text("one\ntwo\nthree\nfour", dot(4, 1), 1);
  const Draft repeating = saved_text("a\nb\na\nb\na", dot(4, 1), 1);
  author.rule("the first save of a slot", save(std::nullopt, "one", 1, 1));
  author.rule("all lines are new", save(std::nullopt, "one\ntwo\n", 1, 1));
  const std::pair<const char*, const char*> texts[] = {
      {"a line changed", "one\nTWO\nthree\nfour"},
      {"the first line changed", "ONE\ntwo\nthree\nfour"},
      {"the last line changed", "one\ntwo\nthree\nFOUR"},
      {"a line inserted", "one\ntwo\nand\nthree\nfour"},
      {"a line in front", "zero\none\ntwo\nthree\nfour"},
      {"a line at the end", "one\ntwo\nthree\nfour\nfive"},
      {"a line removed", "one\nthree\nfour"},
      {"all lines changed", "1\n2\n3\n4"},
      {"lines exchanged", "one\nthree\ntwo\nfour"},
      {"a line joined with the next", "onetwo\nthree\nfour"},
      {"an empty line at the end", "one\ntwo\nthree\nfour\n"},
      {"a line repeated", "one\none\ntwo\nthree\nfour"},
      {"a space at the end of a line", "one \ntwo\nthree\nfour"},
      {"the text as it was", "one\ntwo\nthree\nfour"},
  };
  for (const auto& [comment, text] : texts) author.rule(comment, save(before, text, 1, 2));
  for (const char* text : {"a\nb\na", "b\na\nb", "a\na\na", "b\nb", "a", "a\nb\nb\na\nb\na",
                           "b\na\nb\na\nb\na", "a\nx\na\nb\na", "c\na\nc\nb\nc"}) {
    author.boundary("lines that repeat: which of them stay", save(repeating, text, 1, 2));
  }
  author.boundary("the largest numbers",
                  save(before, "one\ntwo", draft::kDraftNumberMax, draft::kDraftNumberMax));
  Draft kept = before;
  kept.unknown.push_back({9, {1, 2, 3}});
  author.rule("fields of a newer schema are carried over", save(kept, "one", 1, 2));
  Draft with_copy = before;
  with_copy.copies.push_back({1, WriterId{4}, {{"old", dot(4, 1)}}});
  author.rule("copies are carried over", save(with_copy, "one\ntwo", 1, 2));
  const Draft gone = draft::consumed(&before, draft::Operation::clear, dot(4, 2), 2);
  author.rule("a text after a clear", save(gone, "again", 1, 3));
}

void ends(Author& author) {
  author.group("edit", {{"dot", Json::array({"0000000000000009", 1})}});
  const Draft before = saved_text("one\ntwo", dot(4, 3), 5);
  Draft with_copy = before;
  with_copy.copies.push_back({1, WriterId{4}, {{"old", dot(4, 1)}}});
  with_copy.unknown.push_back({200, {7}});
  for (const char* what : {"clear", "send"}) {
    author.rule("of a slot that held nothing", {{"before", nullptr}, {"edit", what}, {"clock", 1}});
    author.rule("all that is known is cleared",
                {{"before", hex(before)}, {"edit", what}, {"clock", 6}});
    author.rule("copies go, fields of a newer schema stay",
                {{"before", hex(with_copy)}, {"edit", what}, {"clock", 6}});
  }
}

void drawn_saves(Author& author) {
  author.group("edit");
  Draws draws(701);
  for (int i = 0; i < 24; ++i) {
    const Family family = drawn_family(draws, i % 2 == 0 ? 3 : 6);
    author.random("drawn", save(family.a, draft::text_of(family.b) + "\nend", 1, 50));
  }
}

Json pair(const Draft& local, const Draft& remote) {
  return {{"local", hex(local)}, {"remote", hex(remote)}};
}

void orders(Author& author) {
  author.group("order");
  const Draft first = saved_text("one", dot(4, 1), 1);
  const Draft second = draft::saved(&first, "two", dot(4, 2), 2);
  const Draft other = draft::saved(&first, "three", dot(5, 1), 2);
  const Draft stranger = saved_text("one", dot(6, 1), 1);
  const Draft cleared = draft::consumed(&first, draft::Operation::clear, dot(5, 1), 2);
  Draft same_vector = first;
  same_vector.lines[0].text = "another text";
  author.rule("equal drafts", pair(first, first));
  author.rule("the same vector, another text: the server's", pair(first, same_vector));
  author.rule("the remote draft knows more", pair(first, second));
  author.rule("the local draft knows more", pair(second, first));
  author.rule("each knows a dot that the other does not", pair(second, other));
  author.rule("the same, from the other side", pair(other, second));
  author.rule("equal texts of strangers are concurrent", pair(first, stranger));
  author.rule("a clear that knows the draft", pair(first, cleared));
  author.rule("a clear that does not know the newest", pair(second, cleared));
  author.rule("a draft that does not know the clear", pair(cleared, second));
  author.rule("a draft older than the clear", pair(cleared, first));
  const Draft joined = draft::merge(&first, second, other).draft;
  author.rule("a join knows both sides", pair(second, joined));
  author.rule("and goes before either", pair(joined, other));
  Draft clocks = draft::saved(&first, "late", dot(4, 2), 900);
  author.rule("a large clock decides nothing", pair(clocks, other));
  for (const std::uint64_t number : {std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{1} << 31,
                                     std::uint64_t{1} << 32, draft::kDraftNumberMax - 1}) {
    const Draft low = saved_text("low", dot(4, number), 1);
    const Draft high = saved_text("high", dot(4, number + 1), 1);
    author.boundary("sequences around " + std::to_string(number), pair(low, high));
    author.boundary("from the other side", pair(high, low));
  }
  Draws draws(702);
  for (int i = 0; i < 24; ++i) {
    const Family family = drawn_family(draws, 4);
    const std::uint64_t which = draws.below(3);
    if (which == 0 || !family.base) {
      author.random("drawn", pair(family.a, family.b));
    } else if (which == 1) {
      author.random("drawn", pair(*family.base, family.a));
    } else {
      author.random("drawn", pair(family.b, *family.base));
    }
  }
}

}  // namespace

Author edits_area() {
  Author author("edits", "Saves, clears and sends; the order of drafts (sections 10, 7.2)");
  saves(author);
  ends(author);
  drawn_saves(author);
  orders(author);
  return author;
}

}  // namespace dp::vectors
