// The version rules of one slot, as a pure function: what is there, what is asked, what follows.
//
//   sealed change   accepted iff base_version is the current version AND the envelope's parent is
//                   the hash of what is stored; the number stored is the one the writer sealed
//   field change    accepted always, numbered one above everything known; refused for good once
//                   the slot holds something sealed
//
// Guarantees: a ruling of Kind::store carries the complete row to store, numbered strictly above
// `Standing::highest`; every other ruling leaves the slot as it is.
// Does not: know where the standing came from, check who owns the chat, or look at lengths.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "core/crypto/cipher.h"
#include "core/server/database.h"
#include "core/wire/frames.h"

namespace dp::server {

// A row together with the identity of what it holds: SHA-256 of the decoded envelope, tombstone or
// field ciphertext. An unsealed tombstone holds no bytes and has no identity.
struct Stored {
  DraftRow row;
  std::optional<Hash32> hash;
};
using StoredRef = std::shared_ptr<const Stored>;  // null: the slot is empty
StoredRef make_stored(DraftRow row, const crypto::Hasher& hasher);
Version version_of(const StoredRef& stored);  // 0 if empty

// A change that was accepted lately, so that its repetition can be told from a new one.
struct Remembered {
  ChangeId id;
  Version version = 0;
  bool deletion = false;
};

struct Standing {
  StoredRef current;
  Version highest = 0;  // of every number ever assigned that is still known
  std::deque<Remembered> remembered;
};

// What a client asks of a slot, whichever frame it came in.
struct Change {
  SlotKey slot;
  bool deletion = false;
  wire::NullableText text;  // draft, or the tombstone of a sealed deletion
  wire::MaybeText preview;
  std::optional<Version> base;      // present exactly in the sealed dialect
  std::optional<Version> proposed;  // present exactly in the sealed dialect
  std::optional<Version> seen;      // field replay: conflict if the slot has moved beyond it
  std::optional<ChangeId> id;
};

struct Ruling {
  enum class Kind : std::uint8_t {
    store,
    repeat,      // known already: repeat the receipt for `version`, change nothing
    superseded,  // a field change that was stored once as `version` and lost to a newer one
    conflict,
    refuse,
  };
  Kind kind = Kind::refuse;
  wire::ErrorCode code = wire::ErrorCode::internal;  // refuse only
  Version version = 0;
  StoredRef stored;  // store: the new row; otherwise what the slot holds
};

Ruling rule(const Standing& standing, const Change& change, Micros wall_us,
            const crypto::Hasher& hasher);

}  // namespace dp::server
