// The schema behind the server core and the SQL of every request, in SQLite's dialect.
//
// Parameters are numbered and documented beside each statement; ids are blobs of 16 bytes, except
// message ids, which are text. Statements of one request run in one transaction, in the order of
// their declaration; `changes()` after a guarded statement says whether the guard let it pass.
// Invariant: chats.assigned_v >= drafts.version of the same slot, and never goes down. It is the
// guard of every draft write, so a job that comes late finds neither a newer row nor the place of
// an expired tombstone free.
#pragma once

#include <string_view>

namespace dp::server {

extern const std::string_view kSchemaSql;

// LoadSlot. Chat: ?1 chat. Draft: ?1 account, ?2 chat. Count: ?1 account, only for a chat nobody
// owns.
extern const std::string_view kSelectChatSql;   // account_id, deleted, messages_v, assigned_v
extern const std::string_view kSelectDraftSql;  // kDraftColumns
extern const std::string_view kCountChatsSql;   // number of chats that are not deleted

// ListChats. ?1 account, ?2 after, ?3 limit. The draft columns are null where there is no row.
extern const std::string_view kListChatsSql;  // sequence, chat_id, messages_v, deleted, draft...

// Every write begins by making the chat of ?2 account ?1 exist unless somebody owns it.
extern const std::string_view kClaimChatSql;

// WriteDraft, and the tombstone of StoreMessage. ?1 account, ?2 chat, ?3 version, ?4 deleted,
// ?5 sealed, ?6 draft, ?7 preview, ?8 tombstone, ?9 cleared version, ?10 wall time in us.
extern const std::string_view kWriteDraftSql;     // guard: strictly greater than assigned_v
extern const std::string_view kRaiseAssignedSql;  // ?1 account, ?2 chat, ?3 version

// StoreMessage. ?1 account, ?2 chat, ?3 message id, ?4 content.
extern const std::string_view kInsertMessageSql;  // guard: new id, own chat, not deleted
extern const std::string_view kCountMessageSql;   // ?1 account, ?2 chat

// DropChat. ?1 account, ?2 chat.
extern const std::string_view kMarkChatDeletedSql;
extern const std::string_view kDeleteDraftSql;
extern const std::string_view kDeleteMessagesSql;  // only after kMarkChatDeletedSql matched

// ExpireTombstones. ?1 wall time in us.
extern const std::string_view kSelectExpiredSql;  // account_id, chat_id, in order
extern const std::string_view kDeleteExpiredSql;

}  // namespace dp::server
