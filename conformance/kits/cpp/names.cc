#include "conformance/kits/cpp/names.h"

#include <array>

#include "core/crypto/real_cipher.h"

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

std::vector<std::string> capabilities() {
  std::vector<std::string> all = {
      "core",         "crash",   "snapshot", "store_fault", "store_hold", "seal_hold", "lock",
      "field_import", "archive", "facts",    "wall",        "suspend",    "wired",     "suite:1"};
  for (const char* name : {"keys.derive", "kdf.unlock", "envelope.open", "preview.of",
                           "payload.check", "draft.merge"}) {
    all.push_back(std::string("crypto:") + name);
  }
  const auto proof = crypto::initialise();
  if (proof && crypto::aes256_gcm_available(*proof)) all.emplace_back("suite:2");
  return all;
}

}  // namespace dp::kit
