// The spelling of each client frame: envelope A, ids first, ciphertext last.
#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "core/wire/frame_text.h"

namespace dp::wire {
namespace {

std::size_t length(const NullableText& text) {
  return text ? text->size() : 0;
}

std::size_t content_bytes(const UpdateDraft& frame) {
  return length(frame.encrypted_draft_md) + length(frame.encrypted_draft_preview.value);
}
std::size_t content_bytes(const DeleteDraft& frame) {
  return length(frame.encrypted_tombstone);
}
std::size_t content_bytes(const GetDraftVersions& frame) {
  return frame.chats.size() * 80;
}
std::size_t content_bytes(const SyncOfflineChanges& frame) {
  std::size_t sum = 0;
  for (const OfflineChange& change : frame.changes) {
    sum += 256 + length(change.value) + length(change.encrypted_draft_preview.value) +
           length(change.encrypted_tombstone);
  }
  return sum;
}
std::size_t content_bytes(const InitialSyncRequest& frame) {
  return frame.chat_versions.size() * 48;
}
std::size_t content_bytes(const ChatMessageAdded& frame) {
  return frame.encrypted_content.size() + length(frame.encrypted_tombstone);
}
template <class Small>
std::size_t content_bytes(const Small&) {
  return 0;
}

void write(FrameText& out, const UpdateDraft& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.optional_number("base_version", frame.base_version);
  out.optional_number("proposed_v", frame.proposed_v);
  out.nullable("encrypted_draft_md", frame.encrypted_draft_md);
  out.maybe("encrypted_draft_preview", frame.encrypted_draft_preview);
}

void write(FrameText& out, const DeleteDraft& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
  out.optional_number("base_version", frame.base_version);
  out.optional_number("proposed_v", frame.proposed_v);
  out.optional_string("encrypted_tombstone", frame.encrypted_tombstone);
}

void write(FrameText& out, const GetDraftVersions& frame) {
  out.open_array("chats");
  for (const ClaimedVersion& claimed : frame.chats) {
    out.next_item();
    out.open_object();
    out.id("chat_id", claimed.chat_id);
    out.number("client_draft_v", claimed.client_draft_v);
    out.close_object();
  }
  out.close_array();
}

void write(FrameText& out, const GetChatDetails& frame) {
  out.id("chat_id", frame.chat_id);
}

void write(FrameText& out, const SyncOfflineChanges& frame) {
  out.open_array("changes");
  for (const OfflineChange& change : frame.changes) {
    out.next_item();
    out.open_object();
    out.id("change_id", change.change_id);
    out.id("chat_id", change.chat_id);
    out.string("type", kOfflineKindNames[static_cast<std::size_t>(change.kind)]);
    out.number("version_before_edit", change.version_before_edit);
    out.optional_number("proposed_v", change.proposed_v);
    out.nullable("value", change.value);
    out.maybe("encrypted_draft_preview", change.encrypted_draft_preview);
    out.optional_string("encrypted_tombstone", change.encrypted_tombstone);
    out.close_object();
  }
  out.close_array();
}

void write(FrameText& out, const InitialSyncRequest& frame) {
  out.open_object("chat_versions");
  for (const ClaimedVersion& claimed : frame.chat_versions) {
    out.number_of(claimed.chat_id, claimed.client_draft_v);
  }
  out.close_object();
  out.optional_string("page_token", frame.page_token);
}

void write(FrameText& out, const ChatMessageAdded& frame) {
  out.id("chat_id", frame.chat_id);
  out.id("message_id", frame.message_id);
  if (frame.preserve_draft) out.boolean("preserve_draft", true);
  out.optional_number("base_version", frame.base_version);
  out.optional_number("proposed_v", frame.proposed_v);
  out.string("encrypted_content", frame.encrypted_content);
  out.optional_string("encrypted_tombstone", frame.encrypted_tombstone);
}

void write(FrameText& out, const DeleteChat& frame) {
  out.id("chat_id", frame.chat_id);
  out.optional_id("change_id", frame.change_id);
}

template <class Frame>
std::string encode_in_envelope_a(std::string_view type, const Frame& frame) {
  FrameText out(content_bytes(frame));
  out.open_object();
  out.string("type", type);
  if constexpr (!std::is_empty_v<Frame>) {
    out.open_object("payload");
    write(out, frame);
    out.close_object();
  }
  out.close_object();
  return out.take();
}

}  // namespace

std::string_view type_name(const ClientFrame& frame) {
  return kClientFrameNames[frame.index()];
}

std::string encode(const ClientFrame& frame) {
  return std::visit(
      [&frame](const auto& content) { return encode_in_envelope_a(type_name(frame), content); },
      frame);
}

}  // namespace dp::wire
