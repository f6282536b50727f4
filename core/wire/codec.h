// The strict JSON codec: text of one frame to a typed frame and back.
//
// Guarantees: decoding is total and bounded (size, depth, items); duplicate keys, wrong types,
// invalid UTF-8, numbers outside [0, 2^53 - 1] and trailing bytes are refused; unknown fields are
// ignored. Both envelopes are read: `{type, payload}` and flat `{event, ...}` (also with the
// fields at top level); encoding writes exactly one spelling, keys in a fixed order, so the bytes
// of a frame are a function of its value. decode(encode(f)) == f for every valid f.
// Does not: look inside ciphertext.
#pragma once

#include <string>
#include <string_view>

#include "core/vocabulary/result.h"
#include "core/wire/frames.h"
#include "core/wire/limits.h"

namespace dp::wire {

// Why a frame was refused. `code` is what a server answers; an unknown type keeps its own code so
// that a client may ignore it. chat_id and change_id are filled when they could still be read, so
// that a refusal can be tied to its change (R31).
struct DecodeError {
  ErrorCode code = ErrorCode::invalid_json;
  std::string field;  // path of the offending field, empty if the text is not JSON at all
  std::optional<ChatId> chat_id;
  std::optional<ChangeId> change_id;
  bool operator==(const DecodeError&) const = default;
};

std::expected<ClientFrame, DecodeError> decode_client_frame(std::string_view text,
                                                            const WireLimits& limits);
std::expected<ServerFrame, DecodeError> decode_server_frame(std::string_view text,
                                                            const WireLimits& limits);
std::string encode(const ClientFrame& frame);
std::string encode(const ServerFrame& frame);

std::string_view type_name(const ClientFrame& frame);
std::string_view type_name(const ServerFrame& frame);

}  // namespace dp::wire
