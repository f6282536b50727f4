// Laws that hold for every frame of every type.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "tests/core/wire/frame_generators.h"

namespace dp::wire {
namespace {

using nlohmann::ordered_json;

const WireLimits kLimits;

// The two directions behind one face, so that each law is written once.
struct ClientSide {
  using Frame = ClientFrame;
  static constexpr auto& kNames = kClientFrameNames;
  static rc::Gen<Frame> any(std::size_t index) { return any_client_frame(index); }
  static auto decode(std::string_view text) { return decode_client_frame(text, kLimits); }
};
struct ServerSide {
  using Frame = ServerFrame;
  static constexpr auto& kNames = kServerFrameNames;
  static rc::Gen<Frame> any(std::size_t index) { return any_server_frame(index); }
  static auto decode(std::string_view text) { return decode_server_frame(text, kLimits); }
};

template <class Side>
class CodecLaws : public testing::Test {
 protected:
  // Checks the law for each frame type by name.
  template <class Law>
  void for_each_type(const std::string& law_name, Law law) {
    for (std::size_t index = 0; index < Side::kNames.size(); ++index) {
      const std::string name(Side::kNames[index]);
      const bool holds = rc::check(law_name + " for " + name, [&law, index, &name] {
        const auto frame = *Side::any(index);
        RC_ASSERT(std::string(type_name(frame)) == name);
        law(frame);
      });
      EXPECT_TRUE(holds) << name;
    }
  }
};

using Sides = testing::Types<ClientSide, ServerSide>;
TYPED_TEST_SUITE(CodecLaws, Sides);

// A string in which any character may be escaped, as a foreign encoder might.
std::string with_every_character_escaped(const std::string& json_text) {
  return ordered_json::parse(json_text).dump(2, ' ', true);
}

std::string in_envelope_b(const std::string& text) {
  const ordered_json frame = ordered_json::parse(text);
  if (!frame.contains("type")) return text;
  ordered_json flat;
  if (frame.contains("payload")) flat = frame["payload"];
  flat["event"] = frame["type"];
  return flat.dump();
}

std::string in_envelope_a(const std::string& text) {
  const ordered_json frame = ordered_json::parse(text);
  if (!frame.contains("event")) return text;
  ordered_json payload = frame;
  payload.erase("event");
  return ordered_json{{"payload", payload}, {"type", frame["event"]}}.dump();
}

// Adds a member nobody knows to every object of the frame, except to maps keyed by chat ids.
void add_unknown_members(ordered_json& value, const std::string& name = {}) {
  const bool is_map = name == "chat_versions" || name == "versions" ||
                      name == "tombstone_versions" || name == "hashes";
  if (value.is_structured()) {
    for (auto& [key, inner] : value.items()) {
      add_unknown_members(inner, value.is_object() ? key : std::string());
    }
  }
  if (value.is_object() && !is_map) {
    value["x_unknown"] = {{"deep", {1.5, -3, 1e300, nullptr, "text", {{"type", 7}}}}};
  }
}

TYPED_TEST(CodecLaws, DecodingUndoesEncoding) {
  this->for_each_type("decoding undoes encoding", [](const auto& frame) {
    const auto decoded = TypeParam::decode(encode(frame));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == frame);
  });
}

TYPED_TEST(CodecLaws, EncodingIsJsonWithoutSpace) {
  this->for_each_type("encoding is compact JSON", [](const auto& frame) {
    const std::string text = encode(frame);
    // The house library spells 0x7f and the rest as we do, so a dump must repeat our bytes.
    RC_ASSERT(ordered_json::parse(text).dump() == text);
  });
}

TYPED_TEST(CodecLaws, BothEnvelopesMeanTheSame) {
  this->for_each_type("both envelopes mean the same", [](const auto& frame) {
    const std::string text = encode(frame);
    const auto flat = TypeParam::decode(in_envelope_b(text));
    const auto wrapped = TypeParam::decode(in_envelope_a(text));
    RC_ASSERT(flat.has_value() && *flat == frame);
    RC_ASSERT(wrapped.has_value() && *wrapped == frame);
  });
}

TYPED_TEST(CodecLaws, SpellingOfJsonDoesNotMatter) {
  this->for_each_type("order, space and escapes do not matter", [](const auto& frame) {
    const std::string text = encode(frame);
    const auto escaped = TypeParam::decode(with_every_character_escaped(text));
    RC_ASSERT(escaped.has_value() && *escaped == frame);
    ordered_json reversed = ordered_json::parse(text);
    if (reversed.contains("payload")) {
      ordered_json payload;
      for (auto it = reversed["payload"].rbegin(); it != reversed["payload"].rend(); ++it) {
        payload[it.key()] = it.value();
      }
      reversed = ordered_json{{"payload", payload}, {"type", reversed["type"]}};
    }
    const auto reordered = TypeParam::decode(reversed.dump());
    RC_ASSERT(reordered.has_value() && *reordered == frame);
  });
}

TYPED_TEST(CodecLaws, UnknownMembersAreIgnored) {
  this->for_each_type("unknown members are ignored", [](const auto& frame) {
    ordered_json value = ordered_json::parse(encode(frame));
    add_unknown_members(value);
    const auto decoded = TypeParam::decode(value.dump());
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == frame);
  });
}

TYPED_TEST(CodecLaws, APrefixIsNeverAFrame) {
  this->for_each_type("no proper prefix decodes", [](const auto& frame) {
    const std::string text = encode(frame);
    const auto length = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto decoded = TypeParam::decode(std::string_view(text).substr(0, length));
    RC_ASSERT(!decoded.has_value());
    RC_ASSERT(decoded.error().code == ErrorCode::invalid_json);
  });
}

TYPED_TEST(CodecLaws, WhateverDecodesSurvivesARoundTrip) {
  this->for_each_type("a damaged frame is refused or is another frame", [](const auto& frame) {
    std::string text = encode(frame);
    const auto hits = *rc::gen::inRange(1, 4);
    for (int i = 0; i < hits; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] = *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::element('"', '\\', ',', ':'),
                                 rc::gen::inRange('0', '9'), rc::gen::inRange('a', 'z'));
    }
    const auto decoded = TypeParam::decode(text);
    if (!decoded) {
      RC_TAG("refused");
      return;
    }
    RC_TAG("decoded");
    const auto again = TypeParam::decode(encode(*decoded));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *decoded);
    RC_ASSERT(encode(*again) == encode(*decoded));
  });
}

}  // namespace
}  // namespace dp::wire
