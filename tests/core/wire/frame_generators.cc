#include "tests/core/wire/frame_generators.h"

#include <array>

namespace dp::wire {
namespace {

using rc::gen::arbitrary;
using rc::gen::oneOf;

rc::Gen<std::uint64_t> any_number() {
  return oneOf(rc::gen::inRange<std::uint64_t>(0, 20),
               rc::gen::inRange<std::uint64_t>(0, kVersionMax + 1), rc::gen::just(kVersionMax));
}

template <class T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen) {
  return oneOf(rc::gen::just(std::optional<T>()),
               rc::gen::map(std::move(gen), [](T value) { return std::optional<T>(value); }));
}

template <class Name>
rc::Gen<Name> any_name() {
  static const std::string kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return rc::gen::exec([] {
    const auto length = *rc::gen::inRange<std::size_t>(1, kOpaqueNameCharsMax + 1);
    const auto value = *rc::gen::container<std::string>(length, rc::gen::elementOf(kLetters));
    return Name{value};
  });
}

rc::Gen<std::string> any_base64() {
  static const std::string kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return rc::gen::container<std::string>(rc::gen::elementOf(kLetters));
}

void append_character(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | point >> 6);
    put(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  }
}

rc::Gen<std::uint32_t> any_character() {
  return oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::element<std::uint32_t>('"', '\\'),
               rc::gen::inRange<std::uint32_t>(0x80, 0x800),
               rc::gen::inRange<std::uint32_t>(0x800, 0xd800),
               rc::gen::inRange<std::uint32_t>(0xe000, 0x10000),
               rc::gen::inRange<std::uint32_t>(0x10000, 0x110000));
}

rc::Gen<NullableText> any_nullable() {
  return maybe(any_text());
}

rc::Gen<MaybeText> any_maybe_text() {
  return rc::gen::exec([] {
    if (!*arbitrary<bool>()) return MaybeText{};
    return MaybeText{.present = true, .value = *any_nullable()};
  });
}

rc::Gen<std::vector<ChatId>> any_chat_ids() {
  return rc::gen::container<std::vector<ChatId>>(any_chat_id());
}

// The members of a map {chat_id: number}.
template <class Slot>
rc::Gen<std::vector<Slot>> any_slots() {
  return rc::gen::exec([] {
    std::vector<Slot> slots;
    for (const ChatId& id : *rc::gen::unique<std::vector<ChatId>>(any_chat_id())) {
      slots.push_back({id, *any_number()});
    }
    return slots;
  });
}

std::optional<Version> some_version() {
  return *maybe(any_number());
}
std::optional<ChangeId> some_change() {
  return *maybe(any_name<ChangeId>());
}
bool some_bool() {
  return *arbitrary<bool>();
}
template <class Choice>
Choice some_choice(int count) {
  return static_cast<Choice>(*rc::gen::inRange(0, count));
}

// One overload per frame; they run inside gen::exec, where each * is a draw.
void fill(UpdateDraft& frame) {
  frame.chat_id = *any_chat_id();
  frame.encrypted_draft_md = *any_nullable();
  frame.encrypted_draft_preview = *any_maybe_text();
  frame.base_version = some_version();
  frame.proposed_v = some_version();
  frame.change_id = some_change();
}
void fill(DeleteDraft& frame) {
  frame.chat_id = *any_chat_id();
  frame.base_version = some_version();
  frame.proposed_v = some_version();
  frame.change_id = some_change();
  frame.encrypted_tombstone = *any_nullable();
}
void fill(GetDraftVersions& frame) {
  for (const ChatId& id : *any_chat_ids()) frame.chats.push_back({id, *any_number()});
}
void fill(GetChatDetails& frame) {
  frame.chat_id = *any_chat_id();
}
void fill(SyncOfflineChanges& frame) {
  frame.changes.resize(*rc::gen::inRange<std::size_t>(0, 5));
  for (OfflineChange& change : frame.changes) {
    change.change_id = *any_name<ChangeId>();
    change.chat_id = *any_chat_id();
    change.kind = some_choice<OfflineKind>(2);
    change.value = *any_nullable();
    change.version_before_edit = *any_number();
    change.proposed_v = some_version();
    change.encrypted_draft_preview = *any_maybe_text();
    change.encrypted_tombstone = *any_nullable();
  }
}
void fill(InitialSyncRequest& frame) {
  frame.chat_versions = *any_slots<ClaimedVersion>();
  frame.page_token = *any_nullable();
}
void fill(ChatMessageAdded& frame) {
  frame.chat_id = *any_chat_id();
  frame.message_id = *any_name<MessageId>();
  frame.encrypted_content = *any_text();
  frame.preserve_draft = some_bool();
  frame.base_version = some_version();
  frame.proposed_v = some_version();
  frame.encrypted_tombstone = *any_nullable();
}
void fill(DeleteChat& frame) {
  frame.chat_id = *any_chat_id();
  frame.change_id = some_change();
}
void fill(Ping&) {}

void fill(DraftUpdateReceipt& frame) {
  frame.chat_id = *any_chat_id();
  frame.draft_v = *any_number();
  frame.success = some_bool();
  frame.superseded = some_bool();
  frame.change_id = some_change();
}
void fill(ChatDraftUpdated& frame) {
  frame.chat_id = *any_chat_id();
  frame.encrypted_draft_md = *any_nullable();
  frame.encrypted_draft_preview = *any_nullable();
  frame.draft_v = *any_number();
  frame.last_edited_overall_timestamp = static_cast<std::int64_t>(*any_number());
}
void fill(DraftConflict& frame) {
  frame.chat_id = *any_chat_id();
  frame.draft_v = *any_number();
  frame.encrypted_draft_md = *any_nullable();
  frame.encrypted_draft_preview = *any_nullable();
  frame.encrypted_tombstone = *any_nullable();
  frame.deleted = some_bool();
  frame.change_id = some_change();
}
void fill(DraftDeleteReceipt& frame) {
  frame.chat_id = *any_chat_id();
  frame.success = some_bool();
  frame.draft_v = some_version();
  frame.change_id = some_change();
}
void fill(DraftDeleted& frame) {
  frame.chat_id = *any_chat_id();
  frame.draft_v = some_version();
  frame.encrypted_tombstone = *any_nullable();
}
void fill(DraftVersionsResponse& frame) {
  frame.versions = *any_slots<SlotVersion>();
  frame.tombstone_versions = *any_slots<SlotVersion>();
  for (const ChatId& id : *rc::gen::unique<std::vector<ChatId>>(any_chat_id())) {
    frame.hashes.push_back({id, *arbitrary<Hash32>()});
  }
  frame.unavailable_chat_ids = *any_chat_ids();
}
void fill(ChatDetails& frame) {
  frame.chat_id = *any_chat_id();
  frame.draft_v = *any_number();
  frame.encrypted_draft_md = *any_nullable();
  frame.encrypted_draft_preview = *any_nullable();
  frame.encrypted_tombstone = *any_nullable();
  frame.cleared_draft_v = *any_number();
  frame.messages_v = *any_number();
}
void fill(ChatMessageReceipt& frame) {
  frame.chat_id = *any_chat_id();
  frame.message_id = *any_name<MessageId>();
  frame.success = some_bool();
}
void fill(OfflineSyncComplete& frame) {
  frame.processed = *any_number();
  frame.conflicts = *any_number();
  frame.errors = *any_number();
  frame.results.resize(*rc::gen::inRange<std::size_t>(0, 5));
  for (OfflineResult& result : frame.results) {
    result.change_id = *any_name<ChangeId>();
    result.outcome = some_choice<ChangeOutcome>(5);
    result.draft_v = *any_number();
  }
}
void fill(InitialSyncResponse& frame) {
  frame.chats.resize(*rc::gen::inRange<std::size_t>(0, 5));
  for (ChatDetails& chat : frame.chats) fill(chat);
  frame.authoritative = some_bool();
  frame.deleted_chat_ids = *any_chat_ids();
  frame.page_token = *any_nullable();
}
void fill(ChatMessageReceived& frame) {
  frame.chat_id = *any_chat_id();
  frame.message_id = *any_name<MessageId>();
  frame.encrypted_content = *any_text();
}
void fill(ChatDeleted& frame) {
  frame.chat_id = *any_chat_id();
}
void fill(ChatDeleteReceipt& frame) {
  frame.chat_id = *any_chat_id();
  frame.success = some_bool();
  frame.change_id = some_change();
}
void fill(ErrorFrame& frame) {
  frame.code = some_choice<ErrorCode>(static_cast<int>(kErrorCodeCount));
  frame.message = *any_text();
  frame.chat_id = *maybe(any_chat_id());
  frame.change_id = some_change();
}
void fill(Pong&) {}

template <class Frame>
rc::Gen<Frame> any_frame(std::size_t index) {
  return rc::gen::exec([index]() -> Frame {
    return [index]<std::size_t... I>(std::index_sequence<I...>) {
      Frame frame;
      const auto make = [&frame]<std::size_t kIndex>() {
        fill(frame.template emplace<kIndex>());
        return true;
      };
      (void)((I == index && make.template operator()<I>()) || ...);
      return frame;
    }(std::make_index_sequence<std::variant_size_v<Frame>>());
  });
}

}  // namespace

rc::Gen<ChatId> any_chat_id() {
  return rc::gen::map(arbitrary<std::array<std::uint8_t, 16>>(),
                      [](const auto& bytes) { return ChatId::from_random(bytes); });
}

rc::Gen<std::string> any_text() {
  return oneOf(any_base64(),
               rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(any_character()),
                            [](const std::vector<std::uint32_t>& points) {
                              std::string text;
                              for (const std::uint32_t point : points)
                                append_character(text, point);
                              return text;
                            }));
}

rc::Gen<ClientFrame> any_client_frame(std::size_t index) {
  return any_frame<ClientFrame>(index);
}
rc::Gen<ServerFrame> any_server_frame(std::size_t index) {
  return any_frame<ServerFrame>(index);
}

}  // namespace dp::wire
