// Typed frames: what each side may say, after the codec has checked it.
//
// Two closed variants, ClientFrame and ServerFrame. Ciphertext stays base64 text here: the wire
// layer never decodes what it cannot read. Fields a `field`-dialect peer omits are optional.
// Every member has an initialiser, so that a frame may be written with designated ones.
// Does not: check versions, ownership or lengths against configuration; that is server/ and
// client/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/vocabulary/ids.h"
#include "core/wire/error_code.h"

namespace dp::wire {

using Ciphertext = std::string;                  // base64 of something opaque
using NullableText = std::optional<Ciphertext>;  // nullopt is JSON null

// A field that may be absent, null or text: absent means "leave as it is".
struct MaybeText {
  bool present = false;
  NullableText value{};
  bool operator==(const MaybeText&) const = default;
};

// ---- client to server -------------------------------------------------------------------------

struct UpdateDraft {
  ChatId chat_id{};
  NullableText encrypted_draft_md{};
  MaybeText encrypted_draft_preview{};
  std::optional<Version> base_version{};  // present exactly in the sealed dialect
  std::optional<Version> proposed_v{};
  std::optional<ChangeId> change_id{};
  bool operator==(const UpdateDraft&) const = default;
};

struct DeleteDraft {
  ChatId chat_id{};  // also accepted as `chatId`
  std::optional<Version> base_version{};
  std::optional<Version> proposed_v{};
  std::optional<ChangeId> change_id{};
  NullableText encrypted_tombstone{};
  bool operator==(const DeleteDraft&) const = default;
};

struct ClaimedVersion {
  ChatId chat_id{};
  Version client_draft_v = 0;
  bool operator==(const ClaimedVersion&) const = default;
};

struct GetDraftVersions {
  std::vector<ClaimedVersion> chats{};  // at most kVersionsPageMax after decoding; excess truncated
  bool operator==(const GetDraftVersions&) const = default;
};

struct GetChatDetails {
  ChatId chat_id{};
  bool operator==(const GetChatDetails&) const = default;
};

enum class OfflineKind : std::uint8_t { draft, delete_draft };

struct OfflineChange {
  ChangeId change_id{};
  ChatId chat_id{};
  OfflineKind kind = OfflineKind::draft;
  NullableText value{};
  Version version_before_edit = 0;  // plays the part of base_version when proposed_v is present
  std::optional<Version> proposed_v{};
  MaybeText encrypted_draft_preview{};
  NullableText encrypted_tombstone{};
  bool operator==(const OfflineChange&) const = default;
};

struct SyncOfflineChanges {
  std::vector<OfflineChange> changes{};
  bool operator==(const SyncOfflineChanges&) const = default;
};

struct InitialSyncRequest {
  std::vector<ClaimedVersion> chat_versions{};  // a JSON object {chat_id: draft_v} on the wire
  std::optional<std::string> page_token{};
  bool operator==(const InitialSyncRequest&) const = default;
};

struct ChatMessageAdded {
  ChatId chat_id{};
  MessageId message_id{};
  Ciphertext encrypted_content{};
  bool preserve_draft = false;  // only the JSON literal true sets it (R26)
  std::optional<Version> base_version{};
  std::optional<Version> proposed_v{};
  NullableText encrypted_tombstone{};
  bool operator==(const ChatMessageAdded&) const = default;
};

struct DeleteChat {
  ChatId chat_id{};
  std::optional<ChangeId> change_id{};
  bool operator==(const DeleteChat&) const = default;
};

struct Ping {
  bool operator==(const Ping&) const = default;
};

using ClientFrame =
    std::variant<UpdateDraft, DeleteDraft, GetDraftVersions, GetChatDetails, SyncOfflineChanges,
                 InitialSyncRequest, ChatMessageAdded, DeleteChat, Ping>;

// ---- server to client -------------------------------------------------------------------------

struct DraftUpdateReceipt {
  ChatId chat_id{};
  Version draft_v = 0;
  bool success = true;
  bool superseded = false;
  std::optional<ChangeId> change_id{};
  bool operator==(const DraftUpdateReceipt&) const = default;
};

struct ChatDraftUpdated {
  ChatId chat_id{};
  NullableText encrypted_draft_md{};
  NullableText encrypted_draft_preview{};
  Version draft_v = 0;
  std::int64_t last_edited_overall_timestamp = 0;  // seconds since the epoch, server clock
  bool operator==(const ChatDraftUpdated&) const = default;
};

struct DraftConflict {
  ChatId chat_id{};
  Version draft_v = 0;
  NullableText encrypted_draft_md{};
  NullableText encrypted_draft_preview{};
  NullableText encrypted_tombstone{};
  bool deleted = false;
  std::optional<ChangeId> change_id{};
  bool operator==(const DraftConflict&) const = default;
};

struct DraftDeleteReceipt {
  ChatId chat_id{};
  bool success = true;
  std::optional<Version> draft_v{};     // present on success
  std::optional<ChangeId> change_id{};  // the message id after a send
  bool operator==(const DraftDeleteReceipt&) const = default;
};

struct DraftDeleted {
  ChatId chat_id{};
  std::optional<Version> draft_v{};  // some `field` peers omit it (R44)
  NullableText encrypted_tombstone{};
  bool operator==(const DraftDeleted&) const = default;
};

struct SlotVersion {
  ChatId chat_id{};
  Version draft_v = 0;
  bool operator==(const SlotVersion&) const = default;
};

struct SlotHash {
  ChatId chat_id{};
  Hash32 hash{};
  bool operator==(const SlotHash&) const = default;
};

struct DraftVersionsResponse {
  std::vector<SlotVersion> versions{};
  std::vector<SlotVersion> tombstone_versions{};
  std::vector<SlotHash> hashes{};  // lowercase hex on the wire
  std::vector<ChatId> unavailable_chat_ids{};
  bool operator==(const DraftVersionsResponse&) const = default;
};

struct ChatDetails {
  ChatId chat_id{};
  Version draft_v = 0;
  NullableText encrypted_draft_md{};  // explicit null without a draft; omitted is refused
  NullableText encrypted_draft_preview{};
  NullableText encrypted_tombstone{};
  Version cleared_draft_v = 0;
  Version messages_v = 0;  // number of messages the chat holds
  bool operator==(const ChatDetails&) const = default;
};

struct ChatMessageReceipt {
  ChatId chat_id{};
  MessageId message_id{};
  bool success = true;
  bool operator==(const ChatMessageReceipt&) const = default;
};

enum class ChangeOutcome : std::uint8_t { stored, repeated, superseded, conflict, error };

struct OfflineResult {
  ChangeId change_id{};
  ChangeOutcome outcome = ChangeOutcome::stored;
  Version draft_v = 0;
  bool operator==(const OfflineResult&) const = default;
};

struct OfflineSyncComplete {
  std::uint64_t processed = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t errors = 0;
  std::vector<OfflineResult> results{};
  bool operator==(const OfflineSyncComplete&) const = default;
};

struct InitialSyncResponse {
  std::vector<ChatDetails> chats{};
  bool authoritative = false;  // true only if the listing is complete (R22)
  std::vector<ChatId> deleted_chat_ids{};
  std::optional<std::string> page_token{};
  bool operator==(const InitialSyncResponse&) const = default;
};

struct ChatMessageReceived {
  ChatId chat_id{};
  MessageId message_id{};
  Ciphertext encrypted_content{};
  bool operator==(const ChatMessageReceived&) const = default;
};

struct ChatDeleted {
  ChatId chat_id{};
  bool operator==(const ChatDeleted&) const = default;
};

struct ChatDeleteReceipt {
  ChatId chat_id{};
  bool success = true;
  std::optional<ChangeId> change_id{};
  bool operator==(const ChatDeleteReceipt&) const = default;
};

struct ErrorFrame {
  ErrorCode code = ErrorCode::internal;
  std::string message{};  // from a closed template per code
  std::optional<ChatId> chat_id{};
  std::optional<ChangeId> change_id{};
  bool operator==(const ErrorFrame&) const = default;
};

struct Pong {
  bool operator==(const Pong&) const = default;
};

using ServerFrame =
    std::variant<DraftUpdateReceipt, ChatDraftUpdated, DraftConflict, DraftDeleteReceipt,
                 DraftDeleted, DraftVersionsResponse, ChatDetails, ChatMessageReceipt,
                 OfflineSyncComplete, InitialSyncResponse, ChatMessageReceived, ChatDeleted,
                 ChatDeleteReceipt, ErrorFrame, Pong>;

}  // namespace dp::wire
