// Random sources for the crypto tests: seeded or scripted, and both remember what was drawn.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "core/crypto/ideal_bytes.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/random.h"

namespace dp::crypto {

// A draw as a two-run check would see it: which label, how many bytes.
struct Drawn {
  Draw label;
  std::size_t bytes = 0;
  bool operator==(const Drawn&) const = default;
};

// Every draw is a function of (seed, ordinal).
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(Draw label, std::span<std::uint8_t> out) override {
    ideal_stream(IdealDigest("test").number(seed_).number(drawn.size()).finish(), out);
    drawn.push_back({label, out.size()});
  }
  std::vector<Drawn> drawn;

 private:
  std::uint64_t seed_;
};

// Hands out the given byte strings, in order; a draw of another size gets zeros and is remembered.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::deque<Bytes> script) : script_(std::move(script)) {}
  void fill(Draw label, std::span<std::uint8_t> out) override {
    drawn.push_back({label, out.size()});
    std::ranges::fill(out, std::uint8_t{0});
    if (script_.empty() || script_.front().size() != out.size()) return;
    std::ranges::copy(script_.front(), out.begin());
    script_.pop_front();
  }
  bool exhausted() const { return script_.empty(); }
  std::vector<Drawn> drawn;

 private:
  std::deque<Bytes> script_;
};

}  // namespace dp::crypto
