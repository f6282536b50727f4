// Joining two drafts of which neither covers the other.
#include "conformance/vectors/areas.h"
#include "conformance/vectors/family.h"
#include "core/draft/payload.h"

namespace dp::vectors {
namespace {

using draft::Copy;
using draft::Draft;
using draft::Operation;

std::string hex(const Draft& draft) {
  return hex_encode(draft::encode_payload(draft));
}
draft::Dot dot(std::uint64_t writer, std::uint64_t sequence) {
  return {WriterId{writer}, sequence};
}
Json input(const std::optional<Draft>& base, const Draft& a, const Draft& b) {
  return {{"base", base ? Json(hex(*base)) : Json(nullptr)}, {"a", hex(a)}, {"b", hex(b)}};
}

// What writer 1 wrote first, what writer 2 made of it, and what writer 3 did.
Json edits(const char* base, const char* a, const char* b) {
  const Draft first = saved_text(base, dot(1, 1), 1);
  return input(first, draft::saved(&first, a, dot(2, 1), 2), draft::saved(&first, b, dot(3, 1), 2));
}

void texts(Author& author) {
  struct Case {
    const char* comment;
    const char* base;
    const char* a;
    const char* b;
  };
  const Case cases[] = {
      {"changes of two lines far apart join", "1\n2\n3\n4\n5", "A\n2\n3\n4\n5", "1\n2\n3\n4\nB"},
      {"with one line between them they join", "1\n2\n3", "A\n2\n3", "1\n2\nB"},
      {"adjacent lines are a conflict", "1\n2\n3\n4", "1\nA\n3\n4", "1\n2\nB\n4"},
      {"the same line is a conflict", "1\n2\n3", "1\nA\n3", "1\nB\n3"},
      {"the same change counts once", "1\n2\n3", "1\nA\n3", "1\nA\n3"},
      {"the same change, and one of its own", "1\n2\n3\n4\n5", "1\nA\n3\n4\n5", "1\nA\n3\n4\nB"},
      {"insertions at two places", "1\n2\n3", "1\nA\n2\n3", "1\n2\nB\n3"},
      {"insertions at one place are a conflict", "1\n2", "1\nA\n2", "1\nB\n2"},
      {"the same insertion at one place", "1\n2", "1\nA\n2", "1\nA\n2"},
      {"an insertion beside a changed line is a conflict", "1\n2\n3", "1\nA\n2\n3", "1\nB\n3"},
      {"an insertion in front and one at the end", "1\n2", "A\n1\n2", "1\n2\nB"},
      {"a removal and a change apart", "1\n2\n3\n4\n5", "1\n3\n4\n5", "1\n2\n3\n4\nB"},
      {"a removal and a change of the same line", "1\n2\n3", "1\n3", "1\nB\n3"},
      {"both remove the same line", "1\n2\n3", "1\n3", "1\n3"},
      {"they remove different lines", "1\n2\n3\n4\n5", "1\n3\n4\n5", "1\n2\n3\n4"},
      {"together they remove everything", "1\n2\n3", "2\n3", "2"},
      {"one side removes all but a line", "1\n2\n3\n4", "4", "1\n2\n3\n4\nB"},
      {"an empty line inserted", "1\n2\n3", "1\n\n2\n3", "1\n2\n3\nB"},
      {"a trailing line break", "1\n2\n3", "1\n2\n3\n", "A\n2\n3"},
      {"words of one line do not join", "one two", "ONE two", "one TWO"},
      {"the texts are equal in the end", "1\n2", "x", "x"},
      {"lines that repeat", "a\na\na", "a\na\na\na", "b\na\na\na"},
      {"lines that repeat, both grow", "a\nb\na", "a\nb\na\nb", "b\na\nb\na"},
      {"one side repeats what the other removes", "a\nb\nc", "a\nb\na\nb\nc", "c"},
      {"exchanged lines against a change at the end", "1\n2\n3\n4\n5", "2\n1\n3\n4\n5",
       "1\n2\n3\n4\nB"},
      {"a conflict of long texts", "1", "A\nA\nA", "B\nB\nB"},
  };
  for (const Case& one : cases) author.rule(one.comment, edits(one.base, one.a, one.b));
}

void without_a_base(Author& author) {
  const auto two = [](const char* a, const char* b, std::uint64_t clock_a, std::uint64_t clock_b) {
    return input(std::nullopt, saved_text(a, dot(2, 1), clock_a),
                 saved_text(b, dot(3, 1), clock_b));
  };
  author.rule("equal texts join, each line with the larger dot", two("1\n2", "1\n2", 1, 1));
  author.rule("any difference is a conflict", two("1\n2", "1\n3", 1, 1));
  author.rule("the larger clock wins", two("1", "2", 5, 4));
  author.rule("for equal clocks the larger writer wins", two("1", "2", 4, 4));
  author.boundary("the largest clock", two("1", "2", draft::kDraftNumberMax, 1));
  author.rule("a text within the other, with other dots, is kept", two("1\n2", "1", 2, 1));
  const Draft high = saved_text("high", {WriterId{~std::uint64_t{0}}, 1}, 3);
  const Draft low = saved_text("low", {WriterId{1}, draft::kDraftNumberMax}, 3);
  author.boundary("writer ids are unsigned", input(std::nullopt, high, low));
}

void clears(Author& author) {
  const Draft base = saved_text("1\n2\n3", dot(1, 1), 1);
  const Draft edited = draft::saved(&base, "1\n2\n3\nnew", dot(2, 1), 2);
  const Draft changed = draft::saved(&base, "A\nB\nC", dot(2, 1), 2);
  const Draft spaced = draft::saved(&base, "1\n2\n3\n", dot(2, 1), 2);
  for (const Operation operation : {Operation::clear, Operation::sent}) {
    const Draft ended = draft::consumed(&base, operation, dot(3, 1), 2);
    author.rule("an unseen line survives a clear alone", input(base, edited, ended));
    author.rule("an unseen rewriting survives whole", input(base, changed, ended));
    author.rule("only an empty line would survive: nothing does", input(base, spaced, ended));
    const Draft again = draft::saved(&ended, "fresh", dot(3, 2), 3);
    author.rule("a text after the clear, against an unseen line", input(base, edited, again));
    const Draft late = draft::saved(&base, "1\n2\n3\nlate", dot(2, 1), 9);
    author.rule("a clock above the clear's changes nothing", input(base, late, ended));
    const Draft other = draft::consumed(&base, Operation::clear, dot(2, 1), 2);
    author.rule("two ends are an end", input(base, other, ended));
    const Draft mixed = draft::saved(&edited, "1\nnew\nx", dot(2, 2), 3);
    author.rule("what was typed since stays", input(base, mixed, ended));
  }
  const Draft one = draft::saved(&base, "1\n2", dot(2, 1), 2);
  const Draft gone = draft::consumed(&base, Operation::clear, dot(3, 1), 2);
  author.rule("a side that only removed has nothing left", input(base, one, gone));
  const Draft fresh = draft::saved(&gone, "x\ny", dot(3, 2), 3);
  author.rule("and yields to what came after the clear", input(base, one, fresh));
}

Copy copy(const char* text, std::uint64_t writer, std::uint64_t sequence, std::uint64_t clock) {
  Copy made{clock, WriterId{writer}, {}};
  for (const std::string_view line : draft::split_lines(text)) {
    made.lines.push_back({std::string(line), dot(writer, sequence)});
  }
  return made;
}
Draft with_copies(Draft draft, std::vector<Copy> copies) {
  std::ranges::sort(copies);
  draft.copies = std::move(copies);
  return draft;
}

void copies(Author& author) {
  const Draft base = saved_text("1\n2\n3", dot(1, 9), 10);
  const Draft a = draft::saved(&base, "A\n2\n3", dot(2, 1), 11);
  const Draft b = draft::saved(&base, "1\n2\nB", dot(3, 1), 11);
  const Draft c = draft::saved(&base, "C\n2\n3", dot(3, 1), 11);
  author.rule("the union of both sides' copies", input(base, with_copies(a, {copy("x", 1, 1, 1)}),
                                                       with_copies(b, {copy("y", 1, 2, 2)})));
  author.rule("the same copy on both sides", input(base, with_copies(a, {copy("x", 1, 1, 1)}),
                                                   with_copies(b, {copy("x", 1, 1, 1)})));
  author.rule(
      "the same lines under two clocks: the newer stays",
      input(base, with_copies(a, {copy("x", 1, 1, 1)}), with_copies(b, {copy("x", 1, 1, 4)})));
  author.rule(
      "the same text with other dots is another copy",
      input(base, with_copies(a, {copy("x", 1, 1, 1)}), with_copies(b, {copy("x", 1, 2, 2)})));
  author.rule("a conflict adds the loser", input(base, with_copies(a, {copy("x", 1, 1, 1)}), c));
  author.rule("a copy that the text holds line by line vanishes",
              input(base, with_copies(a, {copy("2", 1, 9, 1)}), b));
  for (const int count : {7, 8, 9}) {
    std::vector<Copy> many;
    for (int i = 0; i < count; ++i) {
      many.push_back(
          copy(("copy " + std::to_string(i)).c_str(), 1, 1, 1 + static_cast<std::uint64_t>(i)));
    }
    if (count <= 8) {
      author.boundary(std::to_string(count) + " copies and a conflict",
                      input(base, with_copies(a, many), c));
    }
    std::vector<Copy> half(many.begin() + 4, many.end());
    many.resize(4);
    author.boundary(std::to_string(count) + " copies of two sides",
                    input(base, with_copies(a, many), with_copies(b, half)));
  }
  const std::string long_text(16 * 1024 - 1, 'l');
  author.boundary("a copy of 16 KiB, its line break counted, fits",
                  input(base, with_copies(a, {copy(long_text.c_str(), 1, 1, 5)}), b));
  author.boundary("with a smaller, older one it leaves no room",
                  input(base, with_copies(a, {copy(long_text.c_str(), 1, 1, 5)}),
                        with_copies(b, {copy("s", 1, 2, 4)})));
  author.boundary("one byte more does not fit, and is passed over",
                  input(base, with_copies(a, {copy((long_text + "l").c_str(), 1, 1, 5)}),
                        with_copies(b, {copy("s", 1, 2, 4)})));
  const Draft ended = draft::consumed(&base, Operation::clear, dot(3, 1), 12);
  Draft only_copy =
      with_copies(draft::saved(&base, "1\n2", dot(2, 1), 11), {copy("mine", 2, 1, 7)});
  author.rule("no line is left: the newest copy becomes the text", input(base, only_copy, ended));
  only_copy = with_copies(draft::saved(&base, "1\n2", dot(2, 1), 11),
                          {copy("old", 2, 1, 7), copy("new", 2, 1, 8)});
  author.rule("and the others stay copies", input(base, only_copy, ended));
  author.rule(
      "a cleared copy goes",
      input(base,
            with_copies(draft::saved(&base, "1\n2\nx", dot(2, 1), 11), {copy("seen", 1, 1, 1)}),
            ended));
}

// Clock and newest save are equal where two devices merged one save into texts of their own. Which
// side goes first must then not depend on what is written (SEC-02).
void ties(Author& author) {
  const auto with_newest = [](const char* text, std::uint64_t writer) {
    Draft draft = saved_text(text, dot(writer, 1), 3);
    draft.dot = dot(9, 1);
    draft.vv.include(draft.dot);
    return draft;
  };
  author.rule("one clock and save: the larger vector wins",
              input(std::nullopt, with_newest("a", 2), with_newest("b", 3)));
  author.rule("with the texts exchanged too",
              input(std::nullopt, with_newest("b", 2), with_newest("a", 3)));
  Draft longer = with_newest("z", 2);
  longer.vv.include(dot(10, 4));
  author.rule("an entry decides before the number of entries",
              input(std::nullopt, longer, with_newest("a", 3)));
  const Draft base = saved_text("1\n2\n3", dot(1, 1), 1);
  const Draft ended = draft::consumed(&base, Operation::clear, dot(3, 1), 12);
  for (const auto& [first, second] : {std::pair{"a", "z"}, std::pair{"z", "a"}}) {
    author.rule("copies of one clock and writer ascend by their saves",
                input(base,
                      with_copies(draft::saved(&base, "1\n2", dot(2, 5), 11),
                                  {copy(first, 2, 1, 7), copy(second, 2, 2, 7)}),
                      ended));
  }
}

void unknown_fields(Author& author) {
  const auto with = [](Draft draft, std::vector<draft::UnknownField> fields) {
    draft.unknown = std::move(fields);
    return draft;
  };
  const Draft bare = saved_text("1\n2\n3", dot(1, 1), 1);
  const Draft base = with(bare, {{9, {0}}});
  const Draft a = draft::saved(&base, "A\n2\n3", dot(2, 1), 2);
  const Draft b = draft::saved(&base, "1\n2\nB", dot(3, 1), 2);
  author.rule("nobody changed it", input(base, a, b));
  author.rule("one side changed it", input(base, with(a, {{9, {1}}}), b));
  author.rule("the other did", input(base, a, with(b, {{9, {2}}})));
  author.rule("both did: the winner's", input(base, with(a, {{9, {1}}}), with(b, {{9, {2}}})));
  author.rule("one side removed it", input(base, with(a, {}), b));
  author.rule("the winner removed it", input(base, a, with(b, {})));
  author.rule("one removed and the other changed it: what is present",
              input(base, with(a, {{9, {1}}}), with(b, {})));
  author.rule("each added a field",
              input(base, with(a, {{9, {0}}, {10, {1}}}), with(b, {{9, {0}}, {200, {}}})));
  author.rule("no base: what is present", input(std::nullopt, with(a, {{9, {1}}}), with(b, {})));
  author.rule("no base, both: the winner's",
              input(std::nullopt, with(a, {{9, {1}}}), with(b, {{9, {2}}})));
}

void limits(Author& author) {
  author.group("merge", {{"max_draft_chars", 888}});  // one bucket of 512 within an envelope
  const Draft base = saved_text("1\n2\n3", dot(1, 1), 1);
  const auto lines = [](std::size_t bytes) { return std::string(bytes, 'x'); };
  const auto two = [&](std::size_t first, std::size_t last) {
    const Draft a = draft::saved(&base, lines(first) + "\n2\n3", dot(2, 1), 2);
    const Draft b = draft::saved(&base, "1\n2\n" + lines(last), dot(3, 1), 2);
    return input(base, a, b);
  };
  const std::size_t full =
      511 - draft::encode_payload(draft::saved(&base, "\n2\n", dot(2, 1), 2)).size();
  for (const std::size_t bytes :
       {std::size_t{10}, full / 2 - 20, full / 2 - 8, full / 2, full - 60}) {
    author.boundary("a join up to the limit, and beyond it a conflict", two(bytes, bytes));
  }
  author.boundary(
      "copies go, oldest first, until it fits",
      input(base,
            with_copies(draft::saved(&base, "A\n2\n3", dot(2, 1), 4),
                        {copy(lines(150).c_str(), 1, 1, 1), copy(lines(160).c_str(), 1, 1, 2)}),
            with_copies(draft::saved(&base, "C\n2\n3", dot(3, 1), 4),
                        {copy(lines(170).c_str(), 1, 1, 3)})));
}

// More than 512 lines passed over: nothing of the middle counts as common.
void large_changes(Author& author) {
  const auto text = [](int changed, char mark) {
    std::string out = "start";
    for (int i = 0; i < 520; ++i) {
      out += '\n';
      if (i % 2 == 0 && i / 2 < changed) out += mark;
      out += std::to_string(i % 7);
    }
    return out + "\nend\nlast";
  };
  const Draft base = saved_text(text(0, ' '), dot(1, 1), 1);
  for (const int changed : {10, 256, 257}) {
    const Draft a = draft::saved(&base, text(changed, 'x'), dot(2, 1), 2);
    const Draft b = draft::saved(&base, text(0, ' ') + "\nb", dot(3, 1), 2);
    author.boundary(std::to_string(changed) + " of 520 lines changed", input(base, a, b));
  }
}

void drawn(Author& author) {
  Draws draws(801);
  for (int i = 0; i < 150; ++i) {
    const Family family = drawn_family(draws, i % 3 == 0 ? 2 : i % 3 == 1 ? 4 : 8);
    author.random("drawn", input(family.base, family.a, family.b));
  }
}

}  // namespace

Author merges_area() {
  Author author("merges", "Three-way merging of drafts (section 10)");
  author.group("merge", {{"max_draft_chars", 100'000}});
  texts(author);
  without_a_base(author);
  clears(author);
  copies(author);
  ties(author);
  unknown_fields(author);
  large_changes(author);
  drawn(author);
  limits(author);
  return author;
}

}  // namespace dp::vectors
