// The client core: one device's half of draft sync, without I/O.
//
//   host:  outcome = client.step(event, environment)
//          perform outcome.effects in order; arm a timer at outcome.next_timer_us
//
// Guarantees: step is total (no event, in any order, is a programmer error), deterministic in
// (state, event, environment), bounded in time and memory by Config, and never throws. Text a
// person paused on is durable locally before any network step. Clients are regular values: a copy
// is a snapshot.
// Does not: own keys (the cipher does), clocks, sockets or files; does not retry on its own outside
// the timers it asks for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/config.h"
#include "core/client/effect.h"
#include "core/client/event.h"
#include "core/client/view.h"
#include "core/crypto/cipher.h"
#include "core/vocabulary/random.h"
#include "core/vocabulary/time.h"

namespace dp::client {

struct Environment {
  Now now;
  Random& random;
  crypto::Cipher& cipher;
};

struct State;  // core/client/state.h

class Client {
 public:
  explicit Client(Config config);
  Client(const Client&);
  Client(Client&&) noexcept;
  Client& operator=(const Client&);
  Client& operator=(Client&&) noexcept;
  ~Client();

  Outcome step(const Event& event, Environment& environment);

  View view() const;
  Connection connection() const;             // the view's, without the cost of the rest
  std::vector<SlotFacts> slots() const;      // sorted by chat
  std::vector<SlotDraft> drafts() const;     // of the same slots, without copying them
  std::vector<QueuedChange> queued() const;  // in the order of chats, then of sending
  // Another number whenever what `slots`, `drafts` and `queued` answer may have changed.
  std::uint64_t revision() const;
  std::vector<ArchivedText> archive() const;  // oldest first
  // The cached decrypted preview, if it is in the cache and still fresh at `now`.
  std::optional<std::string> cached_preview(const ChatId& chat, Now now) const;
  std::string pending() const;  // what this client is waiting for, in a sentence; "" if nothing
  const Config& config() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace dp::client
