#include "sim/disk/disk.h"

#include <gtest/gtest.h>

namespace dp::sim {
namespace {

client::StoreWrite write(std::uint64_t id, std::vector<client::StorePut> puts) {
  return {WriteId{id}, std::move(puts)};
}

TEST(Disk, nothing_is_durable_before_it_is_synced) {
  Disk disk;
  disk.accept(write(1, {{"a", Bytes{1}}}));
  EXPECT_TRUE(disk.durable().empty());
  EXPECT_EQ(disk.sync_oldest(), WriteId{1});
  EXPECT_EQ(disk.durable().at("a"), Bytes{1});
  EXPECT_FALSE(disk.sync_oldest());
}

TEST(Disk, writes_become_durable_in_order_and_erasures_erase) {
  Disk disk;
  disk.accept(write(1, {{"a", Bytes{1}}, {"b", Bytes{2}}}));
  disk.accept(write(2, {{"a", std::nullopt}}));
  EXPECT_EQ(disk.sync_oldest(), WriteId{1});
  EXPECT_EQ(disk.durable().size(), 2u);
  EXPECT_EQ(disk.sync_oldest(), WriteId{2});
  EXPECT_EQ(disk.rows_at_boot(), (std::vector<client::StoreRow>{{"b", Bytes{2}}}));
}

TEST(Disk, a_crash_keeps_a_prefix_of_the_puts) {
  Disk disk;
  disk.accept(write(1, {{"a", Bytes{1}}, {"b", Bytes{2}}}));
  disk.accept(write(2, {{"c", Bytes{3}}}));
  Disk copy = disk;
  EXPECT_EQ(disk.crash({2, std::nullopt}), 1u);
  EXPECT_EQ(disk.durable().size(), 2u);
  EXPECT_FALSE(disk.durable().contains("c"));
  EXPECT_EQ(copy.crash({0, std::nullopt}), 3u);
  EXPECT_TRUE(copy.durable().empty());
  EXPECT_EQ(copy.cached_writes(), 0u);
}

TEST(Disk, only_the_last_kept_row_is_torn) {
  Disk disk;
  disk.accept(write(1, {{"a", Bytes{1, 2, 3}}, {"b", Bytes{4, 5, 6}}}));
  EXPECT_EQ(disk.cached_put_bytes(1), 3u);
  disk.crash({2, 1});
  EXPECT_EQ(disk.durable().at("a"), (Bytes{1, 2, 3}));
  EXPECT_EQ(disk.durable().at("b"), Bytes{4});
}

TEST(Disk, a_flipped_bit_is_one_bit) {
  Disk disk;
  EXPECT_FALSE(disk.flip_bit(0, 0));
  disk.replace({{"a", Bytes{0, 0}}});
  EXPECT_TRUE(disk.flip_bit(5, 9));
  EXPECT_EQ(disk.durable().at("a"), (Bytes{0, 2}));
}

}  // namespace
}  // namespace dp::sim
