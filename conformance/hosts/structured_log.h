// Log lines as JSON, one object a line: {"time":"2026-01-31T12:00:00.000Z","event":...,"facts":[]}.
//
// An event is a literal of the source, never a text that was put together; facts are numbers,
// names of closed sets and paths (SEC-48). Whoever logs answers for that.
// Does not: rotate, filter or buffer.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace dp::hosts {

class StructuredLog {
 public:
  explicit StructuredLog(std::FILE* out) : out_(out) {}  // null: silent
  void line(std::string_view event, const std::vector<std::string>& facts = {}) const;

 private:
  std::FILE* out_;
};

}  // namespace dp::hosts
