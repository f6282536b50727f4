// What other devices are told about a slot, built from the stored row.
#pragma once

#include <optional>

#include "core/server/state.h"

namespace dp::server {

// chat_draft_updated or draft_deleted to every ready connection of the account but one.
void announce_state(Turn& turn, const SlotKey& key, std::optional<ConnId> except,
                    const DraftRow& row);

wire::DraftConflict conflict_frame(const ChatId& chat, const StoredRef& current,
                                   std::optional<ChangeId> change);
// A chat without a draft has version 0 and explicit nulls; its tombstone travels beside them.
wire::ChatDetails details_frame(const ChatId& chat, const StoredRef& current, Version messages_v);

}  // namespace dp::server
