// The names of the frames, in the order of the variants, so that a frame's index is its name.
#pragma once

#include <array>
#include <string_view>
#include <variant>

#include "core/wire/frames.h"

namespace dp::wire {

inline constexpr std::array<std::string_view, std::variant_size_v<ClientFrame>> kClientFrameNames =
    {
        "update_draft",       "delete_draft",         "get_draft_versions",
        "get_chat_details",   "sync_offline_changes", "initial_sync_request",
        "chat_message_added", "delete_chat",          "ping",
};

inline constexpr std::array<std::string_view, std::variant_size_v<ServerFrame>> kServerFrameNames =
    {
        "draft_update_receipt",
        "chat_draft_updated",
        "draft_conflict",
        "draft_delete_receipt",
        "draft_deleted",
        "draft_versions_response",
        "chat_details",
        "chat_message_receipt",
        "offline_sync_complete",
        "initial_sync_response",
        "chat_message_received",
        "chat_deleted",
        "chat_delete_receipt",
        "error",
        "pong",
};

// Indexed by the enumerations of frames.h.
inline constexpr std::array<std::string_view, 2> kOfflineKindNames = {"draft", "delete_draft"};
inline constexpr std::array<std::string_view, 5> kChangeOutcomeNames = {
    "stored", "repeated", "superseded", "conflict", "error",
};

}  // namespace dp::wire
