// get_draft_versions, get_chat_details and the initial listing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using wire::ErrorCode;
using wire::SlotHash;
using wire::SlotVersion;

class Listing : public ::testing::Test {
 protected:
  std::optional<wire::DraftVersionsResponse> versions(std::vector<ChatId> chats) {
    wire::GetDraftVersions frame;
    for (const ChatId& one : chats) frame.chats.push_back({one, 0});
    return rig.answer<wire::DraftVersionsResponse>(alice, frame);
  }
  std::optional<wire::ChatDetails> details(const ChatId& which) {
    return rig.answer<wire::ChatDetails>(alice, wire::GetChatDetails{which});
  }
  // All pages of one listing.
  std::vector<wire::InitialSyncResponse> pages(std::vector<wire::ClaimedVersion> claimed = {}) {
    std::vector<wire::InitialSyncResponse> all;
    std::optional<std::string> token;
    do {
      const auto page = rig.answer<wire::InitialSyncResponse>(
          alice, wire::InitialSyncRequest{.chat_versions = claimed, .page_token = token});
      if (!page) break;
      all.push_back(*page);
      token = page->page_token;
    } while (token && all.size() < 100);
    return all;
  }

  Config small_pages() {
    Config config;
    config.initial_sync_page = 3;
    return config;
  }
  Rig rig{small_pages()};
  ConnId alice = rig.connect();
};

TEST_F(Listing, VersionsTombstonesAndHashesInOneAnswer) {
  SealedSlot draft{chat(1), 0, {}};
  const auto update = draft.update("text");
  rig.say(alice, update);
  draft.moved_to(1, *update.encrypted_draft_md);
  SealedSlot cleared{chat(2), 0, {}};
  const auto removal = cleared.remove();
  rig.say(alice, removal);
  cleared.moved_to(1, *removal.encrypted_tombstone);
  rig.say(alice, field_delete(chat(3)));
  for (const bool from_cache : {true, false}) {
    if (!from_cache) {
      for (std::uint8_t n = 1; n <= 3; ++n) rig.evict(chat(n));
    }
    const auto answer = versions({chat(1), chat(2), chat(3), chat(4), chat(1)});
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->versions,
                UnorderedElementsAre(SlotVersion{chat(1), 1}, SlotVersion{chat(2), 0},
                                     SlotVersion{chat(3), 0}, SlotVersion{chat(4), 0}));
    EXPECT_THAT(answer->tombstone_versions,
                UnorderedElementsAre(SlotVersion{chat(2), 1}, SlotVersion{chat(3), 1}));
    EXPECT_THAT(answer->hashes, UnorderedElementsAre(SlotHash{chat(1), draft.hash},
                                                     SlotHash{chat(2), cleared.hash}));
    EXPECT_THAT(answer->unavailable_chat_ids, IsEmpty());
  }
}

TEST_F(Listing, ACachedTombstoneNeedsNoLookup) {
  rig.say(alice, field_delete(chat(1)));
  rig.fails = [](const Query&) { return true; };
  const auto answer = versions({chat(1)});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->tombstone_versions, ElementsAre(SlotVersion{chat(1), 1}));
}

TEST_F(Listing, WithoutTheCacheEverythingIsUnavailable) {
  rig.say(alice, field_update(chat(1), "text"));
  rig.cache_available(false);
  const auto answer = versions({chat(1), chat(2)});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->unavailable_chat_ids, UnorderedElementsAre(chat(1), chat(2)));
  EXPECT_THAT(answer->versions, IsEmpty());
}

TEST_F(Listing, TheCacheFailingWhileTheLookupTravelsIsAFailureToo) {
  rig.say(alice, field_update(chat(1), "text"));
  rig.heard(alice);
  rig.hold = true;
  rig.say(alice, wire::GetDraftVersions{{{chat(1), 0}}});
  rig.cache_available(false);
  rig.release_all();
  const auto answer = rig.only<wire::DraftVersionsResponse>(alice);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->unavailable_chat_ids, ElementsAre(chat(1)));
}

TEST_F(Listing, AStaleLookupDoesNotHideWhatWasStoredMeanwhile) {
  rig.say(alice, field_update(chat(1), "old"));
  rig.evict(chat(1));
  const ConnId bob = rig.connect();
  rig.hold = true;
  rig.say(bob, wire::GetChatDetails{chat(1)});
  const Query lookup = rig.held.front();
  const Answer stale = rig.table.execute(lookup.request);
  rig.hold = false;
  rig.say(alice, field_update(chat(1), "new"));
  rig.evict(chat(1));
  rig.heard(bob);
  rig.deliver(DatabaseAnswered{lookup.query, stale});
  const auto seen = rig.only<wire::ChatDetails>(bob);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->draft_v, 2u) << "after the news of 2, an answer of 1 would be out of order";
}

TEST_F(Listing, DetailsOfAChatWithoutADraftAreZeroAndExplicitNulls) {
  EXPECT_EQ(details(chat(1)), (wire::ChatDetails{.chat_id = chat(1)}));
  const auto texts = rig.heard_text(alice);
  rig.say(alice, wire::GetChatDetails{chat(1)});
  EXPECT_THAT(rig.heard_text(alice),
              ElementsAre(::testing::HasSubstr("\"encrypted_draft_md\":null")));
}

TEST_F(Listing, DetailsShowContentTombstoneAndFence) {
  SealedSlot slot{chat(1), 0, {}};
  const auto removal = slot.remove();
  rig.say(alice, removal);
  EXPECT_EQ(details(chat(1)), (wire::ChatDetails{.chat_id = chat(1),
                                                 .encrypted_tombstone = removal.encrypted_tombstone,
                                                 .cleared_draft_v = 1}));
  slot.moved_to(1, *removal.encrypted_tombstone);
  const auto update = slot.update("text");
  rig.say(alice, update);
  EXPECT_EQ(details(chat(1)),
            (wire::ChatDetails{.chat_id = chat(1),
                               .draft_v = 2,
                               .encrypted_draft_md = update.encrypted_draft_md,
                               .encrypted_draft_preview = update.encrypted_draft_preview.value,
                               .cleared_draft_v = 1}));
}

TEST_F(Listing, PagesFollowTheOrderOfCreationAndOnlyTheLastIsAuthoritative) {
  for (std::uint8_t n = 1; n <= 8; ++n) rig.say(alice, field_update(chat(n), "text"));
  const auto all = pages();
  ASSERT_EQ(all.size(), 3u);
  std::vector<ChatId> chats;
  for (const auto& page : all) {
    EXPECT_EQ(page.authoritative, &page == &all.back());
    for (const auto& one : page.chats) chats.push_back(one.chat_id);
  }
  EXPECT_THAT(chats,
              ElementsAre(chat(1), chat(2), chat(3), chat(4), chat(5), chat(6), chat(7), chat(8)));
}

TEST_F(Listing, ALastPageThatCouldNotHoldEveryUnbornChatIsNotAuthoritative) {
  Config config;
  config.max_outbound_bytes = 40'000;
  Rig small(config);
  const ConnId conn = small.connect();
  small.fails = [](const Query& query) { return query.is_job; };
  for (std::uint8_t n = 1; n <= 5; ++n) {
    small.say(conn, field_update(chat(n), std::string(4'000, 'x')));
  }
  const auto page = small.answer<wire::InitialSyncResponse>(conn, wire::InitialSyncRequest{});
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->page_token);
  EXPECT_FALSE(page->authoritative);
  EXPECT_LT(page->chats.size(), 5u);
}

TEST_F(Listing, ATokenContinuesWhateverHappenedBetween) {
  for (std::uint8_t n = 1; n <= 5; ++n) rig.say(alice, field_update(chat(n), "text"));
  const auto first = rig.answer<wire::InitialSyncResponse>(alice, wire::InitialSyncRequest{});
  rig.say(alice, wire::DeleteChat{chat(1), std::nullopt});
  rig.say(alice, field_update(chat(9), "new"));
  const auto second = rig.answer<wire::InitialSyncResponse>(
      alice, wire::InitialSyncRequest{.page_token = first->page_token});
  ASSERT_TRUE(second);
  ASSERT_EQ(second->chats.size(), 3u);
  EXPECT_EQ(second->chats[0].chat_id, chat(4));
  EXPECT_EQ(second->chats[2].chat_id, chat(9));
}

TEST_F(Listing, AMadeUpTokenIsAnInvalidFrame) {
  for (const char* token : {"x1", "s", "s1x", "s99999999999999999999", "s-1"}) {
    EXPECT_EQ(rig.refusal(alice, wire::InitialSyncRequest{.page_token = token}),
              ErrorCode::invalid_frame)
        << token;
  }
}

TEST_F(Listing, DeletedChatsAreNamedToWhoKnowsThem) {
  for (std::uint8_t n = 1; n <= 2; ++n) rig.say(alice, field_update(chat(n), "text"));
  for (std::uint8_t n = 1; n <= 2; ++n) rig.say(alice, wire::DeleteChat{chat(n), std::nullopt});
  const auto all = pages({{chat(2), 1}});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all[0].deleted_chat_ids, ElementsAre(chat(2)));
  EXPECT_THAT(all[0].chats, IsEmpty());
}

TEST_F(Listing, AChatWithMessagesIsListedWithoutADraft) {
  rig.say(alice, field_message(chat(1), "m1"));
  rig.say(alice, field_delete(chat(2)));
  const auto all = pages();
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].chats.size(), 1u);
  EXPECT_EQ(all[0].chats[0], (wire::ChatDetails{.chat_id = chat(1), .messages_v = 1}));
}

TEST_F(Listing, APageNeverOutgrowsTheOutboundQueue) {
  Config config;
  config.max_outbound_bytes = 40'000;
  Rig small(config);
  const ConnId conn = small.connect();
  for (std::uint8_t n = 1; n <= 20; ++n) {
    small.say(conn, field_update(chat(n), std::string(4'000, 'x')));
  }
  std::optional<std::string> token;
  std::size_t seen = 0;
  do {
    const auto page = small.answer<wire::InitialSyncResponse>(
        conn, wire::InitialSyncRequest{.page_token = token});
    ASSERT_TRUE(page);
    seen += page->chats.size();
    token = page->page_token;
    EXPECT_EQ(page->authoritative, !token);
  } while (token);
  EXPECT_EQ(seen, 20u);
  EXPECT_FALSE(small.closed(conn));
}

TEST_F(Listing, ListingsMixCacheAndTable) {
  rig.say(alice, field_update(chat(1), "durable"));
  rig.fails = [](const Query& query) { return query.is_job; };
  rig.say(alice, field_update(chat(1), "in memory"));
  rig.say(alice, field_update(chat(2), "unborn"));
  const auto all = pages();
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].chats.size(), 2u);
  EXPECT_EQ(all[0].chats[0].encrypted_draft_md, field_ciphertext("in memory"));
  EXPECT_EQ(all[0].chats[0].draft_v, 2u);
  EXPECT_EQ(all[0].chats[1].encrypted_draft_md, field_ciphertext("unborn"));
}

}  // namespace
}  // namespace dp::server::testing
