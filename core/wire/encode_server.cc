// The spelling of each server frame: envelope A, except chat_draft_updated in envelope B.
#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "core/wire/frame_text.h"

namespace dp::wire {
namespace {

std::size_t length(const NullableText& text) {
  return text ? text->size() : 0;
}

template <class WithDraft>
std::size_t draft_bytes(const WithDraft& frame) {
  return length(frame.encrypted_draft_md) + length(frame.encrypted_draft_preview);
}

std::size_t content_bytes(const ChatDraftUpdated& frame) {
  return draft_bytes(frame);
}
std::size_t content_bytes(const DraftConflict& frame) {
  return draft_bytes(frame) + length(frame.encrypted_tombstone);
}
std::size_t content_bytes(const DraftDeleted& frame) {
  return length(frame.encrypted_tombstone);
}
std::size_t content_bytes(const DraftVersionsResponse& frame) {
  return 48 * (frame.versions.size() + frame.tombstone_versions.size() +
               frame.unavailable_chat_ids.size()) +
         112 * frame.hashes.size();
}
std::size_t content_bytes(const ChatDetails& frame) {
  return draft_bytes(frame) + length(frame.encrypted_tombstone);
}
std::size_t content_bytes(const OfflineSyncComplete& frame) {
  return 128 * frame.results.size();
}
std::size_t content_bytes(const InitialSyncResponse& frame) {
  std::size_t sum = 40 * frame.deleted_chat_ids.size();
  for (const ChatDetails& chat : frame.chats) sum += 256 + content_bytes(chat);
  return sum;
}
std::size_t content_bytes(const ChatMessageReceived& frame) {
  return frame.encrypted_content.size();
}
template <class Small>
std::size_t content_bytes(const Small&) {
  return 0;
}

void write(FrameText& out, const DraftUpdateReceipt& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.number("draft_v", frame.draft_v);
  out.boolean("success", frame.success);
  if (frame.superseded) out.boolean("superseded", true);
}

void write(FrameText& out, const ChatDraftUpdated& frame) {
  out.id("chat_id", frame.chat_id);
  out.open_object("data");
  out.nullable("encrypted_draft_md", frame.encrypted_draft_md);
  out.nullable("encrypted_draft_preview", frame.encrypted_draft_preview);
  out.close_object();
  out.open_object("versions");
  out.number("draft_v", frame.draft_v);
  out.close_object();
  out.number("last_edited_overall_timestamp",
             static_cast<std::uint64_t>(frame.last_edited_overall_timestamp));
}

void write(FrameText& out, const DraftConflict& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.number("draft_v", frame.draft_v);
  out.boolean("deleted", frame.deleted);
  out.nullable("encrypted_draft_md", frame.encrypted_draft_md);
  out.nullable("encrypted_draft_preview", frame.encrypted_draft_preview);
  out.nullable("encrypted_tombstone", frame.encrypted_tombstone);
}

void write(FrameText& out, const DraftDeleteReceipt& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.boolean("success", frame.success);
  out.optional_number("draft_v", frame.draft_v);
}

void write(FrameText& out, const DraftDeleted& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_number("draft_v", frame.draft_v);
  out.optional_string("encrypted_tombstone", frame.encrypted_tombstone);
}

void write_versions(FrameText& out, std::string_view name,
                    const std::vector<SlotVersion>& versions) {
  out.open_object(name);
  for (const SlotVersion& slot : versions) out.number_of(slot.chat_id, slot.draft_v);
  out.close_object();
}

void write(FrameText& out, const DraftVersionsResponse& frame) {
  write_versions(out, "versions", frame.versions);
  write_versions(out, "tombstone_versions", frame.tombstone_versions);
  out.open_object("hashes");
  for (const SlotHash& slot : frame.hashes) out.hash_of(slot.chat_id, slot.hash);
  out.close_object();
  out.ids("unavailable_chat_ids", frame.unavailable_chat_ids);
}

void write(FrameText& out, const ChatDetails& frame) {
  out.id("chat_id", frame.chat_id);
  out.number("draft_v", frame.draft_v);
  out.number("cleared_draft_v", frame.cleared_draft_v);
  out.number("messages_v", frame.messages_v);
  out.nullable("encrypted_draft_md", frame.encrypted_draft_md);
  out.nullable("encrypted_draft_preview", frame.encrypted_draft_preview);
  out.nullable("encrypted_tombstone", frame.encrypted_tombstone);
}

void write(FrameText& out, const ChatMessageReceipt& frame) {
  out.id("chat_id", frame.chat_id);
  out.id("message_id", frame.message_id);
  out.boolean("success", frame.success);
}

void write(FrameText& out, const OfflineSyncComplete& frame) {
  out.number("processed", frame.processed);
  out.number("conflicts", frame.conflicts);
  out.number("errors", frame.errors);
  out.open_array("results");
  for (const OfflineResult& result : frame.results) {
    out.next_item();
    out.open_object();
    out.id("change_id", result.change_id);
    out.string("outcome", kChangeOutcomeNames[static_cast<std::size_t>(result.outcome)]);
    out.number("draft_v", result.draft_v);
    out.close_object();
  }
  out.close_array();
}

void write(FrameText& out, const InitialSyncResponse& frame) {
  out.open_array("chats");
  for (const ChatDetails& chat : frame.chats) {
    out.next_item();
    out.open_object();
    write(out, chat);
    out.close_object();
  }
  out.close_array();
  out.boolean("authoritative", frame.authoritative);
  out.ids("deleted_chat_ids", frame.deleted_chat_ids);
  out.optional_string("page_token", frame.page_token);
}

void write(FrameText& out, const ChatMessageReceived& frame) {
  out.id("chat_id", frame.chat_id);
  out.id("message_id", frame.message_id);
  out.string("encrypted_content", frame.encrypted_content);
}

void write(FrameText& out, const ChatDeleted& frame) {
  out.id("chat_id", frame.chat_id);
}

void write(FrameText& out, const ChatDeleteReceipt& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.boolean("success", frame.success);
}

void write(FrameText& out, const ErrorFrame& frame) {
  out.string("code", name(frame.code));
  out.optional_id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.string("message", frame.message);
}

template <class Frame>
std::string encode_one(std::string_view name, const Frame& frame) {
  constexpr bool kFlat = std::is_same_v<Frame, ChatDraftUpdated>;
  FrameText out(content_bytes(frame));
  out.open_object();
  out.string(kFlat ? "event" : "type", name);
  if constexpr (kFlat) {
    write(out, frame);
  } else if constexpr (!std::is_empty_v<Frame>) {
    out.open_object("payload");
    write(out, frame);
    out.close_object();
  }
  out.close_object();
  return out.take();
}

}  // namespace

std::string_view type_name(const ServerFrame& frame) {
  return kServerFrameNames[frame.index()];
}

std::string encode(const ServerFrame& frame) {
  return std::visit([&frame](const auto& content) { return encode_one(type_name(frame), content); },
                    frame);
}

}  // namespace dp::wire
