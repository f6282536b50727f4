// The files hosts keep: rows that are there after a process died, folders with one owner.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/hosts/device_store.h"
#include "conformance/hosts/files.h"
#include "conformance/hosts/sqlite_database.h"
#include "tests/conformance/hosts/living_program.h"

namespace dp::hosts::testing {
namespace {

client::StoreWrite write_of(std::initializer_list<client::StorePut> puts) {
  return {WriteId{1}, puts};
}

TEST(DeviceStore, RowsAreThereAfterTheProcessDied) {
  Folder folder;
  const ::pid_t child = ::fork();
  if (child == 0) {
    auto store = DeviceStore::open(folder.at("store"));
    const bool ok = store && store->boot() && store->write(write_of({{"a", Bytes{1}}})) &&
                    store->write(write_of({{"b", Bytes{}}, {"a", std::nullopt}}));
    ::_exit(ok ? 0 : 1);  // no destructor runs
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  auto store = DeviceStore::open(folder.at("store"));
  ASSERT_TRUE(store) << store.error().detail;
  const auto opened = store->boot();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->boot, 2u);
  EXPECT_EQ(opened->rows, (std::vector<client::StoreRow>{{"b", {}}}));
}

TEST(DeviceStore, AFileOfTheServerIsRefusedByItsFormat) {
  Folder folder;
  ASSERT_TRUE(SqliteDatabase::open(folder.at("file")));
  const auto store = DeviceStore::open(folder.at("file"));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "unknown_format");
}

TEST(OwnedFolder, HasOneOwnerUntilItLetsGo) {
  Folder folder;
  {
    const auto first = OwnedFolder::take(folder.at("mine"));
    ASSERT_TRUE(first);
    const auto second = OwnedFolder::take(folder.at("mine"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "folder_in_use");
  }
  EXPECT_TRUE(OwnedFolder::take(folder.at("mine")));
}

TEST(Files, ADurableWriteReplacesTheWholeFileForItsOwnerOnly) {
  Folder folder;
  ASSERT_TRUE(write_durably(folder.at("f"), "a longer first text"));
  ASSERT_TRUE(write_durably(folder.at("f"), "second"));
  EXPECT_EQ(bytes_of(folder.at("f")), "second");
  const auto rights = std::filesystem::status(folder.at("f")).permissions();
  EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(write_durably(folder.at("no/such/folder"), "x"));
}

TEST(SqliteDatabase, ABatchIsAnsweredInOrderAndAFailureStaysAlone) {
  Folder folder;
  auto database = SqliteDatabase::open(folder.at("db"));
  ASSERT_TRUE(database);
  const ChatId chat = ChatId::from_random({1});
  const server::SlotKey mine{AccountId{{1}}, chat};
  const server::SlotKey theirs{AccountId{{2}}, chat};
  server::DraftRow row;
  row.slot = mine;
  row.version = 1;
  row.draft = "d";
  const auto answers = database->execute({server::WriteDraft{row},
                                          server::StoreMessage{theirs, {"m"}, "c", std::nullopt},
                                          server::LoadSlot{mine}});
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_TRUE(std::get<server::DraftWritten>(answers[0]).applied);
  EXPECT_TRUE(std::holds_alternative<server::RequestFailed>(answers[1]));
  EXPECT_EQ(std::get<server::SlotLoaded>(answers[2]).row, row);
}

}  // namespace
}  // namespace dp::hosts::testing
