#include <algorithm>
#include <optional>

#include "sim/runner/generated_run.h"
#include "sim/tape/keyed_draw.h"
#include "sim/tape/site.h"

namespace dp::sim {

namespace {

// What shapes a run is drawn before there is a tape; lanes of their own keep it apart.
class Shape {
 public:
  explicit Shape(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t bits = keyed_draw(seed_, kShapeSite.value, 0, ordinal_++);
    return scaled(bits, bound);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t ordinal_ = 0;
};

bool loses_stored_state(FaultKind kind) {
  return kind == FaultKind::store_cloned || kind == FaultKind::store_restored ||
         kind == FaultKind::store_wiped || kind == FaultKind::bit_rot ||
         kind == FaultKind::backup_restored || kind == FaultKind::clock_jump_back ||
         kind == FaultKind::clock_jump_forward || kind == FaultKind::clock_skew;
}

bool adversarial(FaultKind kind) {
  const Family family = family_of(kind);
  return family == Family::hostile || family == Family::byzantine;
}

DeviceConfig device_of_account(std::size_t account) {
  DeviceConfig device;
  device.account = account;
  return device;
}

void draw_shape(RunPlan& plan, std::uint64_t seed) {
  Shape shape(seed);
  const std::uint64_t accounts = 1 + shape.below(2);
  plan.world.accounts.clear();
  for (std::uint64_t i = 0; i < accounts; ++i) {
    AccountConfig account;
    if (shape.below(4) == 1) account.dialect = Dialect::field;
    if (shape.below(3) == 1) account.suite = crypto::Suite::aes256_gcm;
    plan.world.accounts.push_back(account);
  }
  const std::uint64_t devices = accounts + shape.below(6 - accounts);
  plan.world.devices.clear();
  for (std::uint64_t i = 0; i < devices; ++i) {
    plan.world.devices.push_back(device_of_account(i % accounts));
  }
  plan.people.chats = 1 + shape.below(3);
  plan.people.operations = 30 + static_cast<std::uint32_t>(shape.below(60));
  plan.people.new_device_mid_run = shape.below(4) == 1;
}

}  // namespace

std::uint32_t usual_intensity(FaultKind kind) {
  switch (kind) {
    case FaultKind::long_tail_delay:
      return 3'000;
    case FaultKind::connect_refused:
      return 150'000;
    case FaultKind::lost_receipt:
      return 20'000;
    case FaultKind::device_crash:
      return 1'000;
    case FaultKind::slow_cipher:
      return 60'000;
    case FaultKind::slow_write:
      return 40'000;
    case FaultKind::failed_write:
      return 15'000;
    case FaultKind::lost_unsynced:
    case FaultKind::torn_write:
      return 500'000;
    case FaultKind::server_crash:
      return 2'500;
    case FaultKind::database_slow:
      return 200'000;
    case FaultKind::job_delayed:
    case FaultKind::job_duplicated:
    case FaultKind::job_reordered:
      return 50'000;
    case FaultKind::database_failed:
      return 20'000;
    case FaultKind::job_lost:
      return 150'000;
    case FaultKind::cache_evicted:
      return 40;
    case FaultKind::cache_hollowed:
      return 4;
    default:
      if (is_timed(kind)) return 2;
      return family_of(kind) == Family::byzantine ? 40'000 : 15'000;
  }
}

std::vector<FaultKind> all_faults() {
  std::vector<FaultKind> kinds;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) kinds.push_back(static_cast<FaultKind>(i));
  return kinds;
}

std::vector<FaultKind> honest_faults() {
  std::vector<FaultKind> kinds = all_faults();
  std::erase_if(kinds, adversarial);
  return kinds;
}

std::vector<FaultKind> house_faults() {
  std::vector<FaultKind> kinds = honest_faults();
  std::erase_if(kinds, loses_stored_state);
  return kinds;
}

FaultPlan swarm(std::uint64_t seed, const std::vector<FaultKind>& allowed) {
  FaultPlan plan;
  for (const FaultKind kind : allowed) {
    const auto family = static_cast<std::uint64_t>(family_of(kind));
    const auto index = static_cast<std::uint64_t>(kind);
    const std::uint64_t family_bits = keyed_draw(seed, kPlanSite.value, 0, family);
    if (scaled(family_bits, 2) == 0) continue;
    const std::uint64_t kind_bits = keyed_draw(seed, kPlanSite.value, 1, index);
    if (scaled(kind_bits, 2) == 0) continue;
    const std::uint64_t strength = keyed_draw(seed, kPlanIntensitySite.value, 0, index);
    // A quarter, a half, once or twice the usual.
    const std::uint64_t usual = usual_intensity(kind);
    const std::uint64_t scaled_usual = (usual << scaled(strength, 4)) / 4;
    plan[kind] = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, scaled_usual));
  }
  return plan;
}

RunPlan house_mix(std::uint64_t seed) {
  RunPlan plan;
  plan.world.seed = seed;
  plan.world.devices.assign(3, DeviceConfig{});
  plan.world.faults = swarm(seed, house_faults());
  return plan;
}

namespace {

// Wild people, and texts that collide or are hard.
void draw_people(PeopleConfig& people, Shape& shape) {
  constexpr std::uint32_t kSameText[] = {0, 100, 300, 600};
  constexpr std::uint32_t kHuge[] = {0, 0, 5, 20};
  constexpr std::uint32_t kOdd[] = {20, 20, 60, 200};
  constexpr Micros kUntil[] = {60 * kSecond, 60 * kSecond, 60 * kSecond, 200 * kSecond};
  people.chats = 1 + shape.below(4);
  people.operations = 30 + static_cast<std::uint32_t>(shape.below(60));
  people.habit = shape.below(4) == 0 ? Habit::plain : Habit::wild;
  people.same_text_per_mille = kSameText[shape.below(4)];
  people.huge_per_mille = kHuge[shape.below(4)];
  people.odd_per_mille = kOdd[shape.below(4)];
  people.burst_edits_max = 1 + static_cast<std::uint32_t>(shape.below(6));
  people.until_us = kUntil[shape.below(4)];
  people.long_waits = shape.below(2) == 1;
  people.new_device_mid_run = shape.below(4) == 1;
  people.deletes_chats = shape.below(6) == 1;
}

// Limits and lifetimes that a run of a minute would otherwise never reach.
void draw_limits(WorldConfig& world, Shape& shape) {
  // A tombstone is padded to 4 KB, so no deployment whose drafts can be deleted has less than
  // 6,000.
  constexpr std::size_t kDraftChars[] = {100'000, 100'000, 12'000, 6'000};
  constexpr std::size_t kPages[] = {100, 100, 2, 1};
  constexpr Micros kWindows[] = {30 * kSecond, 30 * kSecond, 30 * kSecond, 5 * kSecond};
  const std::size_t draft_chars = kDraftChars[shape.below(4)];
  world.server.max_draft_chars = draft_chars;
  world.server.initial_sync_page = kPages[shape.below(4)];
  const Micros window_us = kWindows[shape.below(4)];
  world.server.persistence_window_us = window_us;
  for (DeviceConfig& device : world.devices) {
    device.client.max_draft_chars = draft_chars;
    device.client.persistence_window_us = window_us;
  }
}

std::vector<FaultKind> drawn_adversaries(Shape& shape) {
  std::vector<FaultKind> kinds = honest_faults();
  const std::uint64_t drawn = shape.below(8);
  for (const FaultKind kind : all_faults()) {
    const Family family = family_of(kind);
    const bool network = family == Family::hostile && (drawn == 1 || drawn == 3);
    const bool server = family == Family::byzantine && (drawn == 2 || drawn == 3);
    if (network || server) kinds.push_back(kind);
  }
  return kinds;
}

RunPlan wild_mix(std::uint64_t seed, std::optional<std::vector<FaultKind>> allowed) {
  RunPlan plan = house_mix(seed);
  draw_shape(plan, seed);
  Shape shape(mix64(seed) ^ 0x5EED);
  draw_people(plan.people, shape);
  draw_limits(plan.world, shape);
  plan.world.cipher = shape.below(8) == 0 ? CipherMode::real : CipherMode::ideal;
  const std::vector<FaultKind> drawn = drawn_adversaries(shape);
  plan.world.faults = swarm(seed, allowed.value_or(drawn));
  // Nothing says what is to become of a deleted chat that a backup of the database brings back.
  if (plan.world.faults[FaultKind::backup_restored] > 0) plan.people.deletes_chats = false;
  return plan;
}

}  // namespace

RunPlan default_mix(std::uint64_t seed) {
  return wild_mix(seed, std::nullopt);
}

RunPlan wide_mix(std::uint64_t seed) {
  return wild_mix(seed, honest_faults());
}

RunPlan hostile_mix(std::uint64_t seed) {
  return wild_mix(seed, all_faults());
}

}  // namespace dp::sim
