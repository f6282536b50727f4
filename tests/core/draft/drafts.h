// Building drafts by hand, and random families of drafts that share a history.
#pragma once

#include <rapidcheck.h>

#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/draft/draft.h"
#include "core/draft/merge.h"
#include "tests/core/draft/edits.h"

namespace dp::draft {

// For failure messages of both test libraries.
inline void PrintTo(const Dot& dot, std::ostream* os) {
  *os << dot.writer.value << "." << dot.sequence;
}

inline void PrintTo(const Lines& lines, std::ostream* os) {
  for (const Line& line : lines) {
    *os << "\"" << line.text << "\"@";
    PrintTo(line.dot, os);
    *os << " ";
  }
}

inline void PrintTo(const Copy& copy, std::ostream* os) {
  *os << "copy " << copy.logical_clock << " by " << copy.writer.value << ": ";
  PrintTo(copy.lines, os);
}

inline void PrintTo(const Draft& draft, std::ostream* os) {
  *os << "op " << int{static_cast<std::uint8_t>(draft.operation)} << " dot ";
  PrintTo(draft.dot, os);
  *os << " clock " << draft.logical_clock << " vv ";
  for (const Dot& dot : draft.vv.entries()) (PrintTo(dot, os), *os << " ");
  *os << "cleared ";
  for (const Dot& dot : draft.cleared.entries()) (PrintTo(dot, os), *os << " ");
  *os << "| ";
  PrintTo(draft.lines, os);
  for (const Copy& copy : draft.copies) (*os << "| ", PrintTo(copy, os));
  for (const UnknownField& field : draft.unknown) *os << "| unknown " << int{field.tag};
}

inline void showValue(const Draft& draft, std::ostream& os) {
  PrintTo(draft, &os);
}

}  // namespace dp::draft

namespace dp::draft::test {

inline Dot dot(std::uint64_t writer, std::uint64_t sequence) {
  return {WriterId{writer}, sequence};
}

inline VersionVector vector_of(std::initializer_list<Dot> dots) {
  VersionVector vv;
  for (const Dot& one : dots) vv.include(one);
  return vv;
}

// A person at a device: each act is a new dot on top of the draft they see.
struct Author {
  std::uint64_t writer = 1;
  std::uint64_t sequence = 0;

  Dot next() { return dot(writer, ++sequence); }
  static std::uint64_t clock_after(const Draft* before) {
    return before == nullptr ? 1 : before->logical_clock + 1;
  }
  Draft saves(const Draft* before, std::string_view text) {
    const Dot name = next();
    return saved(before, text, name, clock_after(before));
  }
  Draft saves(const Draft& before, std::string_view text) { return saves(&before, text); }
  Draft clears(const Draft& before) {
    const Dot name = next();
    return consumed(&before, Operation::clear, name, clock_after(&before));
  }
  Draft sends(const Draft& before) {
    const Dot name = next();
    return consumed(&before, Operation::sent, name, clock_after(&before));
  }
};

// Two drafts that may be concurrent, and possibly a common ancestor.
struct Pair {
  std::optional<Draft> base;
  Draft a;
  Draft b;
  const Draft* base_or_null() const { return base ? &*base : nullptr; }
};

inline void showValue(const Pair& pair, std::ostream& os) {
  os << "base ";
  if (pair.base) showValue(*pair.base, os);
  os << "\na    ";
  showValue(pair.a, os);
  os << "\nb    ";
  showValue(pair.b, os);
}

// Uniform at every size: RapidCheck's own ranges start out degenerate.
inline std::size_t below(std::size_t bound) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, bound));
}

inline Step any_persons_step() {
  const auto act = static_cast<Act>(below(static_cast<std::size_t>(Act::fetch)));
  const auto place = static_cast<std::uint8_t>(below(6));
  const auto word = static_cast<std::uint8_t>(below(9));
  return {act, 0, place, word};
}

inline Draft acted(Author& author, const Draft* before, const Step& step) {
  if (before != nullptr && step.act == Act::clear) return author.clears(*before);
  if (before != nullptr && step.act == Act::send) return author.sends(*before);
  const Texts texts = before == nullptr ? Texts{} : texts_of(before->lines);
  Draft draft = author.saves(before, text_from(edited(texts, step)));
  // Now and then a device of a newer version leaves fields that this one does not know.
  if (step.word == 0) draft.unknown = {{static_cast<std::uint8_t>(9 + step.place), {step.place}}};
  return draft;
}

// One to three saves in a row by a writer of its own, so that no dot is ever given twice.
inline Draft grown(const Draft* from, std::uint64_t writer) {
  Author author{.writer = writer * 7919 % 101};  // ids in no particular order
  std::optional<Draft> draft;
  if (from != nullptr) draft = *from;
  const std::size_t saves = 1 + below(3);
  for (std::size_t i = 0; i < saves; ++i) {
    const Step step = any_persons_step();
    draft = acted(author, draft ? &*draft : nullptr, step);
  }
  return *draft;
}

// Grows a family of drafts by saves and merges.
inline std::vector<Draft> any_family() {
  std::vector<Draft> family;
  const std::size_t members = 3 + below(6);
  for (std::size_t i = 0; i < members; ++i) {
    const std::size_t kind = below(6);
    if (family.size() >= 2 && kind < 2) {
      const std::size_t x = below(family.size());
      const std::size_t y = below(family.size());
      family.push_back(merge(nullptr, family[x], family[y]).draft);
    } else if (family.empty() || kind == 2) {
      family.push_back(grown(nullptr, i + 1));
    } else {
      const std::size_t x = below(family.size());
      family.push_back(grown(&family[x], i + 1));
    }
  }
  return family;
}

inline std::optional<Draft> newest_common(const std::vector<Draft>& family, const Draft& a,
                                          const Draft& b) {
  for (std::size_t i = family.size(); i-- > 0;) {
    if (a.vv.covers(family[i].vv) && b.vv.covers(family[i].vv)) return family[i];
  }
  return std::nullopt;
}

// Any two members, often one above the other; three times in four with a base if there is one.
inline Pair any_pair() {
  const std::vector<Draft> family = any_family();
  const std::size_t x = below(family.size());
  const std::size_t y = below(family.size());
  Pair pair{std::nullopt, family[x], family[y]};
  if (below(4) > 0) pair.base = newest_common(family, pair.a, pair.b);
  return pair;
}

// Two drafts neither of which includes the other, half of the time grown from one ancestor.
inline Pair concurrent_pair() {
  const std::vector<Draft> family = any_family();
  const std::size_t x = below(family.size());
  const std::size_t other = below(family.size());
  const std::size_t y = below(2) == 0 ? x : other;
  Pair pair{std::nullopt, grown(&family[x], 98), grown(&family[y], 99)};
  if (below(4) > 0) pair.base = newest_common(family, pair.a, pair.b);
  return pair;
}

}  // namespace dp::draft::test
