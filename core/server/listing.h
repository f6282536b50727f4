// Reading without locking: what a slot is, merged from the cache and one lookup.
//
// Read authority: a tombstone in the cache ends the search; otherwise the higher version of cache
// and database; any failure makes the chat unavailable, never version 0 (R11, R12, R13, R14).
#pragma once

#include "core/server/state.h"

namespace dp::server {

struct View {
  enum class Kind : std::uint8_t { known, someone_else, deleted, unavailable };
  Kind kind = Kind::unavailable;
  StoredRef current;
  Version messages_v = 0;
};

View view_of(const Turn& turn, const SlotKey& key, const Knowledge& knowledge);

}  // namespace dp::server
