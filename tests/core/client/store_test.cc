// The store: what survives a crash, what is noticed, and what is never overwritten.
#include "core/client/store.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "core/client/row_codec.h"
#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Storing : testing::Test {
  Testbed bed;
  Storing() {
    bed.boot();
    bed.go_offline();
    bed.act(ChatOpened{kChat});
  }
  void reboot() {
    bed.crash();
    bed.forget_effects();
    bed.boot();
  }
  std::size_t complaints() const {
    return bed.notices(NoticeKind::store_row_damaged) + bed.notices(NoticeKind::store_rolled_back) +
           bed.notices(NoticeKind::store_key_lost);
  }
};

TEST_F(Storing, ARestartRestoresDraftArchiveAndQueue) {
  bed.type_and_pause("text");
  const SlotFacts before = bed.facts(kChat);
  reboot();
  EXPECT_EQ(bed.facts(kChat), before);
  EXPECT_EQ(complaints(), 0u);
}

TEST_F(Storing, EveryRowIsSealedAndRowsAlternate) {
  bed.type_and_pause("one");
  const auto first = bed.device().disk;
  bed.type_and_pause("two");
  for (const auto& [key, value] : first) {
    EXPECT_EQ(bed.device().disk.at(key), value) << "the older value was overwritten";
    EXPECT_EQ(as_text(value).substr(0, 4), "DSE1");
    EXPECT_EQ(value[5], static_cast<std::uint8_t>(crypto::Kind::local_row));
  }
  EXPECT_EQ(bed.device().disk.size(), 2 * first.size());
}

TEST_F(Storing, ATornLastWriteKeepsTheValueBefore) {
  for (int cut = 0; cut < 4; ++cut) {
    Testbed torn(bed);
    torn.type_and_pause("safe");
    torn.device().hold_store = true;
    torn.device().torn_on_crash = true;
    torn.device().boot += static_cast<std::uint64_t>(cut);  // where the write is torn
    torn.type_and_pause("safe and torn");
    torn.crash();
    torn.forget_effects();
    torn.boot();
    const std::string text = torn.text(kChat);
    EXPECT_TRUE(text == "safe" || text == "safe and torn") << text;
    EXPECT_EQ(torn.notices(NoticeKind::store_row_damaged), 0u);
    EXPECT_EQ(torn.notices(NoticeKind::store_rolled_back), 0u);
  }
}

TEST_F(Storing, ATornFirstWriteIsAnEmptyStore) {
  Testbed fresh;
  fresh.boot();
  fresh.act(ChatOpened{kChat});
  fresh.device().hold_store = true;
  fresh.device().torn_on_crash = true;
  fresh.device().boot = 2;  // torn in the first row of two
  fresh.type_and_pause("never durable");
  fresh.crash();
  fresh.forget_effects();
  fresh.boot();
  EXPECT_EQ(fresh.text(kChat), "");
  EXPECT_FALSE(fresh.server.slots.contains(kChat));
  EXPECT_EQ(fresh.notices(NoticeKind::store_key_lost), 0u) << "nothing was ever saved";
  const auto left = fresh.device().disk;
  EXPECT_EQ(left.size(), 1u);
  fresh.act(ChatOpened{chat_named(9)});
  fresh.type_and_pause("the first that is durable");
  for (const auto& [key, value] : left) EXPECT_FALSE(fresh.device().disk.contains(key));
}

TEST_F(Storing, OneWholeRowUnderAnotherKeyIsALostKey) {
  bed.type_and_pause("kept");
  auto& disk = bed.device().disk;
  while (disk.size() > 1) disk.erase(disk.begin());
  disk.begin()->second[10] ^= 1;  // its key id
  reboot();
  EXPECT_EQ(bed.notices(NoticeKind::store_key_lost), 1u);
}

TEST_F(Storing, ARowPutBackToAnOlderOneIsNoticed) {
  bed.type_and_pause("one");
  const auto old = bed.device().disk;
  bed.type_and_pause("two");
  bed.type_and_pause("three");
  const SlotId id = *bed.cipher.row_id(bed.key, slot_row_name(kChat));
  for (const std::uint8_t physical : {std::uint8_t{0}, std::uint8_t{1}}) {
    const std::string key = physical_key(id, physical);
    bed.device().disk.erase(key);
    if (old.contains(key)) bed.device().disk[key] = old.at(key);
  }
  reboot();
  EXPECT_EQ(bed.notices(NoticeKind::store_rolled_back), 1u);
}

TEST_F(Storing, AManifestPutBackIsNoticed) {
  bed.type_and_pause("one");
  const auto old = bed.device().disk;
  for (int i = 0; i < 4; ++i) bed.type_and_pause("edit " + std::to_string(i));
  const SlotId id = *bed.cipher.row_id(bed.key, kManifestRowName);
  for (const std::uint8_t physical : {std::uint8_t{0}, std::uint8_t{1}}) {
    const std::string key = physical_key(id, physical);
    bed.device().disk.erase(key);
    if (old.contains(key)) bed.device().disk[key] = old.at(key);
  }
  reboot();
  EXPECT_EQ(bed.notices(NoticeKind::store_rolled_back), 1u);
  EXPECT_EQ(bed.text(kChat), "edit 3");
}

TEST_F(Storing, ARemovedRowIsNoticed) {
  bed.type_and_pause("one");
  bed.type_and_pause("two");
  const SlotId id = *bed.cipher.row_id(bed.key, slot_row_name(kChat));
  bed.device().disk.erase(physical_key(id, 0));
  bed.device().disk.erase(physical_key(id, 1));
  reboot();
  EXPECT_EQ(bed.notices(NoticeKind::store_rolled_back), 1u);
}

TEST_F(Storing, ARowInAnothersPlaceIsDamageAndItsBytesAreKept) {
  bed.type_and_pause("one");
  bed.act(ChatOpened{chat_named(2)});
  bed.type_and_pause("two");
  const std::string a = physical_key(*bed.cipher.row_id(bed.key, slot_row_name(kChat)), 0);
  const std::string b = physical_key(*bed.cipher.row_id(bed.key, slot_row_name(chat_named(2))), 0);
  std::swap(bed.device().disk.at(a), bed.device().disk.at(b));
  const Bytes kept = bed.device().disk.at(a);
  reboot();
  EXPECT_EQ(bed.notices(NoticeKind::store_row_damaged), 2u);
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("typed after the damage");
  EXPECT_EQ(bed.device().disk.at(a + ".aside"), kept);
}

TEST_F(Storing, BitRotOfTheNewestRowFallsBackAndIsReported) {
  bed.type_and_pause("one");
  bed.type_and_pause("two");
  const SlotId id = *bed.cipher.row_id(bed.key, slot_row_name(kChat));
  bed.device().disk.at(physical_key(id, 1)).back() ^= 1;
  reboot();
  EXPECT_EQ(bed.text(kChat), "one");
  EXPECT_EQ(bed.notices(NoticeKind::store_row_damaged), 1u);
}

TEST_F(Storing, ALostKeyIsReportedAndNothingIsUploadedInItsPlace) {
  bed.go_online();
  bed.type_and_pause("at the server");
  bed.crash();
  for (auto& [key, value] : bed.device().disk) value.back() ^= 1;
  const auto locked_away = bed.device().disk;
  bed.forget_effects();
  bed.boot();
  EXPECT_EQ(bed.notices(NoticeKind::store_key_lost), 1u);
  EXPECT_EQ(bed.server.writes, 1u);
  EXPECT_EQ(bed.text(kChat), "at the server") << "adopted again";
  for (const auto& [key, value] : locked_away) {
    const bool still_there =
        bed.device().disk.at(key) == value || (bed.device().disk.contains(key + ".aside") &&
                                               bed.device().disk.at(key + ".aside") == value);
    EXPECT_TRUE(still_there) << key;
  }
}

TEST_F(Storing, EachOpeningDrawsAnotherWriter) {
  bed.type_and_pause("one");
  const draft::Dot first = bed.facts(kChat).local.dot;
  reboot();
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("two");
  const draft::Dot second = bed.facts(kChat).local.dot;
  EXPECT_NE(first.writer, second.writer);
}

TEST_F(Storing, TheArchiveIsBoundedAndOrderlyRemovalIsNoTheft) {
  Config config;
  config.archive_entries_max = 2;
  Testbed two(2, config);
  two.boot(0);
  two.boot(1);
  for (std::uint8_t i = 1; i <= 5; ++i) {
    const ChatId chat = chat_named(i);
    two.act(ChatOpened{chat}, 0);
    two.type("unsynced " + std::to_string(i), 0);
    two.device(0).network = false;
    two.drop_connection(0);
    two.act(Blurred{}, 0);
    two.server.deleted.insert(chat);
    two.go_online(0);
    two.pass(kMinute);
  }
  const auto archive = two.client(0).archive();
  ASSERT_EQ(archive.size(), 2u);
  EXPECT_EQ(draft::join_lines(archive[1].lines), "unsynced 5");
  two.crash(0);
  two.forget_effects();
  two.boot(0);
  EXPECT_EQ(two.client(0).archive(), archive);
  EXPECT_EQ(two.notices(NoticeKind::store_rolled_back), 0u);
}

TEST_F(Storing, TheStoreDoesNotGrowWithTheNumberOfSaves) {
  for (int i = 0; i < 50; ++i) bed.type_and_pause("edit " + std::to_string(i));
  EXPECT_EQ(bed.device().disk.size(), 4u);
}

// ---- the codec ----------------------------------------------------------------------------------

RC_GTEST_PROP(RowCodec, decoding_is_total_and_refuses_every_truncation, (std::string text)) {
  SlotRow row;
  row.chat = kChat;
  if (text.empty() || !is_valid_utf8(text)) text = "x\ny";
  row.local = share(draft::saved(nullptr, text, {WriterId{1}, 1}, 1));
  row.base = {3, Hash32{1}, row.local, {2, {5, 6}}};
  row.ancestors.push_back({row.local, true});
  row.in_flight = Change{{"change"},     3,        4,         Hash32{2},     false,
                         Bytes{1, 2, 3}, Bytes{4}, row.local, MessageId{"m"}};
  row.sends.push_back({{"m"}, Bytes{9}, row.local, row.local, true});
  const Bytes content = encode_slot(row);
  const Result<SlotRow> decoded = decode_slot(content);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(encode_slot(*decoded) == content);
  RC_ASSERT(*decoded->local == *row.local);
  for (std::size_t size = 0; size < content.size(); size += 1 + size / 16) {
    RC_ASSERT(!decode_slot(ByteView(content).first(size)).has_value());
  }
}

RC_GTEST_PROP(RowCodec, random_bytes_are_never_a_crash, (Bytes bytes)) {
  if (bytes.size() >= 2) {
    bytes[0] = 2;
    bytes[1] = kRowFormat;
  }
  (void)decode_slot(bytes);
  (void)decode_archive(bytes);
  (void)decode_manifest(bytes);
  RC_ASSERT(row_type(bytes).has_value() == (bytes.size() >= 2));
}

}  // namespace
}  // namespace dp::client
