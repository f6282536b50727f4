// What can be observed of a client: the UI store of the product, and the facts oracles compare.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/draft/draft.h"
#include "core/vocabulary/ids.h"

namespace dp::client {

enum class Connection : std::uint8_t { offline, connecting, reconciling, online, signed_out };

struct ChatListEntry {
  ChatId chat;
  bool has_draft = false;
  bool draft_only = false;  // exists because of a draft alone
  std::size_t copies = 0;
  bool operator==(const ChatListEntry&) const = default;
};

// The observable draft state.
struct View {
  std::optional<ChatId> current_chat;
  std::string editor_text;
  bool focused = false;
  Version draft_version = 0;      // of the current chat: last version agreed with the server
  bool unsaved_changes = false;   // the editor differs from the durable local draft
  bool unsynced_changes = false;  // the durable local draft is not covered by the server's
  bool too_long = false;
  std::optional<std::string> last_saved_text;
  Connection connection = Connection::offline;
  std::vector<ChatListEntry> chats;  // drafts on top, each group in its stable order (R19)
  bool operator==(const View&) const = default;
};

// One slot as the durable local row holds it.
struct SlotFacts {
  ChatId chat;
  draft::Draft local;    // vv empty if there is nothing
  bool pending = false;  // local is not covered by the base
  Version base_version = 0;
  Hash32 base_hash{};
  Version high_water = 0;  // highest authenticated version ever seen
  Version fence = 0;       // cleared_draft_v, from authenticated tombstones only
  bool in_flight = false;
  bool known_to_server = false;  // the server acknowledged or sent something for this slot
  bool operator==(const SlotFacts&) const = default;
};

// The durable draft of one slot, shared with the client: cheap to take, never changes.
struct SlotDraft {
  ChatId chat;
  std::shared_ptr<const draft::Draft> draft;  // null: nothing
};

// A message or a chat's deletion that waits in a durable row for its receipt.
struct QueuedChange {
  ChatId chat;
  ChangeId id;  // of a message, its message id
  bool deletes_chat = false;
  bool operator==(const QueuedChange&) const = default;
};

struct ArchivedText {
  ChatId chat;
  std::string reason;  // NoticeKind name of why it went here
  draft::Lines lines;
  bool operator==(const ArchivedText&) const = default;
};

}  // namespace dp::client
