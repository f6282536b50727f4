#include "conformance/net/raw_frame.h"

namespace dp::net {
namespace {

constexpr std::uint8_t kFinalBit = 0x80;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kLengthBits = 0x7f;
constexpr std::uint8_t kTwoOctets = 126;
constexpr std::uint8_t kEightOctets = 127;
constexpr int kByteBits = 8;

void append_length(std::string& out, std::uint64_t length, bool widest, std::uint8_t mask_bit) {
  std::uint8_t first = static_cast<std::uint8_t>(length);
  int octets = 0;
  if (widest || length > 0xffff) {
    first = kEightOctets;
    octets = 8;
  } else if (length >= kTwoOctets) {
    first = kTwoOctets;
    octets = 2;
  }
  out += static_cast<char>(mask_bit | first);
  for (int i = octets - 1; i >= 0; --i) out += static_cast<char>(length >> (i * kByteBits));
}

}  // namespace

std::string spell(const RawFrame& frame, const FrameMask& mask) {
  std::string out;
  const auto head = (frame.final ? kFinalBit : 0) | ((frame.reserved & 7) << 4) | frame.opcode;
  out += static_cast<char>(head);
  append_length(out, frame.declared_bytes.value_or(frame.payload.size()), frame.widest_length,
                frame.masked ? kMaskBit : 0);
  if (!frame.masked) return out + frame.payload;
  for (const std::uint8_t byte : mask) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    out += static_cast<char>(static_cast<std::uint8_t>(frame.payload[i]) ^ mask[i % mask.size()]);
  }
  return out;
}

std::optional<RawFrame> RawFrameReader::next() {
  const auto octet = [this](std::size_t at) { return static_cast<std::uint8_t>(pending_[at]); };
  std::size_t at = 2;
  if (pending_.size() < at || too_long_) return std::nullopt;
  RawFrame frame;
  frame.final = (octet(0) & kFinalBit) != 0;
  frame.reserved = (octet(0) >> 4) & 7;
  frame.opcode = octet(0) & 0x0f;
  frame.masked = (octet(1) & kMaskBit) != 0;
  std::uint64_t length = octet(1) & kLengthBits;
  const std::size_t octets = length == kEightOctets ? 8 : length == kTwoOctets ? 2 : 0;
  if (pending_.size() < at + octets) return std::nullopt;
  if (octets > 0) {
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << kByteBits | octet(at++);
  }
  too_long_ = length > payload_bytes_max_;
  const std::size_t mask_at = at;
  if (frame.masked) at += std::tuple_size_v<FrameMask>;
  if (too_long_ || pending_.size() < at || pending_.size() - at < length) return std::nullopt;
  frame.payload = pending_.substr(at, length);
  for (std::size_t i = 0; frame.masked && i < length; ++i) {
    frame.payload[i] = static_cast<char>(static_cast<std::uint8_t>(frame.payload[i]) ^
                                         octet(mask_at + i % std::tuple_size_v<FrameMask>));
  }
  pending_.erase(0, at + length);
  return frame;
}

}  // namespace dp::net
