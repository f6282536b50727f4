// Limits, and peers that mean harm: nothing crashes, nothing grows, neighbours do not suffer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/wire/codec.h"
#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using wire::ErrorCode;

TEST(Limits, ACiphertextOfExactlyTheLimitIsAccepted) {
  Config config;
  config.max_draft_chars = 400;
  config.max_preview_chars = 40;
  Rig rig(config);
  const ConnId conn = rig.connect();
  wire::UpdateDraft frame{.chat_id = chat(1), .encrypted_draft_md = std::string(400, 'A')};
  frame.encrypted_draft_preview = {true, std::string(40, 'A')};
  EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(conn, frame));
  frame.encrypted_draft_md = std::string(404, 'A');
  EXPECT_EQ(rig.refusal(conn, frame), ErrorCode::draft_too_long);
  frame.encrypted_draft_md = std::string(396, 'A');
  frame.encrypted_draft_preview.value = std::string(44, 'A');
  EXPECT_EQ(rig.refusal(conn, frame), ErrorCode::preview_too_long);
  EXPECT_EQ(rig.row(chat(1))->version, 1u);
}

TEST(Limits, ATombstoneAndAReplayedTextHaveTheSameLimit) {
  Rig rig;
  const ConnId conn = rig.connect();
  const std::string long_text(rig.server.config().max_draft_chars + 4, 'A');
  auto removal = SealedSlot{chat(1), 0, {}}.remove();
  removal.encrypted_tombstone = long_text;
  EXPECT_EQ(rig.refusal(conn, removal), ErrorCode::draft_too_long);
  auto change = SealedSlot{chat(1), 0, {}}.offline("x");
  change.value = long_text;
  rig.say(conn, wire::SyncOfflineChanges{{change}});
  const auto frames = rig.heard(conn);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[0]).code, ErrorCode::draft_too_long);
}

TEST(Limits, AMessageAboveItsLimitIsRefusedWithItsId) {
  Config config;
  config.max_message_chars = 100;
  Rig rig(config);
  const ConnId conn = rig.connect();
  auto frame = field_message(chat(1), "m1");
  frame.encrypted_content = std::string(104, 'A');
  const auto error = rig.answer<wire::ErrorFrame>(conn, frame);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::message_too_long);
  EXPECT_EQ(error->change_id, ChangeId{"m1"});
  EXPECT_TRUE(rig.table.messages().empty());
}

TEST(Limits, ANewChatBeyondTheAccountsLimitIsRefusedWhetherDurableOrNot) {
  Config config;
  config.max_chats_per_account = 3;
  for (const bool durable : {true, false}) {
    Rig rig(config);
    const ConnId conn = rig.connect();
    if (!durable) rig.fails = [](const Query& query) { return query.is_job; };
    for (std::uint8_t n = 1; n <= 3; ++n) {
      EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(conn, field_update(chat(n), "x")));
    }
    EXPECT_EQ(rig.refusal(conn, field_update(chat(4), "x")), ErrorCode::too_many_chats);
    EXPECT_EQ(rig.refusal(conn, field_message(chat(4), "m")), ErrorCode::too_many_chats);
    EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(conn, field_update(chat(1), "old chat")));
    rig.say(conn, wire::DeleteChat{chat(1), std::nullopt});
    EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(conn, field_update(chat(4), "x")))
        << "a deleted chat gives its place back";
  }
}

TEST(Limits, AFrameAboveTheLimitIsRefusedByName) {
  Config config;
  config.wire.frame_bytes_max = 1'000;
  config.max_inbound_bytes = 2'000;
  Rig rig(config);
  const ConnId conn = rig.connect();
  for (const std::size_t size : {900u, 20'000u}) {
    EXPECT_EQ(rig.refusal(conn, field_update(chat(1), std::string(size, 'x'))),
              ErrorCode::frame_too_large)
        << size;
  }
  EXPECT_TRUE(rig.answer<wire::Pong>(conn, wire::Ping{})) << "and the connection lives on";
}

TEST(Hostile, WhatIsNoFrameIsAnsweredAndTheConnectionLivesOn) {
  Rig rig;
  const ConnId conn = rig.connect();
  const std::pair<const char*, ErrorCode> cases[] = {
      {"", ErrorCode::invalid_json},
      {"{", ErrorCode::invalid_json},
      {"[]", ErrorCode::invalid_json},
      {R"({"type":"ping","type":"ping"})", ErrorCode::invalid_json},
      {R"({"type":"no_such_frame","payload":{}})", ErrorCode::unknown_type},
      {R"({"type":"update_draft","payload":{}})", ErrorCode::invalid_frame},
      {R"({"neither":1})", ErrorCode::invalid_frame},
  };
  for (const auto& [text, code] : cases) {
    rig.say_text(conn, text);
    const auto error = rig.only<wire::ErrorFrame>(conn);
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->code, code) << text;
    EXPECT_EQ(error->message, message_template(code));
  }
  EXPECT_TRUE(rig.answer<wire::Pong>(conn, wire::Ping{}));
}

TEST(Hostile, AMistypedFieldIsTiedToItsChange) {
  Rig rig;
  const ConnId conn = rig.connect();
  rig.say_text(conn, R"({"type":"update_draft","payload":{"chat_id":")" + chat(1).text() +
                         R"(","change_id":"c1","encrypted_draft_md":7}})");
  const auto error = rig.only<wire::ErrorFrame>(conn);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::invalid_frame);
  EXPECT_EQ(error->chat_id, chat(1));
  EXPECT_EQ(error->change_id, ChangeId{"c1"});
}

TEST(Hostile, ErrorsAndLogsRepeatNothingThatWasSent) {
  Rig rig;
  const ConnId conn = rig.connect();
  const std::string canary = "CANARYcanary0123456789";
  rig.say_text(conn, R"({"type":")" + canary + R"(","payload":{}})");
  rig.say_text(conn, canary);
  rig.say(conn, field_update(chat(1), canary));
  auto sealed = SealedSlot{chat(2), 0, {}}.update("x");
  sealed.encrypted_draft_md = canary;
  rig.say(conn, sealed);
  std::string everything;
  for (const std::string& text : rig.heard_text(conn)) everything += text;
  for (const Effect& effect : rig.performed) {
    if (const auto* line = std::get_if<Log>(&effect)) {
      everything += line->message;
      for (const std::string& argument : line->arguments) everything += argument;
    }
  }
  EXPECT_EQ(everything.find(canary), std::string::npos);
}

std::string mutated(std::string text) {
  const int edits = *rc::gen::inRange(0, 4);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[at] = static_cast<char>(*rc::gen::inRange(0, 256));
        break;
      case 1:
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
        break;
      default:
        text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 16));
        break;
    }
  }
  return text;
}

wire::ClientFrame any_frame() {
  const ChatId which = chat(static_cast<std::uint8_t>(*rc::gen::inRange(1, 4)));
  const Version base = *rc::gen::inRange<Version>(0, 4);
  const SealedSlot slot{which, base, {}};
  const std::string content = "t" + std::to_string(*rc::gen::inRange(0, 5));
  switch (*rc::gen::inRange(0, 11)) {
    case 0:
      return slot.update(content);
    case 1:
      return slot.remove();
    case 2:
      return slot.send("m" + content);
    case 3:
      return field_update(which, content);
    case 4:
      return field_delete(which);
    case 5:
      return field_message(which, content);
    case 6:
      return wire::SyncOfflineChanges{{slot.offline(content), field_offline(which, content, base),
                                       field_offline(chat(1), content, base)}};
    case 7:
      return wire::GetDraftVersions{{{which, 0}, {chat(1), 1}}};
    case 8:
      return wire::GetChatDetails{which};
    case 9:
      return wire::InitialSyncRequest{.chat_versions = {{which, 1}}};
    default:
      return wire::DeleteChat{which, std::nullopt};
  }
}

// Two accounts, mutated frames, a database that answers late, out of order, wrongly or twice, and
// a process that loses its cache and its memory.
void torment(Rig& rig, ConnId& conn) {
  switch (
      *rc::gen::weightedElement<int>({{12, 0}, {6, 1}, {3, 2}, {2, 3}, {2, 4}, {1, 5}, {1, 6}})) {
    case 0:
      rig.say_text(conn, mutated(encode(any_frame())));
      break;
    case 1:
      if (!rig.held.empty()) rig.release(*rc::gen::inRange<std::size_t>(0, rig.held.size()));
      break;
    case 2:
      if (!rig.held.empty()) {
        const std::size_t index = *rc::gen::inRange<std::size_t>(0, rig.held.size());
        if (rig.held[index].is_job) {
          rig.repeat(index);
        } else {
          rig.perform_but_fail(index);
        }
      }
      break;
    case 3:
      rig.evict(chat(1), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>());
      rig.hollow(chat(2));
      break;
    case 4:
      rig.cache_available(*rc::gen::arbitrary<bool>());
      break;
    case 5:
      rig.advance(*rc::gen::inRange<Micros>(0, 100 * kSecond));
      conn = rig.connect();
      break;
    default:
      rig.hang_up(conn);
      conn = rig.connect(static_cast<std::uint8_t>(*rc::gen::inRange(1, 3)));
      break;
  }
}

// At rest, what a device reads is what the table holds.
void check_reading(Rig& rig, ConnId reader, std::uint8_t owner, const ChatId& which) {
  rig.say(reader, wire::GetChatDetails{which});
  const auto frames = rig.heard(reader);
  RC_ASSERT(!frames.empty());
  const auto found = rig.table.chats().find(which);
  const bool is_own = found != rig.table.chats().end() && found->second.account == account(owner);
  if (const auto* error = std::get_if<wire::ErrorFrame>(&frames.back())) {
    const bool is_deleted = is_own && found->second.deleted;
    RC_ASSERT(error->code == (is_deleted ? ErrorCode::chat_deleted : ErrorCode::chat_forbidden));
    RC_ASSERT((found != rig.table.chats().end()) == true);
    return;
  }
  const auto* details = std::get_if<wire::ChatDetails>(&frames.back());
  RC_ASSERT((details != nullptr) == true);
  const auto row = rig.row(which, owner);
  RC_ASSERT(details->draft_v == (row && !row->deleted ? row->version : 0));
  RC_ASSERT(details->encrypted_draft_md == (row ? row->draft : std::nullopt));
  RC_ASSERT(details->encrypted_tombstone == (row ? row->tombstone : std::nullopt));
  RC_ASSERT(details->messages_v == (is_own ? found->second.messages_v : 0));
}

RC_GTEST_PROP(Hostile, WhateverArrivesTheServerComesToRestAndStaysBounded, ()) {
  Config config;
  config.max_outbound_bytes = 200'000;
  Rig rig(config);
  ConnId conn = rig.connect();
  rig.hold = true;
  const int steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    torment(rig, conn);
    RC_ASSERT(rig.server.outbound_bytes(conn) <= config.max_outbound_bytes);
  }
  rig.cache_available(true);
  rig.release_all();
  rig.advance(10 * kSecond);
  RC_ASSERT(rig.last.idle);
  RC_ASSERT(rig.server.pending() == "");
  RC_ASSERT(rig.server.slots().size() <= 8u);
  for (std::uint8_t owner = 1; owner <= 2; ++owner) {
    const ConnId reader = rig.connect(owner);
    for (std::uint8_t n = 1; n <= 3; ++n) check_reading(rig, reader, owner, chat(n));
  }
}

// Versions of a row only ever rise, whatever happens around it.
RC_GTEST_PROP(Hostile, DurableVersionsOnlyRise, ()) {
  Rig rig;
  ConnId conn = rig.connect();
  rig.hold = true;
  std::map<ChatId, DatabaseTable::Chat> before;
  const int steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    torment(rig, conn);
    for (const auto& [which, now] : rig.table.chats()) {
      RC_ASSERT(now.assigned_v >= before[which].assigned_v);
      RC_ASSERT(now.messages_v >= before[which].messages_v);
      before[which] = now;
    }
  }
}

}  // namespace
}  // namespace dp::server::testing
