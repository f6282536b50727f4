// The words by which the specification (section 6) calls what a client says.
//
// Guarantees: one word for each value, in the order of the enumeration; hosts, adapters, scenarios
// and stories use no others.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/client/effect.h"
#include "core/client/view.h"

namespace dp::client {

inline constexpr std::array<std::string_view, kNoticeKindCount> kNoticeWords = {
    "not_synced_too_long",
    "not_synced_refused",
    "not_saved",
    "key_missing",
    "conflict_kept_copy",
    "copy_archived",
    "chat_deleted_kept_text",
    "server_lost_recent",
    "security_rollback",
    "security_fork",
    "security_authentication",
    "security_downgrade",
    "store_row_damaged",
    "store_rolled_back",
    "store_key_lost",
    "session_invalid",
    "outbox_full",
    "send_queued",
    "protocol_error",
};
static_assert(kNoticeKindCount == static_cast<std::size_t>(NoticeKind::protocol_error) + 1);
static_assert(!kNoticeWords.back().empty());

inline constexpr std::array<std::string_view, 5> kConnectionWords = {
    "offline", "connecting", "reconciling", "online", "signed_out"};

constexpr std::string_view word_of(NoticeKind kind) {
  return kNoticeWords[static_cast<std::size_t>(kind)];
}
constexpr std::string_view word_of(Connection connection) {
  return kConnectionWords[static_cast<std::size_t>(connection)];
}

}  // namespace dp::client
