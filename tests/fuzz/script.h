// A fuzzer's bytes read as a script: each act takes as many as it needs, and a script that has
// ended answers 0 to everything.
//
// Guarantees: reading is total; the same bytes are the same script.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

namespace dp::fuzz {

inline void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "law broken: %s\n", law);
  std::abort();
}

class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool ended() const { return rest_.empty(); }

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  // Below `bound`, which is at most 256.
  std::size_t below(std::size_t bound) { return byte() % bound; }
  bool flag() { return byte() % 2 == 1; }
  std::size_t word() {
    const std::size_t high = byte();
    return high * 256 + byte();
  }

  // Up to 255 bytes as they stand.
  std::string text() {
    const std::size_t size = std::min<std::size_t>(byte(), rest_.size());
    std::string out(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size));
    rest_ = rest_.subspan(size);
    return out;
  }

  // A frame with up to three bytes replaced, cut out or repeated.
  std::string damaged(std::string text) {
    for (std::size_t edits = below(4); edits > 0 && !text.empty(); --edits) {
      const std::size_t at = word() % text.size();
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>(byte());
          break;
        case 1:
          text.erase(at, 1 + below(32));
          break;
        case 2:
          text.insert(at, text.substr(word() % text.size(), 32));
          break;
        default:
          text.resize(at);
          break;
      }
    }
    return text;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

}  // namespace dp::fuzz
