#include "core/draft/three_way.h"

#include <algorithm>
#include <span>

#include "core/draft/line_diff.h"

namespace dp::draft {
namespace {

using Stretch = std::span<const Line>;

constexpr std::size_t kUnmatched = static_cast<std::size_t>(-1);

// For each line of the base, where the side still has it.
std::vector<std::size_t> places_in(const Lines& base, const Lines& side) {
  std::vector<std::size_t> places(base.size(), kUnmatched);
  for (const SharedRun& run : diff_lines(keys_of(base), keys_of(side)).shared) {
    for (std::size_t i = 0; i < run.count; ++i) places[run.before + i] = run.after + i;
  }
  return places;
}

Stretch between(const Lines& lines, std::size_t from, std::size_t to) {
  return Stretch(lines).subspan(from, to - from);
}

bool same_stretch_texts(Stretch a, Stretch b) {
  return std::ranges::equal(a, b, {}, &Line::text, &Line::text);
}

void append(Lines& out, Stretch lines) {
  out.insert(out.end(), lines.begin(), lines.end());
}

void append_joined(Lines& out, Stretch a, const VersionVector& a_knows, Stretch b,
                   const VersionVector& b_knows) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.push_back(joined_line(a[i], a_knows, b[i], b_knows));
  }
}

// A stretch between two lines that everyone has. False: both sides changed it, differently.
bool append_changed(Lines& out, Stretch base, Stretch a, const VersionVector& a_knows, Stretch b,
                    const VersionVector& b_knows) {
  if (std::ranges::equal(a, base)) {
    append(out, b);
  } else if (std::ranges::equal(b, base)) {
    append(out, a);
  } else if (same_stretch_texts(a, b)) {
    append_joined(out, a, a_knows, b, b_knows);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Line joined_line(const Line& a, const VersionVector& a_knows, const Line& b,
                 const VersionVector& b_knows) {
  const bool a_is_old = b_knows.covers(a.dot);
  const bool b_is_old = a_knows.covers(b.dot);
  if (a_is_old != b_is_old) return a_is_old ? b : a;
  return {a.text, std::max(a.dot, b.dot)};
}

bool same_texts(const Lines& a, const Lines& b) {
  return same_stretch_texts(a, b);
}

Lines joined_lines(const Side& a, const Side& b) {
  Lines out;
  out.reserve(a.lines.size());
  append_joined(out, a.lines, a.knows, b.lines, b.knows);
  return out;
}

std::optional<Lines> merged_lines(const Lines& base, const Side& a, const Side& b) {
  const std::vector<std::size_t> in_a = places_in(base, a.lines);
  const std::vector<std::size_t> in_b = places_in(base, b.lines);

  Lines out;
  out.reserve(std::max(a.lines.size(), b.lines.size()));
  std::size_t base_from = 0;
  std::size_t a_from = 0;
  std::size_t b_from = 0;
  for (std::size_t at = 0; at <= base.size(); ++at) {
    const bool end = at == base.size();
    if (!end && (in_a[at] == kUnmatched || in_b[at] == kUnmatched)) continue;
    const std::size_t a_to = end ? a.lines.size() : in_a[at];
    const std::size_t b_to = end ? b.lines.size() : in_b[at];
    if (!append_changed(out, between(base, base_from, at), between(a.lines, a_from, a_to), a.knows,
                        between(b.lines, b_from, b_to), b.knows)) {
      return std::nullopt;
    }
    if (end) break;
    out.push_back(base[at]);
    base_from = at + 1;
    a_from = a_to + 1;
    b_from = b_to + 1;
  }
  return out;
}

}  // namespace dp::draft
