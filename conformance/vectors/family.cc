#include "conformance/vectors/family.h"

#include <vector>

#include "core/draft/merge.h"

namespace dp::vectors {
namespace {

using draft::Dot;
using draft::Draft;

constexpr const char* kWords[] = {
    "alpha", "beta", "", "gamma \xCE\xB3", "delta", "\xF0\x9F\x98\x80", "eta", "theta"};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : "\n") + lines[i];
  return out;
}

std::string drawn_edit(Draws& draws, std::string_view text, std::size_t words) {
  std::vector<std::string> lines;
  for (const std::string_view line : draft::split_lines(text)) lines.emplace_back(line);
  const std::uint64_t changes = 1 + draws.below(3);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const std::string word = kWords[draws.below(words)];
    const std::uint64_t what = draws.below(4);
    const std::size_t at = lines.empty() ? 0 : static_cast<std::size_t>(draws.below(lines.size()));
    if (lines.empty() || what == 0) {
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), word);
    } else if (what == 1) {
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (what == 2) {
      lines[at] = word;
    } else {
      lines.push_back(word);
    }
  }
  return joined(lines);
}

// One device with its writer id and its count of saves.
struct Device {
  WriterId writer;
  std::uint64_t saves = 0;

  void save(std::optional<Draft>& draft, std::string_view text) {
    const Draft* before = draft ? &*draft : nullptr;
    draft = draft::saved(before, text, {writer, ++saves}, clock_after(before));
  }
  void end(std::optional<Draft>& draft, draft::Operation operation) {
    const Draft* before = draft ? &*draft : nullptr;
    draft = draft::consumed(before, operation, {writer, ++saves}, clock_after(before));
  }
  static std::uint64_t clock_after(const Draft* before) {
    return before == nullptr ? 1 : before->logical_clock + 1;
  }
  void act(Draws& draws, std::optional<Draft>& draft, std::size_t words) {
    const std::uint64_t what = draws.below(10);
    if (what == 0) return end(draft, draft::Operation::clear);
    if (what == 1) return end(draft, draft::Operation::sent);
    const std::string text = draft ? draft::text_of(*draft) : "";
    save(draft, drawn_edit(draws, text, words));
  }
};

}  // namespace

Draft saved_text(std::string_view text, Dot dot, std::uint64_t clock) {
  return draft::saved(nullptr, text, dot, clock);
}

Family drawn_family(Draws& draws, std::size_t words) {
  Device first{WriterId{draws.u64()}};
  Device second{WriterId{draws.u64()}};
  Device third{WriterId{draws.u64()}};
  std::optional<Draft> base;
  const std::uint64_t shared = draws.below(5);
  for (std::uint64_t i = 0; i < shared; ++i) {
    Device& device = draws.below(2) == 0 ? first : third;
    device.act(draws, base, words);
  }
  std::optional<Draft> a = base;
  std::optional<Draft> b = base;
  const std::uint64_t of_a = 1 + draws.below(3);
  for (std::uint64_t i = 0; i < of_a; ++i) first.act(draws, a, words);
  const std::uint64_t of_b = 1 + draws.below(3);
  for (std::uint64_t i = 0; i < of_b; ++i) second.act(draws, b, words);
  if (draws.below(3) == 0) {  // one side has merged with a third device before
    std::optional<Draft> c = base;
    third.act(draws, c, words);
    b = draft::merge(base ? &*base : nullptr, *b, *c).draft;
    second.act(draws, b, words);
  }
  return {base, *a, *b};
}

}  // namespace dp::vectors
