// What a deployment may set on a server. DRAFT_PERSISTENCE_TTL_SECONDS and MAX_DRAFT_CHARS are read
// from the environment by the server program; the core takes this struct.
#pragma once

#include "core/vocabulary/time.h"
#include "core/wire/limits.h"

namespace dp::server {

struct Config {
  Micros draft_ttl_us = 2'700 * kSecond;  // DRAFT_PERSISTENCE_TTL_SECONDS: cache entries
  Micros counter_ttl_us = 7 * kDay;       // version counters outlive the records they number
  std::size_t max_draft_chars = 100'000;  // MAX_DRAFT_CHARS, of base64 ciphertext
  std::size_t max_preview_chars = 4'000;
  std::size_t max_message_chars = 400'000;
  std::size_t max_chats_per_account = 10'000;
  std::size_t max_changes_per_replay = 100;
  std::size_t max_connections_per_account = 50;
  std::size_t max_outbound_bytes = 8u << 20;  // per connection; beyond it the reader is cut
  std::size_t max_inbound_bytes = 8u << 20;   // per connection, frames that wait their turn
  std::size_t max_cached_slots = 100'000;     // beyond it the oldest durable ones leave the cache
  std::size_t max_unpersisted_bytes = 256u << 20;  // all queued jobs; beyond it nothing is accepted
  std::size_t initial_sync_page = 100;             // chats per initial_sync_response
  Micros persistence_window_us = 30 * kSecond;     // W
  Micros persistence_retry_us = 1 * kSecond;
  Micros unsealed_tombstone_life_us = 400 * kDay;
  Micros idle_timeout_us = 90 * kSecond;  // no frame from a peer: close
  wire::WireLimits wire;
  bool operator==(const Config&) const = default;
};

}  // namespace dp::server
