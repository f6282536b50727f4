// What several themes do: a draft that is saved, frames caught or altered on their way.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "conformance/suites/client/stage.h"

namespace dp::conformance {

// Typed, paused on, stored at the server.
void save(Stage& stage, Device& device, std::string_view text);
// The broadcast of a change by another device, which the device under test has not got.
std::string caught_broadcast(Stage& stage, std::string_view chat, std::string_view text);
// The broadcast of version 2 of a chat's draft, with these sealed bytes and preview; "" is null.
std::string told(std::string_view chat, std::string_view sealed, std::string_view preview);
// Frames of this type are shown to `change` on their way down; the others pass.
void alter(Stage& stage, std::string type, std::function<std::string(std::string)> change);
void swallow_down(Stage& stage, std::string type);
void swallow_up(Stage& stage, std::string type);
std::string frame_type(std::string_view frame);  // "" if it cannot be read
// The server's `error` for a change.
std::string refusal(const SentChange& change, std::string_view code);
bool lists(Device& device, std::string_view chat);  // the chat is in the list shown
std::string replaced(std::string text, std::string_view from, std::string_view to);
// The value of the first member of this name that is a string; "" if there is none.
std::string member_text(std::string_view frame, std::string_view name);
// The device connects anew, the network being honest again; then everything settles.
void reconnect(Stage& stage, Device& device);
// Nothing of it was believed: the editor shows `text`, nothing was deleted or sent for it.
void check_untouched(Stage& stage, Device& device, std::string_view text);
// Edits online and offline, a conflict, a send, a clear, a crash: one of everything.
void workout(Stage& stage);

}  // namespace dp::conformance
