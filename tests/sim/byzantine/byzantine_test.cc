#include "sim/byzantine/byzantine.h"

#include <gtest/gtest.h>

#include <set>

#include "core/vocabulary/bytes.h"
#include "core/wire/codec.h"

namespace dp::sim {
namespace {

ChatId chat(std::uint8_t n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = n;
  return ChatId::from_random(bytes);
}

std::string update(std::uint8_t which, Version version, std::string draft) {
  wire::ChatDraftUpdated frame;
  frame.chat_id = chat(which);
  frame.draft_v = version;
  frame.encrypted_draft_md = std::move(draft);
  return wire::encode(wire::ServerFrame(frame));
}

wire::ServerFrame only(const std::optional<std::vector<std::string>>& frames) {
  EXPECT_TRUE(frames && frames->size() == 1);
  const auto decoded = wire::decode_server_frame(frames->front(), wire::WireLimits{});
  EXPECT_TRUE(decoded);
  return *decoded;
}

struct Remembered {
  Remembered() {
    memory.remember(0, update(1, 3, "b2xk"));
    memory.remember(0, update(2, 8, "b3RoZXI="));
    memory.remember(1, update(7, 2, "Zm9yZWlnbg=="));
  }
  ByzantineMemory memory;
};

TEST(Byzantine, old_content_comes_back_under_the_new_number) {
  const Remembered was;
  const auto changed = std::get<wire::ChatDraftUpdated>(
      only(was.memory.rewrite(FaultKind::server_replays_old, 0, update(1, 5, "bmV3"), 0)));
  EXPECT_EQ(changed.draft_v, 5u);
  EXPECT_EQ(changed.encrypted_draft_md, "b2xk");
}

TEST(Byzantine, an_equivocation_is_consistent_and_old) {
  const Remembered was;
  const auto changed = std::get<wire::ChatDraftUpdated>(
      only(was.memory.rewrite(FaultKind::server_equivocates, 0, update(1, 5, "bmV3"), 0)));
  EXPECT_EQ(changed.draft_v, 3u);
  EXPECT_EQ(changed.encrypted_draft_md, "b2xk");
}

TEST(Byzantine, content_moves_between_chats_and_between_accounts) {
  const Remembered was;
  std::set<std::string> seen;
  for (std::uint64_t turn = 0; turn < 4; ++turn) {
    const auto changed = std::get<wire::ChatDraftUpdated>(
        only(was.memory.rewrite(FaultKind::server_swaps_chats, 0, update(1, 5, "bmV3"), turn)));
    EXPECT_EQ(changed.chat_id, chat(1));
    seen.insert(*changed.encrypted_draft_md);
  }
  EXPECT_EQ(seen, (std::set<std::string>{"b3RoZXI=", "Zm9yZWlnbg=="}));
}

TEST(Byzantine, a_conflict_becomes_a_success_and_an_update_a_deletion) {
  const Remembered was;
  wire::DraftConflict conflict;
  conflict.chat_id = chat(1);
  conflict.draft_v = 4;
  conflict.change_id = ChangeId{"c1"};
  const auto receipt = std::get<wire::DraftUpdateReceipt>(only(was.memory.rewrite(
      FaultKind::server_forges_success, 0, wire::encode(wire::ServerFrame(conflict)), 0)));
  EXPECT_EQ(receipt.draft_v, 5u);
  EXPECT_EQ(receipt.change_id, ChangeId{"c1"});
  const auto deletion = std::get<wire::DraftDeleted>(
      only(was.memory.rewrite(FaultKind::server_forges_deletion, 0, update(1, 5, "bmV3"), 0)));
  EXPECT_EQ(deletion.draft_v, 6u);
}

TEST(Byzantine, dropping_withholding_and_lying) {
  const Remembered was;
  const std::string frame = update(1, 5, "bmV3");
  EXPECT_TRUE(was.memory.rewrite(FaultKind::server_drops, 0, frame, 0)->empty());
  EXPECT_TRUE(was.memory.rewrite(FaultKind::server_withholds, 0, frame, 0)->empty());
  const auto lied = std::get<wire::ChatDraftUpdated>(
      only(was.memory.rewrite(FaultKind::server_lies_about_versions, 0, frame, 2)));
  EXPECT_EQ(lied.draft_v, 8u);
  wire::DraftVersionsResponse versions;
  versions.versions.push_back({chat(1), 5});
  const auto answer = std::get<wire::DraftVersionsResponse>(only(was.memory.rewrite(
      FaultKind::server_lies_about_versions, 0, wire::encode(wire::ServerFrame(versions)), 0)));
  EXPECT_EQ(answer.versions.at(0).draft_v, 0u);
  wire::DraftUpdateReceipt receipt;
  receipt.chat_id = chat(1);
  receipt.draft_v = 5;
  receipt.change_id = ChangeId{"c1"};
  const auto refusal = std::get<wire::ErrorFrame>(only(was.memory.rewrite(
      FaultKind::server_lies_about_versions, 0, wire::encode(wire::ServerFrame(receipt)), 0)));
  EXPECT_EQ(refusal.code, wire::ErrorCode::version_invalid);
  EXPECT_EQ(refusal.chat_id, chat(1));
  EXPECT_EQ(refusal.change_id, receipt.change_id);
}

TEST(Byzantine, it_shows_everybody_the_past_without_restoring_it) {
  Remembered was;
  was.memory.remember_present();
  was.memory.remember(0, update(1, 9, "bmV3ZXI="));
  wire::ChatDetails details;
  details.chat_id = chat(1);
  details.draft_v = 9;
  details.encrypted_draft_md = "bmV3ZXI=";
  const std::string now = wire::encode(wire::ServerFrame(details));
  EXPECT_FALSE(was.memory.as_it_was(0, now)) << "not yet";
  was.memory.show_past();
  const auto past = std::get<wire::ChatDetails>(
      *wire::decode_server_frame(*was.memory.as_it_was(0, now), wire::WireLimits{}));
  EXPECT_EQ(past.draft_v, 3u);
  EXPECT_EQ(past.encrypted_draft_md, "b2xk");
  EXPECT_FALSE(was.memory.as_it_was(1, now)) << "of that account it knows nothing older";
  wire::DraftVersionsResponse versions;
  versions.versions = {{chat(1), 9}, {chat(2), 8}};
  versions.hashes = {{chat(1), Hash32{1}}, {chat(2), Hash32{2}}};
  const auto told = std::get<wire::DraftVersionsResponse>(*wire::decode_server_frame(
      *was.memory.as_it_was(0, wire::encode(wire::ServerFrame(versions))), wire::WireLimits{}));
  EXPECT_EQ(told.versions[0].draft_v, 3u);
  EXPECT_EQ(told.versions[1].draft_v, 8u) << "what did not change is told as it is";
  EXPECT_EQ(told.hashes.size(), 1u);
  EXPECT_FALSE(was.memory.as_it_was(0, wire::encode(wire::ServerFrame(wire::Pong{}))));
}

TEST(Byzantine, what_a_kind_cannot_strike_stays) {
  const Remembered was;
  const std::string pong = wire::encode(wire::ServerFrame(wire::Pong{}));
  for (const FaultKind kind :
       {FaultKind::server_drops, FaultKind::server_replays_old, FaultKind::server_swaps_chats,
        FaultKind::server_equivocates, FaultKind::server_forges_success,
        FaultKind::server_forges_deletion, FaultKind::server_withholds,
        FaultKind::server_lies_about_versions}) {
    EXPECT_FALSE(was.memory.rewrite(kind, 0, pong, 0)) << name(kind);
  }
  EXPECT_FALSE(was.memory.rewrite(FaultKind::server_replays_old, 0, update(1, 2, "bmV3"), 0));
  EXPECT_FALSE(was.memory.rewrite(FaultKind::server_drops, 0, "not json", 0));
}

TEST(Byzantine, its_memory_is_bounded) {
  ByzantineMemory memory;
  memory.remember(0, update(1, 1, "Zmlyc3Q="));
  for (std::size_t i = 0; i < kByzantineMemoryMax; ++i)
    memory.remember(0, update(2, 9, "b3RoZXI="));
  EXPECT_FALSE(memory.rewrite(FaultKind::server_replays_old, 0, update(1, 5, "bmV3"), 0));
}

TEST(Byzantine, late_turns_are_not_even_well_formed) {
  const Remembered was;
  std::set<std::string> encodings;
  for (std::uint64_t turn = 48; turn < 52; ++turn) {
    const auto frames =
        was.memory.rewrite(FaultKind::server_replays_old, 0, update(1, 5, "bmV3"), turn);
    const auto changed = std::get<wire::ChatDraftUpdated>(only(frames));
    EXPECT_EQ(changed.draft_v, 5u);
    EXPECT_NE(changed.encrypted_draft_md, "bmV3");
    EXPECT_FALSE(base64_decode(*changed.encrypted_draft_md));
    encodings.insert(*changed.encrypted_draft_md);
  }
  EXPECT_EQ(encodings.size(), 4u);
  const auto greatest =
      was.memory.rewrite(FaultKind::server_lies_about_versions, 0, update(1, 5, "bmV3"), 48);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(only(greatest)).draft_v, kVersionMax);
  const auto beyond =
      was.memory.rewrite(FaultKind::server_lies_about_versions, 0, update(1, 5, "bmV3"), 49);
  ASSERT_TRUE(beyond && beyond->size() == 1);
  EXPECT_FALSE(wire::decode_server_frame(beyond->front(), wire::WireLimits{}));
}

}  // namespace
}  // namespace dp::sim
