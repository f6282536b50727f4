// What stands in the table under a key that nobody has, because a bit was flipped on its way.
// covers: SEC-40
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/server/database_table.h"
#include "core/vocabulary/bytes.h"
#include "sim/oracles/convergence.h"
#include "sim/tape/site.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kTablet{2};

struct Flip {
  std::uint32_t frame = 0;  // of the tablet's link, from 0
  std::uint64_t bit = 0;
};

bool is_base64(char c) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return kAlphabet.find(c) != std::string_view::npos;
}

// The first bit of the envelope from that letter on which, flipped, leaves base64.
Flip flip_in_the_deletion_over(std::uint64_t link, const Observed& seen, std::size_t letter) {
  constexpr std::string_view kField = R"("encrypted_tombstone":")";
  Flip flip;
  for (const RecordedEvent& event : seen.events) {
    if (event.kind != EventKind::frame_sent || event.number != link) continue;
    if (event.name == "delete_draft") {
      std::size_t at = event.bytes.find(kField) + kField.size() + letter;
      for (;; ++at) {
        for (std::uint64_t bit = 0; bit < 6; ++bit) {
          if (!is_base64(static_cast<char>(event.bytes[at] ^ (1 << bit)))) continue;
          flip.bit = at * 7 + bit;
          return flip;
        }
      }
    }
    ++flip.frame;
  }
  ADD_FAILURE() << "nothing was deleted";
  return flip;
}

// The phone's words are with everybody. The tablet's deletion of them may be spoiled (of an update
// the preview would tell, and the server refuse it); then the tablet goes for good, so that nobody
// is left who knows what its bytes were.
void deletes(World& world) {
  type(world, kPhone, world.chat(0, 0), "noodles");
  world.run_for(5 * kSecond);
  world.act(kTablet, client::ChatOpened{world.chat(0, 0)});
  world.act(kTablet, client::ClearPressed{});
  world.run_for(5 * kSecond);
}

void settles(World& world) {
  world.heal({kPhone, DeviceId{1}});
  EXPECT_TRUE(world.quiesce()) << world.pending();
}

struct Judged {
  std::vector<std::string> red;
  std::uint64_t comparisons = 0;
};

enum class Watch { from_the_start, after_the_damage };

Judged with_a_flip_at(std::size_t letter, Watch watch = Watch::from_the_start) {
  WorldConfig config = calm_world(3);
  World honest(config);
  Observed seen;
  honest.attach(&seen);
  deletes(honest);
  honest.detach(&seen);
  constexpr std::uint64_t kTabletLink = 3;
  const Flip flip = flip_in_the_deletion_over(kTabletLink, seen, letter);

  const std::uint32_t node = node_of(kTablet).value;
  config.faults[FaultKind::frame_corrupted] = 1;
  config.tape.only_these = true;
  config.tape.decisions = {
      {{strike_site(FaultKind::frame_corrupted), node, flip.frame}, 1},
      {{how_site(FaultKind::frame_corrupted), node, 0}, flip.bit},
  };
  World world(config);
  Convergence law;
  if (watch == Watch::from_the_start) world.attach(&law);
  deletes(world);
  if (watch == Watch::after_the_damage) world.attach(&law);
  settles(world);
  const auto corrupted = static_cast<std::size_t>(FaultKind::frame_corrupted);
  EXPECT_EQ(world.fault_counts()[corrupted].had_effect, 1u);
  law.at_quiescence(world);
  world.detach(&law);
  Judged out;
  for (const Violation& violation : law.violations()) out.red.push_back(violation.site);
  out.comparisons = law.comparisons();
  return out;
}

constexpr std::size_t kLetterOfTheKey = 14;  // bytes 8 to 23 of an envelope name its key

TEST(UnknownKey, a_slot_whose_bytes_name_a_key_of_nobody_is_left_out) {
  const Judged judged = with_a_flip_at(kLetterOfTheKey);
  EXPECT_TRUE(judged.red.empty());
  EXPECT_EQ(judged.comparisons, 0u);
}

// Damage behind the header is of our own key: the devices write over it, and so they must.
TEST(UnknownKey, a_slot_that_was_spoiled_under_a_key_at_hand_is_judged_and_mended) {
  const Judged judged = with_a_flip_at(200);
  EXPECT_TRUE(judged.red.empty());
  EXPECT_GT(judged.comparisons, 0u);
}

// Whoever saw no frame spoiled has no excuse for bytes that nobody made.
TEST(UnknownKey, a_key_of_nobody_excuses_no_slot_that_was_not_spoiled) {
  const Judged judged = with_a_flip_at(kLetterOfTheKey, Watch::after_the_damage);
  EXPECT_GT(judged.comparisons, 0u);
}

}  // namespace
}  // namespace dp::sim
