// Frames of RFC 6455 as bytes, right or wrong on purpose.
//
//   spell({.opcode = kTextFrame, .masked = false, .payload = "{}"}, mask)   // what no library
//   sends
//
// Guarantees: spelling writes exactly what is asked for; reading is total and bounded by the limit
// it is given. Does not: judge, join fragments or own sockets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dp::net {

inline constexpr std::uint8_t kContinuationFrame = 0;
inline constexpr std::uint8_t kTextFrame = 1;
inline constexpr std::uint8_t kBinaryFrame = 2;
inline constexpr std::uint8_t kCloseFrame = 8;
inline constexpr std::uint8_t kPingFrame = 9;
inline constexpr std::uint8_t kPongFrame = 10;

struct RawFrame {
  bool final = true;
  std::uint8_t reserved = 0;  // three bits
  std::uint8_t opcode = kTextFrame;
  bool masked = true;
  std::string payload = {};
  std::optional<std::uint64_t> declared_bytes = {};  // a length that is not the payload's
  bool widest_length = false;                        // eight octets, however short the payload
};

using FrameMask = std::array<std::uint8_t, 4>;
std::string spell(const RawFrame& frame, const FrameMask& mask);

// Bytes in, frames out.
class RawFrameReader {
 public:
  explicit RawFrameReader(std::size_t payload_bytes_max) : payload_bytes_max_(payload_bytes_max) {}
  void feed(std::string_view bytes) { pending_ += bytes; }
  std::optional<RawFrame> next();  // payload unmasked
  bool too_long() const { return too_long_; }

 private:
  std::size_t payload_bytes_max_;
  std::string pending_;
  bool too_long_ = false;
};

}  // namespace dp::net
