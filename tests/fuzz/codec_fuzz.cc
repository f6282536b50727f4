// libFuzzer: any bytes through both decoders.
//
// Checked on every input: decoding returns; what decodes encodes to a text that decodes to an equal
// frame, and encodes again to the same bytes; a refusal carries a path without foreign bytes; both
// decoders agree on whether the text is JSON at all.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/wire/codec.h"

namespace {

using dp::wire::ErrorCode;

// Small limits, so that a fuzzer can reach beyond them with short inputs.
constexpr dp::wire::WireLimits kLimits = {
    .frame_bytes_max = 8192, .nesting_max = 8, .string_bytes_max = 512, .array_items_max = 64};

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "law broken: %s\n", law);
  std::abort();
}

bool is_path(std::string_view field) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzI_.[]0123456789";
  return field.find_first_not_of(kAllowed) == std::string_view::npos;
}

// The code if the text was refused, or nullopt.
template <class Decode>
std::optional<ErrorCode> check(std::string_view text, Decode decode) {
  const auto frame = decode(text, kLimits);
  if (!frame) {
    require(is_path(frame.error().field), "a path holds only names of the protocol");
    require(frame.error().code <= ErrorCode::frame_too_large, "a decoder has four codes");
    return frame.error().code;
  }
  const std::string written = dp::wire::encode(*frame);
  dp::wire::WireLimits roomy = kLimits;
  roomy.frame_bytes_max = 1u << 20;  // escapes may lengthen a text that was just small enough
  const auto again = decode(written, roomy);
  require(again.has_value(), "what was encoded decodes");
  require(*again == *frame, "decoding undoes encoding");
  require(dp::wire::encode(*again) == written, "a frame has one spelling");
  return std::nullopt;
}

bool is_json(std::optional<ErrorCode> code) {
  return code != ErrorCode::invalid_json;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto client = check(text, dp::wire::decode_client_frame);
  const auto server = check(text, dp::wire::decode_server_frame);
  require(is_json(client) == is_json(server), "both directions read the same JSON");
  return 0;
}
