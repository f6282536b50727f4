#include "core/draft/draft.h"

#include <algorithm>

#include "core/draft/line_diff.h"

namespace dp::draft {
namespace {

// What every save takes over from the draft it was made on.
Draft successor(const Draft* before, Operation operation, Dot dot, std::uint64_t logical_clock) {
  Draft draft;
  if (before != nullptr) {
    draft.vv = before->vv;
    draft.cleared = before->cleared;
    draft.unknown = before->unknown;
  }
  draft.operation = operation;
  draft.dot = dot;
  draft.logical_clock = std::min(logical_clock, kDraftNumberMax);
  draft.vv.include(dot);
  return draft;
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  if (text.empty()) return lines;
  lines.reserve(1 + static_cast<std::size_t>(std::ranges::count(text, '\n')));
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', start)) {
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  lines.push_back(text.substr(start));
  return lines;
}

std::string join_lines(const Lines& lines) {
  std::size_t size = lines.size();
  for (const Line& line : lines) size += line.text.size();
  std::string text;
  text.reserve(size);
  for (const Line& line : lines) {
    if (&line != &lines.front()) text += '\n';
    text += line.text;
  }
  return text;
}

Draft saved(const Draft* before, std::string_view text, Dot dot, std::uint64_t logical_clock) {
  if (text.empty()) return consumed(before, Operation::clear, dot, logical_clock);

  Draft draft = successor(before, Operation::set, dot, logical_clock);
  const std::vector<std::string_view> texts = split_lines(text);
  draft.lines.reserve(texts.size());
  for (const std::string_view line : texts) draft.lines.push_back({std::string(line), dot});
  if (before == nullptr) return draft;

  draft.copies = before->copies;
  const LineDiff diff = diff_lines(text_keys_of(before->lines), text_keys_of(texts));
  for (const SharedRun& run : diff.shared) {
    for (std::size_t i = 0; i < run.count; ++i) {
      draft.lines[run.after + i].dot = before->lines[run.before + i].dot;
    }
  }
  return draft;
}

Draft consumed(const Draft* before, Operation operation, Dot dot, std::uint64_t logical_clock) {
  const Operation ending = operation == Operation::sent ? Operation::sent : Operation::clear;
  Draft draft = successor(before, ending, dot, logical_clock);
  draft.cleared = draft.vv;
  return draft;
}

}  // namespace dp::draft
