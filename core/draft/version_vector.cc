#include "core/draft/version_vector.h"

#include <algorithm>

namespace dp::draft {
namespace {

const Dot* find_writer(const std::vector<Dot>& entries, WriterId writer) {
  const auto at = std::ranges::lower_bound(entries, writer, {}, &Dot::writer);
  return at != entries.end() && at->writer == writer ? &*at : nullptr;
}

}  // namespace

bool VersionVector::covers(const Dot& dot) const {
  const Dot* entry = find_writer(entries_, dot.writer);
  return entry != nullptr && dot.sequence <= entry->sequence;
}

bool VersionVector::covers(const VersionVector& other) const {
  auto mine = entries_.begin();
  for (const Dot& theirs : other.entries_) {
    while (mine != entries_.end() && mine->writer < theirs.writer) ++mine;
    if (mine == entries_.end() || mine->writer != theirs.writer) return false;
    if (mine->sequence < theirs.sequence) return false;
  }
  return true;
}

void VersionVector::include(const Dot& dot) {
  if (dot.sequence == 0) return;  // no save has this name
  const auto at = std::ranges::lower_bound(entries_, dot.writer, {}, &Dot::writer);
  if (at != entries_.end() && at->writer == dot.writer) {
    at->sequence = std::max(at->sequence, dot.sequence);
  } else {
    entries_.insert(at, dot);
  }
}

void VersionVector::join(const VersionVector& other) {
  std::vector<Dot> both;
  both.reserve(entries_.size() + other.entries_.size());
  auto mine = entries_.begin();
  for (const Dot& theirs : other.entries_) {
    while (mine != entries_.end() && mine->writer < theirs.writer) both.push_back(*mine++);
    if (mine != entries_.end() && mine->writer == theirs.writer) {
      both.push_back({theirs.writer, std::max(mine->sequence, theirs.sequence)});
      ++mine;
    } else {
      both.push_back(theirs);
    }
  }
  both.insert(both.end(), mine, entries_.end());
  entries_ = std::move(both);
}

VersionVector joined(VersionVector a, const VersionVector& b) {
  a.join(b);
  return a;
}

}  // namespace dp::draft
