// The strict JSON codec: text of one frame to a typed frame and back.
//
// Guarantees: decoding is total and bounded (size, depth, items); duplicate keys, wrong types,
// invalid UTF-8, numbers outside [0, 2^53 - 1] and trailing bytes are refused; unknown fields are
// ignored. Encoding writes exactly one spelling, fields in a fixed order, so the bytes of a frame
// are a function of its value. decode(encode(f)) == f for every valid f: strings are UTF-8, numbers
// fit, a page of get_draft_versions holds at most kVersionsPageMax chats, and no chat occurs twice
// in a map.
// Does not: look inside ciphertext, or judge versions, lengths and ownership.
//
// ---- envelopes ----
//   A  {"type":NAME,"payload":{...}}     B  {"event":NAME,...}
// Both are read for every frame (frame_shell.h says how one is told from the other). A is written,
// except that chat_draft_updated is written in B; ping and pong are `{"type":NAME}` alone.
//
// ---- fields, in the order they are written ----
// Any order is read. x? may be absent; x|null may be null; x?|null may be either, meaning the same,
// except that "leave the preview as it is" (absent) differs from "there is no preview" (null).
// Null is a wrong type everywhere else. Ids and numbers come first and ciphertext last, so that
// even of a frame that is too large the change it belongs to can be told.
//
//   client
//   update_draft          chat_id change_id? base_version? proposed_v? encrypted_draft_md|null
//                         encrypted_draft_preview?|null
//   delete_draft          chat_id change_id? base_version? proposed_v? encrypted_tombstone?|null
//                         chatId is read in place of chat_id; both must agree
//   get_draft_versions    chats[chat_id client_draft_v]; what lies beyond 200 is not looked at
//   get_chat_details      chat_id
//   sync_offline_changes  changes[change_id chat_id type version_before_edit proposed_v? value|null
//                         encrypted_draft_preview?|null encrypted_tombstone?|null]; type is "draft"
//                         or "delete_draft", which may omit value
//   initial_sync_request  chat_versions{chat_id: number} page_token?|null
//   chat_message_added    chat_id message_id preserve_draft? base_version? proposed_v?
//                         encrypted_content encrypted_tombstone?|null; preserve_draft may be
//                         anything and counts only if it is true; written only if it is
//   delete_chat           chat_id change_id?
//   ping
//
//   server
//   draft_update_receipt     chat_id change_id? draft_v success superseded? (written only if true)
//   chat_draft_updated       chat_id data{encrypted_draft_md|null encrypted_draft_preview|null}
//                            versions{draft_v} last_edited_overall_timestamp
//   draft_conflict           chat_id change_id? draft_v deleted encrypted_draft_md|null
//                            encrypted_draft_preview|null encrypted_tombstone?|null
//   draft_delete_receipt     chat_id change_id? success draft_v?
//   draft_deleted            chat_id draft_v? encrypted_tombstone?|null
//   draft_versions_response  versions{chat_id: number} tombstone_versions{chat_id: number}
//                            hashes?{chat_id: 64 lowercase hex digits} unavailable_chat_ids[]
//   chat_details             chat_id draft_v cleared_draft_v messages_v encrypted_draft_md|null
//                            encrypted_draft_preview|null encrypted_tombstone?|null
//   chat_message_receipt     chat_id message_id success
//   offline_sync_complete    processed conflicts errors results?[change_id outcome draft_v];
//   outcome
//                            is stored, repeated, superseded, conflict or error
//   initial_sync_response    chats[as chat_details] authoritative deleted_chat_ids[]
//                            page_token?|null
//   chat_message_received    chat_id message_id encrypted_content
//   chat_deleted             chat_id
//   chat_delete_receipt      chat_id change_id? success
//   error                    code? (absent: internal) chat_id? change_id? message
//   pong
//
// Absent optional fields are left out; null is written for x|null, and for encrypted_tombstone in
// draft_conflict and chat_details. `results` and `hashes` are always written.
#pragma once

#include <string>
#include <string_view>

#include "core/vocabulary/result.h"
#include "core/wire/frames.h"
#include "core/wire/limits.h"

namespace dp::wire {

// Why a frame was refused. `code` is what a server answers: invalid_json (not one strict JSON
// object, or too deep), frame_too_large (the text, a string or a list exceeds WireLimits),
// unknown_type, or invalid_frame. chat_id and change_id are filled when they could still be read,
// so that a refusal can be tied to its change (R31); the message_id of a send stands in for its
// change_id.
struct DecodeError {
  ErrorCode code = ErrorCode::invalid_json;
  // Path of the offending field from the root of the frame, e.g. "payload.changes[3].chat_id" or
  // "data.encrypted_draft_md"; entries of maps by position. Empty if the text could not be read.
  // Never holds a byte the peer chose, so it may be logged.
  std::string field;
  std::optional<ChatId> chat_id;
  std::optional<ChangeId> change_id;
  bool operator==(const DecodeError&) const = default;
};

std::expected<ClientFrame, DecodeError> decode_client_frame(std::string_view text,
                                                            const WireLimits& limits);
std::expected<ServerFrame, DecodeError> decode_server_frame(std::string_view text,
                                                            const WireLimits& limits);
std::string encode(const ClientFrame& frame);
std::string encode(const ServerFrame& frame);

std::string_view type_name(const ClientFrame& frame);
std::string_view type_name(const ServerFrame& frame);

}  // namespace dp::wire
