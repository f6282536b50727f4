// Everything a client is, as one copyable value.
//
// Guarantees: copying a State copies everything a client knows; nothing in it refers to anything
// outside it except immutable shared drafts.
// Does not: act. Transition (transition.h) does.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/client/client.h"
#include "core/client/preview_cache.h"
#include "core/client/slot.h"
#include "core/client/store.h"
#include "core/draft/merge.h"

namespace dp::client {

struct Editor {
  enum class Mode : std::uint8_t { closed, chat, composer };
  Mode mode = Mode::closed;
  std::optional<ChatId> chat;  // a composer has none before its first keystroke
  std::string text;
  DraftRef basis;          // the draft the text was made from; null: a fresh slot
  std::string basis_text;  // its text
  bool restored = false;   // the stored text was shown, so that emptiness is a person's doing
  bool artefact = false;   // emptied by the interface while it refills (R54)
  bool focused = false;
  std::optional<Micros> debounce_at_us;

  bool is_open() const { return mode != Mode::closed; }
  bool shows(const ChatId& id) const { return is_open() && chat == id; }
  bool differs() const { return text != basis_text; }
};

// The network, as this device sees it.
//
//   down --(reconnect timer, hint)--> connecting --ConnOpened--> open
//     ^------------- ConnClosed, timeouts ------------------------'
//   1008 at any time: signed_out, until the next Unlocked
struct Link {
  enum class Phase : std::uint8_t { down, connecting, open, signed_out };
  Phase phase = Phase::down;
  ConnEpoch epoch;  // of the present attempt
  bool hinted_online = true;
  std::uint32_t attempts = 0;  // since the last connection that answered
  std::optional<Micros> reconnect_at_us;
  std::optional<Micros> ping_at_us;
  std::optional<Micros> pong_deadline_us;
  std::optional<Micros> state_deadline_us;  // asks again, or gives the connection up
  std::optional<Micros> recheck_at_us;      // of all versions, in case a broadcast was lost
  bool versions_answered = false;
  bool listing_done = false;      // its last page has come
  bool listing_complete = false;  // and said that nothing is missing
  std::uint64_t listed_rank = 0;  // of the chat the listing named last
  std::size_t pages_open = 0;     // get_draft_versions without an answer
  std::set<ChatId> awaiting;      // slots without a state reply
  std::set<ChatId> postponed;     // of those, the ones the server could not answer for
  std::set<ChatId> to_replay;     // slots with something queued before this connection
  bool replayed = false;          // and it has been released
  std::map<ChangeId, ChatId> replaying;

  bool is_open() const { return phase == Phase::open; }
};

struct ArchiveRow {
  std::uint64_t number = 0;
  ArchivedText text;
  RowPlace place;
};

struct Writing {
  WriteId write;
  std::vector<ChatId> chats;
  std::vector<ArchiveRow> archived;
  std::vector<std::uint64_t> forgotten;  // archive rows that made room
  std::vector<ChatId> forgotten_chats;   // deleted ones, likewise
  std::uint64_t manifest_sum = 0;
  bool caught_up = false;  // it began with a manifest of what was found
};

struct State {
  explicit State(Config c);

  Config config;
  draft::MergeLimits merge_limits;

  bool opened = false;  // StoreOpened came
  bool loaded = false;  // and its rows were read with a key
  std::uint64_t boot = 0;
  std::vector<StoreRow> sealed_rows;  // between the two
  std::optional<crypto::KeyRef> key;
  WriterId writer;
  std::uint64_t dots = 0;   // given out under this writer id
  std::uint64_t seals = 0;  // of what travels, likewise
  std::uint64_t row_seals = 0;

  Manifest manifest;
  bool cut_short = false;        // the last write before this boot, before its manifest
  std::vector<StorePut> chores;  // rows to set aside or to erase with the next write
  std::map<ChatId, Slot> slots;
  std::uint64_t revision = 0;       // of the durable rows: grows with every commit
  std::vector<ArchiveRow> archive;  // oldest first
  std::uint64_t next_archive = 1;
  std::uint64_t last_rank = 0;    // given to a chat
  std::size_t deleted_chats = 0;  // slots that only say so

  Editor editor;
  std::deque<ChatId> work;
  std::optional<SealId> turn;
  std::optional<Writing> writing;
  std::uint64_t next_seal = 1;
  std::uint64_t next_write = 1;
  std::uint32_t store_failures = 0;  // in a row
  std::optional<Micros> store_retry_at_us;

  Link link;
  std::size_t replay_changes_max = 0;             // halved when a server takes fewer
  std::set<std::pair<Micros, ChatId>> deadlines;  // receipts that are due, and pauses that end
  PreviewCache previews;
  std::size_t queued_changes = 0;  // sends and chat deletions over all slots
};

inline constexpr std::size_t kSlotsPerTurn = 32;
inline constexpr std::size_t kSlotsMax = 200'000;  // chats a hostile server can make us know

}  // namespace dp::client
