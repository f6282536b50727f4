#include "conformance/kits/cpp/names.h"

#include <array>

namespace dp::kit {
namespace {

constexpr std::array<std::string_view, client::kNoticeKindCount> kNotices = {
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
    "protocol_error"};

constexpr std::array<std::string_view, 5> kConnections = {"offline", "connecting", "reconciling",
                                                          "online", "signed_out"};

}  // namespace

std::string_view notice_name(client::NoticeKind kind) {
  return kNotices[static_cast<std::size_t>(kind)];
}

std::string_view connection_name(client::Connection connection) {
  return kConnections[static_cast<std::size_t>(connection)];
}

}  // namespace dp::kit
