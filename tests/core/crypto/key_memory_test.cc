// SEC-46: where keys live, and that they are gone afterwards.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <type_traits>

#include "core/crypto/account_keys.h"
#include "core/crypto/key_arena.h"
#include "core/crypto/real_cipher.h"
#include "tests/core/crypto/freed_memory.h"
#include "tests/core/crypto/two_ciphers.h"

// The sanitizers replace mlock by a function that always succeeds, so that a refusal by the system
// cannot be seen under them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DP_MLOCK_IS_REPLACED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DP_MLOCK_IS_REPLACED 1
#endif
#endif

namespace dp::crypto {
namespace {

template <class T>
constexpr bool holds_keys_safely = !std::is_copy_constructible_v<T> &&
                                   !std::is_copy_assignable_v<T> && !std::equality_comparable<T>;

static_assert(holds_keys_safely<Secret32>);
static_assert(holds_keys_safely<HmacState>);
static_assert(holds_keys_safely<KeyArena>);
static_assert(holds_keys_safely<AccountKeys>);
static_assert(holds_keys_safely<SlotKeys>);
static_assert(!std::equality_comparable<RealCipher>);
static_assert(!std::is_default_constructible_v<Initialised>,
              "only initialise() can prove that the library was started");

TEST(KeyMemory, AnArenaStartsAsZerosAndHasAtLeastTheSizeAskedFor) {
  for (const KeyMemory memory : {KeyMemory::plain, KeyMemory::locked}) {
    for (const std::size_t size : {1u, 16u, 1000u, 5000u}) {
      auto arena = KeyArena::create(initialise().value(), memory, size);
      ASSERT_TRUE(arena);
      EXPECT_GE(arena->bytes().size(), size);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena->bytes().data()) % 16, 0u);
      EXPECT_TRUE(std::ranges::all_of(arena->bytes(), [](auto byte) { return byte == 0; }));
      std::ranges::fill(arena->bytes(), std::uint8_t{0xee});
      KeyArena moved = std::move(*arena);
      EXPECT_TRUE(arena->bytes().empty());
      EXPECT_EQ(moved.bytes().front(), 0xee);
    }
  }
}

TEST(KeyMemory, ASecretIsWipedWhenItIsMovedFromAndWhenItEnds) {
  alignas(Secret32) std::uint8_t storage[sizeof(Secret32)];
  auto* secret = new (storage) Secret32;
  std::ranges::fill(secret->writable(), std::uint8_t{0xee});
  Secret32 taken = std::move(*secret);
  EXPECT_EQ(taken.view().front(), 0xee);
  EXPECT_EQ(secret->view().front(), 0);
  std::ranges::fill(secret->writable(), std::uint8_t{0xee});
  secret->~Secret32();
  EXPECT_TRUE(std::ranges::all_of(storage, [](auto byte) { return byte == 0; }));
}

TEST(KeyMemory, AnHmacStateIsWipedWhenItEnds) {
  alignas(HmacState) std::uint8_t storage[sizeof(HmacState)];
  auto* state = new (storage) HmacState;
  state->absorb_key(Bytes(32, 0xee));
  EXPECT_TRUE(std::ranges::any_of(storage, [](auto byte) { return byte != 0; }));
  state->~HmacState();
  EXPECT_TRUE(std::ranges::all_of(storage, [](auto byte) { return byte == 0; }));
}

TEST(KeyMemory, LockedMemoryServesTheSameKeysAsPlainMemory) {
  auto locked =
      RealCipher::create(initialise().value(), KeyMemory::locked, KdfPolicy::simulation());
  ASSERT_TRUE(locked) << "this machine does not let a program lock a few pages";
  auto plain = make_cipher<RealCipher>();
  const KeyRef key = locked->add_account(key_bytes(7), 3).value();
  EXPECT_EQ(plain.add_account(key_bytes(7), 3), key);
  const SlotId slot = locked->slot_id(key, chat_named(1)).value();
  EXPECT_EQ(plain.slot_id(key, chat_named(1)), slot);
  SeededRandom one(1), two(1);
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, key, slot);
  EXPECT_EQ(locked->seal(request, Bytes(512), one), plain.seal(request, Bytes(512), two));
}

#ifndef DP_MLOCK_IS_REPLACED
// Ends with 0 if and only if both a cipher and an account's keys are refused.
[[noreturn]] void try_without_the_right_to_lock() {
  auto cipher =
      RealCipher::create(initialise().value(), KeyMemory::locked, KdfPolicy::simulation());
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) _exit(2);
  // The superuser may lock whatever the limit says, so stop being that.
  if (geteuid() == 0 && setuid(65'534) != 0) _exit(2);
  const auto refused =
      RealCipher::create(initialise().value(), KeyMemory::locked, KdfPolicy::simulation());
  if (refused || refused.error().code != "memory_not_locked") _exit(3);
  if (!cipher) _exit(4);
  const auto key = cipher->add_account(key_bytes(1), 1);
  if (key || key.error().code != "memory_not_locked") _exit(5);
  _exit(0);
}

TEST(KeyMemoryDeathTest, AProgramThatMayNotLockMemoryIsRefusedKeys) {
  EXPECT_EXIT(try_without_the_right_to_lock(), testing::ExitedWithCode(0), "");
}
#endif

// Everything a device does with its keys, from unlocking to forgetting.
void live_one_life(KeyView master) {
  auto cipher = make_cipher<RealCipher>();
  SeededRandom random(3);
  const Password password = password_of("correct horse");
  const KeyRef first = cipher.add_account(master, 2).value();
  const Bytes wrapped = cipher.wrap_master_key(first, account_named(1), password, random).value();
  cipher.forget(first);
  const KeyRef key = cipher.unlock(account_named(1), password, wrapped).value();
  const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, key, slot);
  const Bytes envelope = cipher.seal(request, Bytes(512), random).value();
  EXPECT_TRUE(cipher.open(opening(request), envelope));
  RealCipher copy = cipher;
  EXPECT_TRUE(copy.open(opening(request), envelope));
}

TEST(KeyMemory, NoFreedMemoryHoldsAKey) {
  std::array<std::uint8_t, 32> master{};
  ideal_stream(Hash32{1}, master);
  std::array<std::uint8_t, 32> field{};
  const auto keys = AccountKeys::derive(initialise().value(), KeyMemory::plain, master, 1).value();
  std::ranges::copy(keys.field_key(), field.begin());
  for (const ByteView secret : {ByteView(master), ByteView(field)}) {
    FreedMemoryWatch watch(secret);
    live_one_life(master);
    EXPECT_GT(watch.blocks(), 5u);
    EXPECT_EQ(watch.found(), 0u);
  }
}

TEST(KeyMemory, TheWatchSeesAKeyThatWasLeftBehind) {
  const Bytes secret = {9, 8, 7, 6, 5, 4, 3, 2, 1};
  FreedMemoryWatch watch(secret);
  {
    const Bytes forgotten(secret);
  }
  EXPECT_EQ(watch.found(), 1u);
}

// SEC-47: of a text that did not open, nothing is left.
TEST(KeyMemory, AFailedOpeningLeavesNoPlaintext) {
  auto cipher = make_cipher<RealCipher>();
  SeededRandom random(3);
  const KeyRef key = cipher.add_account(key_bytes(1), 1).value();
  const SlotId slot = cipher.slot_id(key, chat_named(1)).value();
  Bytes text(512);
  ideal_stream(Hash32{2}, text);
  for (const Suite suite : kSuites) {
    const auto request = request_for(Kind::draft, suite, key, slot);
    Bytes envelope = cipher.seal(request, text, random).value();
    for (const std::size_t at : {80u, 104u, 136u, 400u, 663u}) {
      envelope[at] ^= 1;
      // Any 16 bytes of it will do, but not where the flipped bit comes out.
      FreedMemoryWatch watch(ByteView(text).subspan(96, 16));
      EXPECT_FALSE(cipher.open(opening(request), envelope));
      EXPECT_EQ(watch.found(), 0u);
      envelope[at] ^= 1;
    }
  }
}

TEST(KeyMemory, MoreSlotsThanAreRememberedChangeNothing) {
  auto cipher = make_cipher<RealCipher>();
  const KeyRef key = cipher.add_account(key_bytes(1), 1).value();
  SeededRandom random(1);
  std::vector<std::pair<SealRequest, Bytes>> sealed;
  for (std::size_t count = 0; count < kSlotKeysMax + 100; ++count) {
    const SlotId slot = cipher.row_id(key, std::to_string(count)).value();
    const auto request = request_for(Kind::local_row, Suite::xchacha20_poly1305, key, slot);
    sealed.push_back({request, cipher.seal(request, Bytes(512), random).value()});
  }
  auto fresh = make_cipher<RealCipher>();
  ASSERT_EQ(fresh.add_account(key_bytes(1), 1), key);
  for (const auto& [request, envelope] : sealed) {
    EXPECT_TRUE(cipher.open(opening(request), envelope));
    EXPECT_TRUE(fresh.open(opening(request), envelope));
  }
}

}  // namespace
}  // namespace dp::crypto
