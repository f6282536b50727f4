// Every member of every frame, against the table: each is removed, replaced by every kind of value
// and pushed out of range, and the codec must accept or refuse exactly as the table says, naming
// the member and the change it belongs to.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "tests/core/wire/wire_table.h"

namespace dp::wire {
namespace {

using nlohmann::ordered_json;

const WireLimits kLimits;

// One face for both directions: the re-encoded text, or the error.
std::expected<std::string, DecodeError> decode(const FrameRow& row, std::string_view text) {
  if (row.from_client) {
    auto frame = decode_client_frame(text, kLimits);
    if (!frame) return std::unexpected(frame.error());
    EXPECT_EQ(type_name(*frame), row.name);
    return encode(*frame);
  }
  auto frame = decode_server_frame(text, kLimits);
  if (!frame) return std::unexpected(frame.error());
  EXPECT_EQ(type_name(*frame), row.name);
  return encode(*frame);
}

// `text` with the member at `pointer` spelled as `raw`, which need not be JSON.
std::string with_member(std::string_view text, std::string_view pointer, std::string_view raw) {
  const std::string mark = "@the member goes here@";
  ordered_json frame = ordered_json::parse(text);
  frame[ordered_json::json_pointer(std::string(pointer))] = mark;
  std::string changed = frame.dump();
  const std::string quoted = '"' + mark + '"';
  return changed.replace(changed.find(quoted), quoted.size(), raw);
}

std::string without_member(std::string_view text, std::string_view pointer) {
  ordered_json frame = ordered_json::parse(text);
  const ordered_json::json_pointer at{std::string(pointer)};
  ordered_json& container = frame[at.parent_pointer()];
  if (container.is_array()) {
    container.erase(static_cast<std::size_t>(std::stoul(at.back())));
  } else {
    container.erase(at.back());
  }
  return frame.dump();
}

// A value to try, and what it is good for.
struct Candidate {
  std::string_view raw;
  std::set<std::string_view> is;
};

const std::vector<Candidate>& candidates() {
  static const std::string longest_name(64, 'n');
  static const std::string quoted_longest = '"' + longest_name + '"';
  static const std::string quoted_too_long = "\"n" + longest_name + '"';
  static const std::vector<Candidate> all = {
      {"null", {"null"}},
      {"true", {"boolean"}},
      {"false", {"boolean"}},
      {"0", {"number"}},
      {"1", {"number"}},
      {"9007199254740991", {"number"}},
      {"9007199254740992", {}},
      {"18446744073709551616", {}},
      {"18446744073709551617", {}},
      {"99999999999999999999999999999999999999999", {}},
      {"-1", {}},
      {"-0", {}},
      {"1.0", {}},
      {"1.5", {}},
      {"1e2", {}},
      {"1E400", {}},
      {"\"\"", {"text"}},
      {"\"1\"", {"text", "name"}},
      {"\"true\"", {"text", "name"}},
      {"\"draft\"", {"text", "name", "kind"}},
      {"\"delete_draft\"", {"text", "name", "kind"}},
      {"\"Draft\"", {"text", "name"}},
      {"\"superseded\"", {"text", "name", "outcome"}},
      {"\"repeated\"", {"text", "name", "outcome"}},
      {"\"slot_sealed\"", {"text", "name", "code"}},
      {"\"no_such_code\"", {"text", "name"}},
      {"\"has space\"", {"text"}},
      {"\"dot.ted\"", {"text"}},
      {"\"\\u0000\"", {"text"}},
      {"\"\\ud83d\\ude00\"", {"text"}},
      {quoted_longest, {"text", "name"}},
      {quoted_too_long, {"text"}},
      {"\"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4e\"", {"text", "name", "chat_id"}},
      {"\"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4\\u0065\"", {"text", "name", "chat_id"}},
      {"\"0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4E\"", {"text", "name"}},
      {"\"0a1b2c3d-4e5f-1a6b-8c7d-9e0f1a2b3c4e\"", {"text", "name"}},
      {"\"0a1b2c3d-4e5f-4a6b-cc7d-9e0f1a2b3c4e\"", {"text", "name"}},
      {"\"0a1b2c3d4e5f4a6b8c7d9e0f1a2b3c4e\"", {"text", "name"}},
      {"\"{0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4e}\"", {"text"}},
      {"\"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\"",
       {"text", "name", "hash"}},
      {"\"FFeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\"", {"text", "name"}},
      {"\"ffeeddccbbaa99887766554433221100ffeeddccbbaa998877665544332211\"", {"text", "name"}},
      {"\"ffeeddccbbaa99887766554433221100ffeeddccbbaa9988776655443322110000\"", {"text"}},
      {"[]", {"array"}},
      {"[null]", {"array of something"}},
      {"{}", {"object"}},
  };
  return all;
}

// What the table's word means: the kinds that fit, and whether the member may be absent. For
// containers an empty one fits if nothing in it is required.
struct Meaning {
  std::set<std::string_view> fits;
  bool may_be_absent = false;
};

Meaning meaning(Accepts accepts) {
  switch (accepts) {
    case Accepts::chat_id:
      return {{"chat_id"}};
    case Accepts::optional_chat_id:
      return {{"chat_id"}, true};
    case Accepts::opaque_name:
      return {{"name"}};
    case Accepts::optional_opaque_name:
      return {{"name"}, true};
    case Accepts::number:
      return {{"number"}};
    case Accepts::optional_number:
      return {{"number"}, true};
    case Accepts::boolean:
      return {{"boolean"}};
    case Accepts::optional_boolean:
      return {{"boolean"}, true};
    case Accepts::anything:
      return {{"anything"}, true};
    case Accepts::text:
      return {{"text"}};
    case Accepts::nullable_text:
      return {{"text", "null"}};
    case Accepts::optional_nullable_text:
      return {{"text", "null"}, true};
    case Accepts::kind_name:
      return {{"kind"}};
    case Accepts::outcome_name:
      return {{"outcome"}};
    case Accepts::optional_error_code:
      return {{"code"}, true};
    case Accepts::object:
      return {{"object"}};
    case Accepts::array:
      return {{"array"}};
    case Accepts::optional_object:
      return {{"object"}, true};
    case Accepts::optional_array:
      return {{"array"}, true};
    case Accepts::number_in_map:
      return {{"number"}, true};
    case Accepts::hash_in_map:
      return {{"hash"}, true};
    case Accepts::chat_id_in_array:
      return {{"chat_id"}, true};
  }
  return {};
}

bool is_container(Accepts accepts) {
  return accepts == Accepts::object || accepts == Accepts::array ||
         accepts == Accepts::optional_object || accepts == Accepts::optional_array;
}

bool fits(const Candidate& candidate, const Meaning& meaning) {
  if (meaning.fits.contains("anything")) return true;
  for (const std::string_view kind : meaning.fits) {
    if (candidate.is.contains(kind)) return true;
  }
  return false;
}

void expect_refused(const FrameRow& row, std::string_view text, std::string_view path) {
  const auto decoded = decode(row, text);
  ASSERT_FALSE(decoded.has_value()) << text;
  EXPECT_EQ(decoded.error().code, ErrorCode::invalid_frame) << text;
  EXPECT_EQ(decoded.error().field, path) << text;
}

class FieldRules : public testing::TestWithParam<FrameRow> {};

TEST_P(FieldRules, TheTableIsExactlyWhatTheEncoderWrites) {
  const auto decoded = decode(GetParam(), GetParam().text);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().field;
  EXPECT_EQ(*decoded, GetParam().text);
}

void collect_pointers(const ordered_json& value, const std::string& at,
                      std::set<std::string>& out) {
  if (!value.is_structured()) return;
  for (const auto& [key, inner] : value.items()) {
    const std::string pointer = at + '/' + key;
    if (pointer != "/type" && pointer != "/event") out.insert(pointer);
    collect_pointers(inner, pointer, out);
  }
}

TEST_P(FieldRules, TheTableJudgesEveryMemberOfItsText) {
  std::set<std::string> in_text;
  collect_pointers(ordered_json::parse(GetParam().text), {}, in_text);
  std::set<std::string> in_rules;
  for (const MemberRule& rule : GetParam().members) in_rules.emplace(rule.pointer);
  EXPECT_EQ(in_rules, in_text);
}

TEST_P(FieldRules, AMissingMemberIsRefusedByNameUnlessItIsOptional) {
  for (const MemberRule& rule : GetParam().members) {
    const std::string text = without_member(GetParam().text, rule.pointer);
    const bool is_item = rule.pointer.find_last_of('/') + 2 == rule.pointer.size() &&
                         rule.pointer.back() >= '0' && rule.pointer.back() <= '9';
    if (meaning(rule.accepts).may_be_absent || is_item) {
      EXPECT_TRUE(decode(GetParam(), text).has_value()) << text;
    } else {
      expect_refused(GetParam(), text, rule.path);
    }
  }
}

TEST_P(FieldRules, EachValueIsAcceptedOrRefusedAsTheTableSays) {
  for (const MemberRule& rule : GetParam().members) {
    for (const Candidate& candidate : candidates()) {
      const std::string text = with_member(GetParam().text, rule.pointer, candidate.raw);
      if (!fits(candidate, meaning(rule.accepts))) {
        if (is_container(rule.accepts) && candidate.is.contains("array of something")) continue;
        expect_refused(GetParam(), text, rule.path);
      } else if (!is_container(rule.accepts)) {
        EXPECT_TRUE(decode(GetParam(), text).has_value()) << text;
      }
    }
  }
}

TEST_P(FieldRules, AListRefusesAnItemOfTheWrongKindByPosition) {
  for (const MemberRule& rule : GetParam().members) {
    if (rule.accepts != Accepts::array && rule.accepts != Accepts::optional_array) continue;
    for (const std::string_view item : {"null", "7", "\"x\"", "[]"}) {
      const std::string list = '[' + std::string(item) + ']';
      expect_refused(GetParam(), with_member(GetParam().text, rule.pointer, list),
                     std::string(rule.path) + "[0]");
    }
  }
}

TEST_P(FieldRules, AMapRefusesAKeyThatIsNoChatIdByPosition) {
  for (const MemberRule& rule : GetParam().members) {
    if (rule.accepts != Accepts::number_in_map && rule.accepts != Accepts::hash_in_map) continue;
    const std::string_view map = rule.pointer.substr(0, rule.pointer.find_last_of('/'));
    const std::string map_path(rule.path.substr(0, rule.path.find('[')));
    for (const std::string_view key : {"", "a", "0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4E"}) {
      const std::string members = "{\"" + std::string(key) + "\":1}";
      expect_refused(GetParam(), with_member(GetParam().text, map, members), map_path + "[0]");
    }
  }
}

// R31: whatever is wrong with a change, the refusal says which change it was.
TEST_P(FieldRules, ARefusalNamesTheChangeWhoseMemberIsWrong) {
  for (const MemberRule& rule : GetParam().members) {
    if (is_container(rule.accepts) || rule.accepts == Accepts::anything) continue;
    const ordered_json whole = ordered_json::parse(GetParam().text);
    const ordered_json::json_pointer at{std::string(rule.pointer)};
    ordered_json owner = whole[at.parent_pointer()];
    if (!owner.is_object() || !(owner.contains("chat_id") || owner.contains("change_id"))) {
      owner = whole.contains("payload") ? whole["payload"] : whole;
    }
    owner.erase(at.back());
    const auto decoded = decode(GetParam(), with_member(GetParam().text, rule.pointer, "-1"));
    ASSERT_FALSE(decoded.has_value());
    const DecodeError& error = decoded.error();
    EXPECT_EQ(error.chat_id ? error.chat_id->text() : "", owner.value("chat_id", ""))
        << rule.pointer;
    EXPECT_EQ(error.change_id ? error.change_id->value : "",
              owner.value("change_id", owner.value("message_id", "")))
        << rule.pointer;
  }
}

INSTANTIATE_TEST_SUITE_P(AllFrames, FieldRules, testing::ValuesIn(wire_table()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(FieldRulesTable, NamesEveryFrameOnce) {
  std::vector<std::string_view> client;
  std::vector<std::string_view> server;
  for (const FrameRow& row : wire_table()) (row.from_client ? client : server).push_back(row.name);
  EXPECT_EQ(client, std::vector(kClientFrameNames.begin(), kClientFrameNames.end()));
  EXPECT_EQ(server, std::vector(kServerFrameNames.begin(), kServerFrameNames.end()));
}

}  // namespace
}  // namespace dp::wire
