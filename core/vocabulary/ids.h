// Strong identifiers: every name that travels through the system has its own type.
//
// Guarantees: values copy, compare and order by their bytes; a ChatId is always a syntactically
// valid lowercase UUIDv4, so two ids are equal exactly when their texts are.
// Does not: check that an id exists, or that it is unique.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dp {

// A lowercase UUIDv4 kept as its 16 bytes. `parse` refuses every other spelling (uppercase,
// braces, another version or variant), because the text is authenticated and hashed.
class ChatId {
 public:
  static constexpr std::size_t kTextLength = 36;

  ChatId() = default;  // all zeros: not a valid id, only a place to assign to
  static std::optional<ChatId> parse(std::string_view text);
  // Forces the version and variant bits, so any 16 random bytes make a valid id.
  static ChatId from_random(std::array<std::uint8_t, 16> bytes);

  std::string text() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const ChatId&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// A short opaque name chosen by a client: 1 to 64 characters of [A-Za-z0-9_-].
template <class Tag>
struct OpaqueName {
  std::string value;
  auto operator<=>(const OpaqueName&) const = default;
};
using ChangeId = OpaqueName<struct ChangeIdTag>;
using MessageId = OpaqueName<struct MessageIdTag>;

inline constexpr std::size_t kOpaqueNameCharsMax = 64;
bool is_opaque_name(std::string_view text);

// Sixteen-byte names that are never shown as text on the wire.
template <class Tag>
struct Bytes16 {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Bytes16&) const = default;
};
using AccountId = Bytes16<struct AccountIdTag>;
using SlotId = Bytes16<struct SlotIdTag>;  // HMAC of a chat id, see docs/protocol.md
using KeyId = Bytes16<struct KeyIdTag>;

// Numbers that must not be mixed up.
template <class Tag>
struct Number64 {
  std::uint64_t value = 0;
  auto operator<=>(const Number64&) const = default;
};
using WriterId = Number64<struct WriterIdTag>;    // drawn fresh at each store open
using ConnId = Number64<struct ConnIdTag>;        // server side: one accepted connection
using ConnEpoch = Number64<struct ConnEpochTag>;  // client side: one attempt to connect
using WriteId = Number64<struct WriteIdTag>;      // one storage write and its completion
using SealId = Number64<struct SealIdTag>;        // one turn at the cipher and its completion
using QueryId = Number64<struct QueryIdTag>;      // one database request and its completion

using Hash32 = std::array<std::uint8_t, 32>;  // SHA-256 (or its stand-in in ideal mode)

// A draft version. 0 on the wire means "no draft". Bounded by what JSON numbers carry exactly.
using Version = std::uint64_t;
inline constexpr Version kVersionMax = (Version{1} << 53) - 1;
inline constexpr Version kVersionJumpMax = Version{1} << 32;

}  // namespace dp
