// SEC-38 at the wire: whatever a peer sends, decoding ends, refuses, and holds bounded memory.
#include <gtest/gtest.h>

#include <functional>

#include "core/wire/codec.h"
#include "tests/core/wire/allocation_meter.h"
#include "tests/core/wire/wire_table.h"

namespace dp::wire {
namespace {

const WireLimits kLimits;

// The most a decoder may hold for any text within the default limits: the nodes while their vector
// grows, an arena as long as the text, and one copy of the strings in the frame.
constexpr std::size_t kHeapMax = 28u << 20;

std::string repeat(std::string_view part, std::size_t bytes) {
  if (part.size() == 1) return std::string(bytes, part.front());
  std::string text;
  text.reserve(bytes + part.size());
  while (text.size() < bytes) text += part;
  return text;
}

// Fills a pattern with `$` up to the largest frame that is still looked at.
std::string filled(std::string_view before, std::string_view part, std::string_view after) {
  const std::size_t room = kLimits.frame_bytes_max - before.size() - after.size() - part.size();
  return std::string(before) + repeat(part, room) + std::string(after);
}

struct Outcome {
  std::optional<ErrorCode> code;  // nullopt if it decoded
  std::size_t peak_bytes = 0;
};

Outcome decode_metered(std::string_view text) {
  Outcome outcome;
  const AllocationMeter meter;
  {
    const auto client = decode_client_frame(text, kLimits);
    if (!client) outcome.code = client.error().code;
  }
  {
    const auto server = decode_server_frame(text, kLimits);
    // Both directions read by the same rules; only what they look for differs.
    EXPECT_EQ(outcome.code == ErrorCode::invalid_json,
              !server && server.error().code == ErrorCode::invalid_json);
  }
  outcome.peak_bytes = meter.peak_bytes();
  return outcome;
}

TEST(HostileFrames, FillTheLargestFrameWithoutFillingMemory) {
  const std::string chat(kChatA);
  const std::string nul(1, '\0');
  const struct {
    std::string_view what;
    std::string text;
    ErrorCode expected;
  } cases[] = {
      {"open brackets", filled("", "[", ""), ErrorCode::invalid_json},
      {"open braces", filled("", "{", ""), ErrorCode::invalid_json},
      {"open lists in an object", filled("{\"a\":", "[", ""), ErrorCode::invalid_json},
      {"open objects", filled("", "{\"a\":", ""), ErrorCode::invalid_json},
      {"empty lists", filled("{\"a\":[[]", ",[]", "]}"), ErrorCode::frame_too_large},
      {"numbers", filled("{\"a\":[1", ",1", "]}"), ErrorCode::frame_too_large},
      {"lists of the largest length",
       filled("{\"a\":[[]", ",[" + repeat("1,", 19'000) + "1]", "]}"), ErrorCode::frame_too_large},
      {"equal keys", filled("{\"a\":1", ",\"a\":1", "}"), ErrorCode::frame_too_large},
      {"one digit after another", filled("{\"a\":", "9", "}"), ErrorCode::invalid_frame},
      {"an endless exponent", filled("{\"a\":1e", "9", "}"), ErrorCode::invalid_frame},
      {"an endless string", filled("{\"a\":\"", "x", "\"}"), ErrorCode::frame_too_large},
      {"an endless key", filled("{\"", "x", "\":1}"), ErrorCode::frame_too_large},
      {"escapes", filled("{\"a\":\"", "\\u0000", "\"}"), ErrorCode::invalid_frame},
      {"escaped short strings", filled("{\"a\":[\"\"", ",\"\\n\"", "]}"),
       ErrorCode::frame_too_large},
      {"lone surrogates", filled("{\"a\":\"", "\\ud800", "\"}"), ErrorCode::invalid_json},
      {"white space", filled("{", " ", "}"), ErrorCode::invalid_frame},
      {"zero bytes", filled("", nul, ""), ErrorCode::invalid_json},
      {"zero bytes in a string", filled("{\"a\":\"", nul, "\"}"), ErrorCode::invalid_json},
      {"continuation bytes", filled("{\"a\":\"", "\x80", "\"}"), ErrorCode::invalid_json},
      {"an unclosed string", filled("{\"a\":\"", "x", ""), ErrorCode::invalid_json},
      {"trailing objects", filled("{}", "{}", ""), ErrorCode::invalid_json},
  };
  for (const auto& one : cases) {
    ASSERT_LE(one.text.size(), kLimits.frame_bytes_max) << one.what;
    const Outcome outcome = decode_metered(one.text);
    EXPECT_EQ(outcome.code, one.expected) << one.what;
    EXPECT_LE(outcome.peak_bytes, kHeapMax) << one.what;
  }
}

TEST(HostileFrames, LargestValidListsAreReadWithinTheBound) {
  const auto listed = [](std::string_view type, std::string_view list, std::string_view item) {
    std::string text =
        R"({"type":")" + std::string(type) + R"(","payload":{")" + std::string(list) + "\":[";
    for (std::size_t i = 0; i < kLimits.array_items_max; ++i) {
      if (i > 0) text += ',';
      text += item;
    }
    return text + "]}}";
  };
  const std::string change = R"({"change_id":"c","chat_id":")" + std::string(kChatA) +
                             R"(","type":"delete_draft","version_before_edit":1})";
  const std::string text = listed("sync_offline_changes", "changes", change);
  ASSERT_LE(text.size(), kLimits.frame_bytes_max);
  const AllocationMeter meter;
  const auto decoded = decode_client_frame(text, kLimits);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().field;
  EXPECT_EQ(std::get<SyncOfflineChanges>(*decoded).changes.size(), kLimits.array_items_max);
  EXPECT_LE(meter.peak_bytes(), kHeapMax);
  const std::string one_more = text.substr(0, text.size() - 3) + ',' + change + "]}}";
  EXPECT_EQ(decode_client_frame(one_more, kLimits).error().code, ErrorCode::frame_too_large);
}

TEST(HostileFrames, ATextBeyondTheLimitIsRefusedUnread) {
  const std::string text = repeat("[", kLimits.frame_bytes_max + 1);
  const AllocationMeter meter;
  EXPECT_EQ(decode_client_frame(text, kLimits).error().code, ErrorCode::frame_too_large);
  EXPECT_EQ(decode_server_frame(text, kLimits).error().code, ErrorCode::frame_too_large);
  EXPECT_LE(meter.peak_bytes(), 64u << 10);
}

TEST(HostileFrames, ALargeFrameWithinTheLimitsIsRead) {
  ChatMessageAdded message;
  message.chat_id = *ChatId::parse(kChatA);
  message.message_id = MessageId{"m"};
  message.encrypted_content = std::string(kLimits.string_bytes_max, 'A');
  const std::string text = encode(ClientFrame(message));
  const AllocationMeter meter;
  const auto decoded = decode_client_frame(text, kLimits);
  const std::size_t peak_bytes = meter.peak_bytes();
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, ClientFrame(message));
  // One copy of the content and no other: the index looks into the text.
  EXPECT_LE(peak_bytes, kLimits.string_bytes_max + (64u << 10));
  message.encrypted_content += 'A';
  EXPECT_EQ(decode_client_frame(encode(ClientFrame(message)), kLimits).error().code,
            ErrorCode::frame_too_large);
}

TEST(HostileFrames, AnOrdinaryUpdateCostsFewAllocations) {
  UpdateDraft update;
  update.chat_id = *ChatId::parse(kChatA);
  update.change_id = ChangeId{"c-12345678901234567890"};
  update.base_version = 4;
  update.proposed_v = 5;
  update.encrypted_draft_md = std::string(900, 'A');
  update.encrypted_draft_preview = {.present = true, .value = std::string(900, 'B')};
  const ClientFrame frame = update;
  const AllocationMeter writing;
  const std::string text = encode(frame);
  EXPECT_EQ(writing.allocations(), 1u);
  const AllocationMeter reading;
  const auto decoded = decode_client_frame(text, kLimits);
  const std::size_t allocations = reading.allocations();
  EXPECT_TRUE(decoded.has_value());
  EXPECT_LE(allocations, 4u);  // the index, and the three long strings of the frame
}

TEST(HostileFrames, ARefusalNeverRepeatsWhatThePeerWrote) {
  const std::string secret = "SECRETSECRETSECRETSECRET";
  for (const FrameRow& row : wire_table()) {
    for (std::size_t at = 0; at < row.text.size(); ++at) {
      if (row.text[at] != ':') continue;
      const std::string text = std::string(row.text.substr(0, at + 1)) + '"' + secret + "!\",\"" +
                               secret + "\":" + std::string(row.text.substr(at + 1));
      const auto client = decode_client_frame(text, kLimits);
      const auto server = decode_server_frame(text, kLimits);
      for (const std::string& field :
           {client ? "" : client.error().field, server ? "" : server.error().field}) {
        EXPECT_EQ(field.find("SECRET"), std::string::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace dp::wire
