// Random valid frames of every type, for the laws of the codec.
//
// Valid means what a core can hold: chat ids are UUIDs, names are opaque names, numbers fit,
// strings are UTF-8 (also with quotes, controls and characters of every length), and no chat occurs
// twice where the wire has a map.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <variant>

#include "core/wire/frames.h"

namespace dp::wire {

rc::Gen<ChatId> any_chat_id();
rc::Gen<std::string> any_text();

// A frame whose alternative is `index`.
rc::Gen<ClientFrame> any_client_frame(std::size_t index);
rc::Gen<ServerFrame> any_server_frame(std::size_t index);

}  // namespace dp::wire
