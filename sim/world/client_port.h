// A client that runs outside the world: what the world needs of a device whose program is foreign.
//
// The world owns time, the network, the server and the keys; the client behind a port owns its
// store, its timers and its insides, and is one process that can be asked. A port is one device: it
// lives as long as its world and sees every boot of its client.
// Guarantees expected: every call returns within a bounded time whatever the client does; equal
// calls give equal answers; after the first breach of the line to the client `fault` says which,
// and every later call does nothing. A copy of a world shares its ports with the original, so a
// world with ports is played once and not continued from a copy.
// Does not: judge. sim/oracles/port_conduct.h does, with the other laws.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/client/client.h"

namespace dp::sim {

// What a foreign client can be made to do; what it cannot keeps scenarios and faults away from it.
struct PortPowers {
  bool failing_store = false;              // writes can be made to fail
  bool slow_store = false;                 // writes can be held back
  bool slow_cipher = false;                // sealing can be held back
  bool lock = false;                       // keys can be taken away and given back
  bool field_import = false;               // the account may hold drafts of the `field` dialect
  bool archive = false;                    // it shows what it put away
  bool facts = false;                      // it shows the payload of every draft: dots and vectors
  bool wall_clock = false;                 // its wall clock can be set
  bool suite_1 = false;                    // XChaCha20-Poly1305
  bool suite_2 = false;                    // AES-256-GCM
  std::vector<std::string> fixed_options;  // settings it cannot change
};

struct PortOrder {
  std::size_t device = 0;
  std::string token;
  Bytes master_key;
  client::Config config;  // with account and suite
};

struct PortBoot {
  std::uint64_t number = 1;
  Bytes entropy;  // 32 bytes
  Now now;
};

// ---- what a step shows
// ----------------------------------------------------------------------------
struct PortWrote {  // a write became durable
  std::uint64_t rows = 0;
};
struct PortWriteFailed {};
struct PortLog {
  std::string message;
};
struct PortStored {  // what a file of the store holds now
  std::string file;
  std::string bytes;
};
// An envelope that was seen for the first time, in a frame of this step, opened with the account's
// keys: as if it had been watched at the cipher.
struct PortSealed {
  crypto::SealRequest request;
  Bytes padded_plaintext;
  Bytes envelope;
};
// Of client::Effect all but StoreWrite and SealTurn.
using PortEffect =
    std::variant<client::Effect, PortWrote, PortWriteFailed, PortLog, PortStored, PortSealed>;

struct PortOutcome {
  std::vector<PortEffect> effects;
  std::optional<Micros> next_timer_us;  // monotonic, of the device
};

// Something a client behind a port must never do, in words that do not differ between runs.
struct PortBreach {
  std::string site;
  std::string detail;
  std::string expected;
  std::string seen;
};

class ClientPort {
 public:
  virtual ~ClientPort() = default;

  virtual PortOutcome boot(const PortBoot& boot) = 0;  // starts and unlocks
  virtual PortOutcome step(const client::Event& event, Now now) = 0;
  virtual void kill() = 0;             // between two instructions
  virtual bool is_closed() const = 0;  // it was told to close, and did

  virtual void fail_writes(std::uint32_t count) = 0;
  virtual void set_store_full(bool full) = 0;
  virtual void hold(bool writes, bool seals) = 0;
  virtual PortOutcome release_seals(Now now) = 0;  // those held so far go on, later ones wait
  virtual PortOutcome release_writes(Now now) = 0;
  // The store of a client that is not running. False: it could not be done.
  virtual bool keep_snapshot() = 0;
  virtual bool put_snapshot_back() = 0;
  virtual bool wipe() = 0;
  virtual bool copy_store_of(ClientPort& other) = 0;

  // ---- questions
  virtual client::View view() = 0;
  virtual std::vector<client::SlotFacts> slots() = 0;
  virtual std::vector<client::ArchivedText> archive() = 0;
  virtual std::optional<std::string> cached_preview(const ChatId& chat) = 0;
  // Another number whenever what `slots` answers may have changed.
  virtual std::uint64_t revision() const = 0;
  // What it is waiting for, in a sentence; "" if nothing.
  virtual std::string pending(Now now) = 0;
  virtual const client::Config& config() const = 0;

  virtual const std::optional<PortBreach>& fault() const = 0;  // the line is dead since
  virtual const std::vector<PortBreach>& breaches() const = 0;
  virtual std::uint64_t operations() const = 0;
};

// Makes the ports of one world.
class ClientPorts {
 public:
  virtual ~ClientPorts() = default;
  virtual std::shared_ptr<ClientPort> make(const PortOrder& order) = 0;
  virtual const PortPowers& powers() const = 0;
};

// Which client plays, for whoever makes worlds. `ports` may be called from several threads.
struct ForeignClients {
  std::function<std::shared_ptr<ClientPorts>()> ports;
  PortPowers powers;
  bool only_first = false;  // the first device of each account; else every one
};

}  // namespace dp::sim
