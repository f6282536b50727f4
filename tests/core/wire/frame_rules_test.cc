// Rules of single frames and of the envelopes that no table of members can state.
#include <gtest/gtest.h>

#include "core/wire/codec.h"
#include "tests/core/wire/wire_table.h"

namespace dp::wire {
namespace {

const WireLimits kLimits;
const ChatId kA = *ChatId::parse(kChatA);
const ChatId kB = *ChatId::parse(kChatB);

// $A and $B stand for the two chat ids.
std::string expand(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '$') {
      text += pattern[i];
    } else {
      text += pattern[++i] == 'A' ? kChatA : kChatB;
    }
  }
  return text;
}

auto client(std::string_view pattern) {
  return decode_client_frame(expand(pattern), kLimits);
}
auto server(std::string_view pattern) {
  return decode_server_frame(expand(pattern), kLimits);
}

DecodeError client_error(std::string_view pattern) {
  const auto decoded = client(pattern);
  EXPECT_FALSE(decoded.has_value()) << pattern;
  return decoded ? DecodeError{} : decoded.error();
}

// ---- envelopes ---------------------------------------------------------------------------------

TEST(Envelope, TypeDecidesBeforeEvent) {
  const auto frame = client(
      R"({"event":"ping","type":"get_chat_details","chat_id":"$B","payload":{"chat_id":"$A"}})");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(*frame, ClientFrame(GetChatDetails{kA}));
}

TEST(Envelope, EventDecidesIfTypeIsNoString) {
  for (const std::string_view type : {"7", "null", "{}", "[\"ping\"]", "true"}) {
    const auto frame =
        client(R"({"event":"get_chat_details","chat_id":"$A","type":)" + std::string(type) + "}");
    ASSERT_TRUE(frame.has_value()) << type;
    EXPECT_EQ(*frame, ClientFrame(GetChatDetails{kA}));
  }
}

TEST(Envelope, AFrameWithoutANameIsReported) {
  for (const std::string_view text : {"{}", R"({"type":1})", R"({"event":null})",
                                      R"({"payload":{"type":"ping"}})", R"({"Type":"ping"})"}) {
    EXPECT_EQ(client_error(text), (DecodeError{ErrorCode::invalid_frame, "type", {}, {}})) << text;
  }
}

TEST(Envelope, AnUnknownNameKeepsItsOwnCodeAndTheIds) {
  EXPECT_EQ(client_error(R"({"type":"lock_draft","payload":{"chat_id":"$A","change_id":"c"}})"),
            (DecodeError{ErrorCode::unknown_type, "type", kA, ChangeId{"c"}}));
  EXPECT_EQ(client_error(R"({"event":"lock_draft","chat_id":"$A"})"),
            (DecodeError{ErrorCode::unknown_type, "event", kA, {}}));
  EXPECT_EQ(client_error(R"({"type":"lock_draft"})"),
            (DecodeError{ErrorCode::unknown_type, "type", {}, {}}));
  // Names are exact, and each direction knows only its own.
  for (const std::string_view name : {"", "Ping", "ping ", "pong", "chat_details"}) {
    EXPECT_EQ(client_error(R"({"type":")" + std::string(name) + R"("})").code,
              ErrorCode::unknown_type)
        << name;
  }
  EXPECT_EQ(server(R"({"type":"ping"})").error().code, ErrorCode::unknown_type);
}

TEST(Envelope, ATypeWithFieldsNeedsAnObjectAsPayload) {
  for (const std::string_view text :
       {R"({"type":"get_chat_details","chat_id":"$A"})",
        R"({"type":"get_chat_details","payload":null})",
        R"({"type":"get_chat_details","payload":[{"chat_id":"$A"}]})"}) {
    EXPECT_EQ(client_error(text).field, "payload") << text;
  }
}

TEST(Envelope, PingAndPongIgnoreAnyPayload) {
  for (const std::string_view rest :
       {"", R"(,"payload":{})", R"(,"payload":null)", R"(,"payload":"x")", R"(,"timestamp":17)"}) {
    for (const std::string_view spelling : {"type", "event"}) {
      const std::string start = "{\"" + std::string(spelling) + "\":\"";
      EXPECT_EQ(client(start + "ping\"" + std::string(rest) + "}"), ClientFrame(Ping{})) << rest;
      EXPECT_EQ(server(start + "pong\"" + std::string(rest) + "}"), ServerFrame(Pong{})) << rest;
    }
  }
}

TEST(Envelope, NamesAndFieldsMayBeSpelledWithEscapes) {
  const auto frame =
      client(R"({"\u0074ype":"get_chat_d\u0065tails","payload":{"ch\u0061t_id":"$A"}})");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(*frame, ClientFrame(GetChatDetails{kA}));
}

// ---- single frames -----------------------------------------------------------------------------

TEST(R28DeleteDraft, AcceptsEitherSpellingOfTheChat) {
  const ClientFrame expected = DeleteDraft{.chat_id = kA};
  EXPECT_EQ(client(R"({"type":"delete_draft","payload":{"chatId":"$A"}})"), expected);
  EXPECT_EQ(client(R"({"type":"delete_draft","payload":{"chat_id":"$A"}})"), expected);
  EXPECT_EQ(client(R"({"type":"delete_draft","payload":{"chat_id":"$A","chatId":"$A"}})"),
            expected);
  EXPECT_EQ(client(R"({"event":"delete_draft","chatId":"$A"})"), expected);
}

TEST(R28DeleteDraft, RefusesTwoSpellingsThatDiffer) {
  EXPECT_EQ(
      client_error(R"({"type":"delete_draft","payload":{"chat_id":"$A","chatId":"$B"}})").field,
      "payload.chatId");
  EXPECT_EQ(
      client_error(R"({"type":"delete_draft","payload":{"chat_id":"$A","chatId":null}})").field,
      "payload.chatId");
  EXPECT_EQ(client_error(R"({"type":"delete_draft","payload":{"chat_id":7,"chatId":"$A"}})").field,
            "payload.chat_id");
}

TEST(R28DeleteDraft, IsTheOnlyFrameWithTwoSpellings) {
  EXPECT_EQ(client_error(R"({"type":"delete_chat","payload":{"chatId":"$A"}})").field,
            "payload.chat_id");
}

TEST(R26PreserveDraft, CountsOnlyIfItIsExactlyTrue) {
  const auto preserves = [](std::string_view value) {
    const auto frame =
        client(R"({"type":"chat_message_added","payload":{"chat_id":"$A","message_id":"m",)"
               R"("encrypted_content":"YQ==","preserve_draft":)" +
               std::string(value) + "}}");
    EXPECT_TRUE(frame.has_value()) << value;
    return std::get<ChatMessageAdded>(*frame).preserve_draft;
  };
  EXPECT_TRUE(preserves("true"));
  for (const std::string_view value :
       {"false", "\"true\"", "1", "null", "{}", "[true]", "\"\"", "1.0", "-1"}) {
    EXPECT_FALSE(preserves(value)) << value;
  }
}

TEST(GetDraftVersions, TruncatesAPageAfterTwoHundredChats) {
  const auto page = [](std::size_t count, std::string_view last) {
    std::string text = R"({"type":"get_draft_versions","payload":{"chats":[)";
    for (std::size_t i = 0; i < count; ++i) {
      text += R"({"chat_id":"$A","client_draft_v":)" + std::to_string(i) + "},";
    }
    return client(text + std::string(last) + "]}}");
  };
  const auto full = page(199, R"({"chat_id":"$B","client_draft_v":7})");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(std::get<GetDraftVersions>(*full).chats.size(), 200u);
  EXPECT_EQ(std::get<GetDraftVersions>(*full).chats.back(), (ClaimedVersion{kB, 7}));
  const auto excess = page(1000, R"({"chat_id":"$B","client_draft_v":7})");
  ASSERT_TRUE(excess.has_value());
  EXPECT_EQ(std::get<GetDraftVersions>(*excess).chats.size(), 200u);
  EXPECT_EQ(std::get<GetDraftVersions>(*excess).chats.back(), (ClaimedVersion{kA, 199}));
  // What lies beyond the page is not looked at; what lies within is.
  EXPECT_TRUE(page(200, "null").has_value());
  EXPECT_EQ(page(199, "null").error().field, "payload.chats[199]");
}

TEST(ChatDetails, OmittedIsNotNull) {
  const std::string_view start = R"({"type":"chat_details","payload":{"chat_id":"$A","draft_v":0,)"
                                 R"("cleared_draft_v":0,"messages_v":0)";
  const auto with = [&](std::string_view rest) {
    return server(std::string(start) + std::string(rest));
  };
  EXPECT_EQ(with(R"(,"encrypted_draft_md":null,"encrypted_draft_preview":null}})"),
            ServerFrame(ChatDetails{.chat_id = kA}));
  EXPECT_EQ(with(R"(,"encrypted_draft_preview":null}})").error().field,
            "payload.encrypted_draft_md");
  EXPECT_EQ(with(R"(,"encrypted_draft_md":null}})").error().field,
            "payload.encrypted_draft_preview");
}

TEST(UpdateDraft, TellsAnAbsentPreviewFromANullOne) {
  const auto preview = [](std::string_view rest) {
    const auto frame =
        client(R"({"type":"update_draft","payload":{"chat_id":"$A","encrypted_draft_md":"YQ==")" +
               std::string(rest) + "}}");
    EXPECT_TRUE(frame.has_value()) << rest;
    return std::get<UpdateDraft>(*frame).encrypted_draft_preview;
  };
  EXPECT_EQ(preview(""), (MaybeText{.present = false, .value = {}}));
  EXPECT_EQ(preview(R"(,"encrypted_draft_preview":null)"),
            (MaybeText{.present = true, .value = {}}));
  EXPECT_EQ(preview(R"(,"encrypted_draft_preview":"")"), (MaybeText{.present = true, .value = ""}));
}

TEST(SyncOfflineChanges, OnlyADeletionMayOmitItsValue) {
  const auto change = [](std::string_view kind) {
    return client(R"({"type":"sync_offline_changes","payload":{"changes":[{"change_id":"c",)"
                  R"("chat_id":"$A","version_before_edit":1,"type":")" +
                  std::string(kind) + R"("}]}})");
  };
  EXPECT_TRUE(change("delete_draft").has_value());
  EXPECT_EQ(change("draft").error(),
            (DecodeError{ErrorCode::invalid_frame, "payload.changes[0].value", kA, ChangeId{"c"}}));
}

TEST(ErrorFrame, WithoutACodeIsInternal) {
  EXPECT_EQ(server(R"({"type":"error","payload":{"message":"no"}})"),
            ServerFrame(ErrorFrame{.code = ErrorCode::internal, .message = "no"}));
}

TEST(Strings, AreWrittenWithTheFewestEscapes) {
  const auto written = [](std::string message) {
    const std::string text = encode(ServerFrame(ErrorFrame{.message = std::move(message)}));
    const std::string before = R"({"type":"error","payload":{"code":"internal","message":")";
    EXPECT_EQ(text.substr(0, before.size()), before);
    EXPECT_EQ(text.substr(text.size() - 3), "\"}}");
    return text.substr(before.size(), text.size() - before.size() - 3);
  };
  for (char c = 0; c < 0x20; ++c) {
    const std::string_view letters = "btn?fr";  // \b is 8, \v (11) has no short form
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string expected = "\\u00";
    expected += kHex[static_cast<std::size_t>(c) / 16];
    expected += kHex[static_cast<std::size_t>(c) % 16];
    if (c >= 8 && c <= 13 && c != 11) {
      expected = {'\\', letters[static_cast<std::size_t>(c - 8)]};
    }
    EXPECT_EQ(written(std::string(1, c)), expected) << static_cast<int>(c);
  }
  EXPECT_EQ(written("\"\\/"), R"(\"\\/)");
  EXPECT_EQ(written(" !~\x7f\xc2\x80\xe2\x80\xa8\xf0\x9f\x98\x80"),
            " !~\x7f\xc2\x80\xe2\x80\xa8\xf0\x9f\x98\x80");
}

TEST(ChatDraftUpdated, IsReadInBothEnvelopesAndWrittenFlat) {
  const std::string_view flat =
      R"({"event":"chat_draft_updated","chat_id":"$A","data":{"encrypted_draft_md":"YQ==",)"
      R"("encrypted_draft_preview":null},"versions":{"draft_v":3,"messages_v":9},)"
      R"("last_edited_overall_timestamp":5})";
  const std::string_view wrapped =
      R"({"type":"chat_draft_updated","payload":{"chat_id":"$A","data":{)"
      R"("encrypted_draft_md":"YQ==","encrypted_draft_preview":null},"versions":{"draft_v":3},)"
      R"("last_edited_overall_timestamp":5}})";
  ASSERT_TRUE(server(flat).has_value());
  EXPECT_EQ(server(flat), server(wrapped));
  EXPECT_EQ(encode(*server(wrapped)).find(R"({"event":"chat_draft_updated","chat_id":)"), 0u);
}

// ---- refusals that can still be tied to a change -----------------------------------------------

TEST(R31Refusal, NamesTheChangeOfATextThatBreaksLater) {
  for (const std::string_view rest :
       {R"("encrypted_draft_md":"YQ==)", R"("x":1,"x":2}})", R"("encrypted_draft_md":"\ud800"}})",
        R"("encrypted_draft_md":"YQ=="}}})"}) {
    EXPECT_EQ(client_error(R"({"type":"update_draft","payload":{"chat_id":"$A","change_id":"c",)" +
                           std::string(rest)),
              (DecodeError{ErrorCode::invalid_json, "", kA, ChangeId{"c"}}))
        << rest;
  }
}

TEST(R31Refusal, NamesNoChangeThatIsClaimedTwice) {
  EXPECT_EQ(client_error(R"({"type":"delete_draft","payload":{"chat_id":"$A","change_id":"c",)"
                         R"("change_id":"d"}})"),
            (DecodeError{ErrorCode::invalid_json, "", kA, {}}));
  EXPECT_EQ(client_error(R"({"type":"delete_draft","payload":{"chat_id":"$A","chat_id":"$B"}})"),
            (DecodeError{ErrorCode::invalid_json, "", {}, {}}));
}

TEST(R31Refusal, NamesTheChangeOfAnOversizeFrame) {
  WireLimits limits;
  limits.frame_bytes_max = 10'000;
  const auto refusal = [&](const UpdateDraft& frame) {
    return decode_client_frame(encode(ClientFrame(frame)), limits).error();
  };
  UpdateDraft update{.chat_id = kA, .encrypted_draft_md = std::string(20'000, 'x')};
  EXPECT_EQ(refusal(update), (DecodeError{ErrorCode::frame_too_large, "", kA, {}}));
  update.change_id = ChangeId{"c-9"};
  EXPECT_EQ(refusal(update), (DecodeError{ErrorCode::frame_too_large, "", kA, ChangeId{"c-9"}}));
}

TEST(R31Refusal, NamesTheChangeOfAnOversizeStringWhereverTheIdsStand) {
  WireLimits limits;
  limits.string_bytes_max = 1'000;
  const std::string text = expand(R"({"payload":{"encrypted_draft_md":")") +
                           std::string(1'001, 'x') +
                           expand(R"(","chat_id":"$A","change_id":"c"},"type":"update_draft"})");
  EXPECT_EQ(decode_client_frame(text, limits).error(),
            (DecodeError{ErrorCode::frame_too_large, "", kA, ChangeId{"c"}}));
}

TEST(R31Refusal, NamesTheInnermostChange) {
  const DecodeError error = client_error(
      R"({"type":"sync_offline_changes","payload":{"change_id":"outer","changes":[)"
      R"({"change_id":"c-1","chat_id":"$A","version_before_edit":1,"type":"draft","value":null},)"
      R"({"change_id":"c-2","chat_id":"$B","version_before_edit":-1,"type":"draft",)"
      R"("value":null}]}})");
  EXPECT_EQ(error, (DecodeError{ErrorCode::invalid_frame, "payload.changes[1].version_before_edit",
                                kB, ChangeId{"c-2"}}));
}

TEST(R31Refusal, NeverRepeatsABadId) {
  const DecodeError error = client_error(
      R"({"type":"update_draft","payload":{"chat_id":"../../etc","change_id":"<script>"}})");
  EXPECT_EQ(error, (DecodeError{ErrorCode::invalid_frame, "payload.chat_id", {}, {}}));
}

}  // namespace
}  // namespace dp::wire
