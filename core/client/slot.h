// What a device knows of one (account, chat), split by how long it lives.
//
//   SlotRow  the durable row: exactly what the store holds, committed when its write completed
//   Inputs   what has happened since and waits for the next turn at the cipher
//   Slot     both, the turn that is being written, and what belongs to this connection alone
//
//   event --> Inputs --(turn: stage)--> Staged --(StoreWritten ok)--> SlotRow --> frames, notices
//               ^                          |
//               '------- put_back ---------'  (the write failed: nothing has happened)
//
// Guarantees: a SlotRow never holds what is not durable, so whatever is sent from it is in the
// store. Drafts are immutable and shared, so copies of a client are cheap and independent.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/effect.h"
#include "core/client/view.h"
#include "core/draft/draft.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"

namespace dp::client {

using DraftRef = std::shared_ptr<const draft::Draft>;  // null: no draft

inline DraftRef share(draft::Draft draft) {
  return std::make_shared<const draft::Draft>(std::move(draft));
}
// Equality of what they say, not of where they live.
inline bool same_draft(const DraftRef& a, const DraftRef& b) {
  return a == b || (a && b && *a == *b);
}
inline bool covered_by(const DraftRef& draft, const DraftRef& by) {
  return !draft || (by && by->vv.covers(draft->vv));
}
inline bool has_content(const DraftRef& draft) {
  return draft && (!draft->lines.empty() || !draft->copies.empty());
}
inline std::string text_or_empty(const DraftRef& draft) {
  return draft ? draft::text_of(*draft) : std::string();
}

// When a state was learned: both clocks, and the boot whose monotonic clock it was.
struct Learned {
  std::uint64_t boot = 0;
  Now at;
  bool operator==(const Learned&) const = default;
};

// The last state the server is known to hold. version 0 and no draft: nothing.
struct ServerState {
  Version version = 0;
  Hash32 hash{};
  DraftRef draft;
  Learned learned;
};

// A possible merge base: a state agreed with the server, or an own change it may have received.
struct Ancestor {
  DraftRef draft;
  bool agreed = false;
};
inline constexpr std::size_t kAgreedKept = 4;
inline constexpr std::size_t kOwnKept = 16;

// The one change of a slot that is under way, with the exact bytes that every retry repeats.
struct Change {
  ChangeId id;
  Version base_version = 0;
  Version version = 0;
  Hash32 hash{};
  bool tombstone = false;
  Bytes envelope;
  Bytes preview;  // empty: none
  DraftRef draft;
  std::optional<MessageId> rides;  // a tombstone that travels with its message
};

// A message on its way. `sent` is the tombstone its delivery leaves behind, `before` the draft it
// was made of, which comes back if the server refuses the message.
struct QueuedSend {
  MessageId id;
  Bytes content;  // envelope
  DraftRef sent;
  DraftRef before;
  bool offered = false;  // it may have reached the server
};

struct SlotRow {
  ChatId chat;
  bool has_messages = false;  // the chat is more than its draft
  bool sealed_seen = false;   // the server has held something sealed here: no way back (SEC-23)
  bool gone = false;          // the chat was deleted
  Version high_water = 0;
  Version fence = 0;
  DraftRef local;
  ServerState base;
  std::vector<Ancestor> ancestors;  // newest first
  std::optional<Change> in_flight;
  std::vector<QueuedSend> sends;     // oldest first
  std::optional<ChangeId> deletion;  // the chat's deletion waits for its receipt
  Bytes kept;                        // a remote envelope of a version we cannot read
  std::uint64_t rank = 0;            // place in the chat list: the server's order, as far as known
};

// The draft that should be at the server: the local one, or what the last queued send leaves of it.
inline const DraftRef& effective(const SlotRow& row) {
  if (row.sends.empty() || !covered_by(row.local, row.sends.back().sent)) return row.local;
  return row.sends.back().sent;
}
inline bool is_pending(const SlotRow& row) {
  const DraftRef& draft = effective(row);
  if (covered_by(draft, row.base.draft)) return false;
  // A draft that came and went before anything was offered to the server leaves nothing to say.
  const bool offered = row.base.version != 0 || row.in_flight || !row.ancestors.empty();
  return offered || has_content(draft);
}

// Nothing is left of the chat but the memory that it was deleted.
inline bool is_only_deleted(const SlotRow& row) {
  return row.gone && !row.deletion;
}

inline ChangeId id_of(const SlotRow& row) {
  return row.in_flight ? row.in_flight->id : ChangeId{};
}

// ---- what waits for a turn ----------------------------------------------------------------------

struct PersonOp {
  enum class Kind : std::uint8_t { save, clear, send };
  Kind kind = Kind::save;
  std::string text;  // the whole editor at that moment
  DraftRef basis;    // the draft the editor's text was made from
};

// An authenticated state of the server, or its statement that it holds nothing (draft null).
struct Remote {
  Version version = 0;
  Hash32 hash{};
  DraftRef draft;
  bool tombstone = false;
  bool sealed = true;
  bool settles = false;                 // answers for the change in flight: state reply or conflict
  std::optional<std::string> imported;  // text of a `field` draft, which has no dots yet
};

struct Inputs {
  std::vector<PersonOp> ops;
  std::optional<Remote> remote;
  std::optional<ChangeId> acknowledged;
  std::optional<ChangeId> refused;  // give the change in flight up
  std::vector<MessageId> delivered;
  std::vector<MessageId> undeliverable;
  std::optional<ChangeId> delete_requested;
  bool deletion_done = false;
  bool gone_elsewhere = false;
  bool has_messages = false;
  bool touch = false;  // the row must be written for its own sake
  Bytes kept;

  bool empty() const {
    return ops.empty() && !remote && !acknowledged && !refused && delivered.empty() &&
           undeliverable.empty() && !delete_requested && !deletion_done && !gone_elsewhere &&
           !has_messages && !touch && kept.empty();
  }
};

// What a turn made of the inputs; it becomes true when its write completes.
struct Staged {
  Inputs taken;
  SlotRow row;
  DraftRef basis;         // what the editor's text is made from once this is true
  std::string expected;   // the text the editor had when the last op was taken
  bool consumed = false;  // a clear or send: an untouched editor is emptied
  bool conflict = false;
  std::vector<ArchivedText> archived;
  std::vector<std::pair<NoticeKind, std::string>> notices;  // said once it is true
};

// Where a row lives: two physical rows, written in turn.
struct RowPlace {
  SlotId row_id;
  std::uint8_t next = 0;    // physical row of the next write
  std::uint64_t stamp = 0;  // of the last durable write; 0: none yet
};

enum class Hold : std::uint8_t { none, too_long, refused, unreadable };

struct Slot {
  SlotRow row;
  RowPlace place;
  std::uint64_t rank = 0;  // as it is to be written with the next row
  Inputs inputs;
  std::optional<Staged> staged;
  bool queued = false;  // in State::work

  // Why nothing is uploaded although something is pending, and of which draft that was said.
  Hold hold = Hold::none;
  DraftRef held;
  bool warned_unsaved = false;
  bool offered = false;       // row.in_flight may have reached the server
  Version version_floor = 0;  // raised by version_invalid
  std::uint32_t version_raises = 0;
  std::uint32_t conflicts = 0;  // in a row, without one receipt
  std::uint32_t retries = 0;
  Micros retry_at_us = 0;  // nothing is sent before; 0: no pause

  // This connection only.
  bool awaiting = false;  // the state reply has not come
  bool fetching = false;  // get_chat_details is under way
  std::uint32_t unreadable_asks = 0;
  bool replay = false;     // goes with sync_offline_changes
  bool in_replay = false;  // its change went out that way
  Version conn_version = 0;
  bool transmitted = false;              // of row.in_flight
  std::vector<MessageId> sent_messages;  // of row.sends
  bool deletion_sent = false;
  bool deletion_refused = false;  // row.deletion waits for the next one
  std::optional<Remote> waiting;  // newest broadcast while a change is in flight
  Micros deadline_us = 0;         // of the oldest unanswered frame; 0: none
};

}  // namespace dp::client
