// What a deployment or a person may set on a device, with the product's defaults.
#pragma once

#include "core/crypto/envelope.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"
#include "core/wire/limits.h"

namespace dp::client {

struct Config {
  AccountId account;
  crypto::Suite suite = crypto::Suite::xchacha20_poly1305;

  Micros debounce_us = 1'200 * kMillisecond;  // trailing edge of the last change
  Micros preview_cache_us = 15 * kMinute;
  Micros receipt_timeout_us = 10 * kSecond;  // then reconnect and replay
  Micros reconnect_min_us = 1 * kSecond;     // doubles up to the maximum, with jitter
  Micros reconnect_max_us = 30 * kSecond;
  Micros ping_interval_us = 25 * kSecond;
  Micros pong_timeout_us = 10 * kSecond;
  Micros recheck_interval_us = 5 * kMinute;  // versions are asked for again on an open connection
  Micros persistence_window_us = 30 * kSecond;  // W: younger server loss is a notice, not an alarm

  std::size_t max_draft_chars = 100'000;   // of base64 ciphertext
  std::size_t outbox_changes_max = 1'000;  // queued sends and deletions; drafts coalesce
  std::size_t archive_entries_max = 1'000;
  std::size_t deleted_chats_max = 1'000;  // remembered as deleted, so that nothing brings them back
  std::size_t replay_changes_max = 100;   // per sync_offline_changes frame
  wire::WireLimits wire;
  bool operator==(const Config&) const = default;
};

}  // namespace dp::client
