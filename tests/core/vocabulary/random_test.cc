#include "core/vocabulary/random.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace dp {
namespace {

// Hands out a script of bytes, repeating it, and records which label asked for how many.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint8_t> script) : script_(std::move(script)) {}

  void fill(Draw label, std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = script_[used_++ % script_.size()];
    asked_.emplace_back(label, out.size());
  }

  const std::vector<std::pair<Draw, std::size_t>>& asked() const { return asked_; }

 private:
  std::vector<std::uint8_t> script_;
  std::size_t used_ = 0;
  std::vector<std::pair<Draw, std::size_t>> asked_;
};

TEST(Random, reads_numbers_with_the_low_byte_first) {
  ScriptedRandom random({1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(random.u64(Draw::writer_id), 0x0807060504030201u);
}

TEST(Random, passes_the_label_on_and_draws_exactly_what_it_needs) {
  ScriptedRandom random({7});
  random.u64(Draw::writer_id);
  random.below(Draw::reconnect_jitter, 3);
  random.bytes16(Draw::chat_id);
  const std::vector<std::pair<Draw, std::size_t>> expected = {
      {Draw::writer_id, 8}, {Draw::reconnect_jitter, 8}, {Draw::chat_id, 16}};
  EXPECT_EQ(random.asked(), expected);
}

RC_GTEST_PROP(Random, below_never_reaches_its_bound, (const std::array<std::uint8_t, 8>& drawn)) {
  const auto bound = *rc::gen::suchThat<std::uint64_t>([](std::uint64_t b) { return b > 0; });
  ScriptedRandom random({drawn.begin(), drawn.end()});
  RC_ASSERT(random.below(Draw::nonce, bound) < bound);
}

TEST(Random, below_reaches_both_ends_and_splits_the_range_evenly) {
  ScriptedRandom lowest({0});
  ScriptedRandom highest({0xff});
  EXPECT_EQ(lowest.below(Draw::nonce, 10), 0u);
  EXPECT_EQ(highest.below(Draw::nonce, 10), 9u);
  EXPECT_EQ(highest.below(Draw::nonce, ~std::uint64_t{0}), ~std::uint64_t{0} - 1);
  std::array<int, 4> hits{};
  for (int high_byte = 0; high_byte < 256; ++high_byte) {
    ScriptedRandom random({0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(high_byte)});
    ++hits[random.below(Draw::nonce, hits.size())];
  }
  EXPECT_EQ(std::ranges::count(hits, 64), 4);
}

}  // namespace
}  // namespace dp
