#include "core/server/schema.h"

namespace dp::server {

const std::string_view kSchemaSql = R"sql(
CREATE TABLE IF NOT EXISTS chats (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  chat_id    BLOB    NOT NULL UNIQUE CHECK (length(chat_id) = 16),
  account_id BLOB    NOT NULL CHECK (length(account_id) = 16),
  messages_v INTEGER NOT NULL DEFAULT 0,
  assigned_v INTEGER NOT NULL DEFAULT 0,
  deleted    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS chats_of_account ON chats (account_id, sequence);

CREATE TABLE IF NOT EXISTS drafts (
  account_id      BLOB    NOT NULL,
  chat_id         BLOB    NOT NULL,
  version         INTEGER NOT NULL CHECK (version > 0),
  deleted         INTEGER NOT NULL,
  sealed          INTEGER NOT NULL,
  draft           TEXT,
  preview         TEXT,
  tombstone       TEXT,
  cleared_version INTEGER NOT NULL,
  changed_wall_us INTEGER NOT NULL,
  PRIMARY KEY (account_id, chat_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unsealed_tombstones ON drafts (changed_wall_us)
  WHERE deleted = 1 AND sealed = 0;

CREATE TABLE IF NOT EXISTS messages (
  chat_id    BLOB NOT NULL,
  message_id TEXT NOT NULL,
  content    TEXT NOT NULL,
  PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;
)sql";

const std::string_view kSelectChatSql =
    "SELECT account_id, deleted, messages_v, assigned_v FROM chats WHERE chat_id = ?1";

const std::string_view kSelectDraftSql =
    "SELECT version, deleted, sealed, draft, preview, tombstone, cleared_version, changed_wall_us "
    "FROM drafts WHERE account_id = ?1 AND chat_id = ?2";

const std::string_view kCountChatsSql =
    "SELECT COUNT(*) FROM chats WHERE account_id = ?1 AND deleted = 0";

const std::string_view kListChatsSql =
    "SELECT c.sequence, c.chat_id, c.messages_v, c.deleted, d.version, d.deleted, d.sealed, "
    "d.draft, d.preview, d.tombstone, d.cleared_version, d.changed_wall_us "
    "FROM chats AS c LEFT JOIN drafts AS d "
    "ON d.account_id = c.account_id AND d.chat_id = c.chat_id "
    "WHERE c.account_id = ?1 AND c.sequence > ?2 ORDER BY c.sequence LIMIT ?3";

const std::string_view kClaimChatSql =
    "INSERT INTO chats (account_id, chat_id) SELECT ?1, ?2 "
    "WHERE NOT EXISTS (SELECT 1 FROM chats WHERE chat_id = ?2)";

const std::string_view kWriteDraftSql =
    "INSERT INTO drafts (account_id, chat_id, version, deleted, sealed, draft, preview, tombstone, "
    "cleared_version, changed_wall_us) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 "
    "WHERE EXISTS (SELECT 1 FROM chats WHERE chat_id = ?2 AND account_id = ?1 AND deleted = 0 "
    "AND assigned_v < ?3) "
    "ON CONFLICT (account_id, chat_id) DO UPDATE SET version = excluded.version, "
    "deleted = excluded.deleted, sealed = excluded.sealed, draft = excluded.draft, "
    "preview = excluded.preview, tombstone = excluded.tombstone, "
    "cleared_version = excluded.cleared_version, changed_wall_us = excluded.changed_wall_us "
    "WHERE excluded.version > drafts.version";

const std::string_view kRaiseAssignedSql =
    "UPDATE chats SET assigned_v = ?3 WHERE chat_id = ?2 AND account_id = ?1 AND assigned_v < ?3";

const std::string_view kInsertMessageSql =
    "INSERT INTO messages (chat_id, message_id, content) SELECT ?2, ?3, ?4 "
    "WHERE EXISTS (SELECT 1 FROM chats WHERE chat_id = ?2 AND account_id = ?1 AND deleted = 0) "
    "AND NOT EXISTS (SELECT 1 FROM messages WHERE chat_id = ?2 AND message_id = ?3)";

const std::string_view kCountMessageSql =
    "UPDATE chats SET messages_v = messages_v + 1 WHERE chat_id = ?2 AND account_id = ?1";

const std::string_view kMarkChatDeletedSql =
    "UPDATE chats SET deleted = 1 WHERE chat_id = ?2 AND account_id = ?1";

const std::string_view kDeleteDraftSql =
    "DELETE FROM drafts WHERE account_id = ?1 AND chat_id = ?2";

const std::string_view kDeleteMessagesSql = "DELETE FROM messages WHERE chat_id = ?2";

const std::string_view kSelectExpiredSql =
    "SELECT account_id, chat_id FROM drafts WHERE deleted = 1 AND sealed = 0 "
    "AND changed_wall_us < ?1 ORDER BY account_id, chat_id";

const std::string_view kDeleteExpiredSql =
    "DELETE FROM drafts WHERE deleted = 1 AND sealed = 0 AND changed_wall_us < ?1";

}  // namespace dp::server
