// The simulated world: devices, links, one server process with its database, clocks and faults,
// around the real client and server cores.
//
//   World world(config);
//   world.act(device, client::ChatOpened{world.chat(0, 0)});
//   world.act(device, client::Edited{"hello"});
//   world.run_for(2 * kSecond);
//   world.heal();
//   if (!world.quiesce()) fail(world.pending());
//
// Guarantees: one thread, no clock, socket, file or global state; a function of its configuration
// and the calls made. Worlds are regular values: a copy is a snapshot that continues on its own
// (observers are not copied). Events at one instant happen in the order they were scheduled.
// Actions take effect at the current instant, before any scheduled event of that instant that has
// not happened yet; what is due at time zero (first boots) happens before the first action. An
// action that cannot happen (a person at a dead device) returns false and is not traced. Does not:
// judge. Oracles do (sim/oracles). Does not throw.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/client.h"
#include "core/server/server.h"
#include "sim/trace/digest.h"
#include "sim/trace/event.h"
#include "sim/world/config.h"
#include "sim/world/observer.h"

namespace dp::server {
class DatabaseTable;
}

namespace dp::sim {

class ClientPort;
class Disk;
class FieldClient;
class Tape;

enum class PowerState : std::uint8_t {
  off,        // no process; the disk keeps what was durable
  running,    //
  paused,     // the process is frozen, clocks run, frames wait
  suspended,  // frozen and the monotonic clock stands still
};
enum class Direction : std::uint8_t { up, down };  // to the server, to the device
enum class AuthVerdict : std::uint8_t { accepted, invalid, unavailable };

struct WorldState;  // sim/world/state.h

class World {
 public:
  explicit World(WorldConfig config);
  World(const World&);
  World(World&&) noexcept;
  World& operator=(const World&);
  World& operator=(World&&) noexcept;
  ~World();

  // ---- names: functions of the seed ------------------------------------------------------------
  ChatId chat(std::size_t account, std::size_t ordinal) const;
  AccountId account_id(std::size_t account) const;
  std::size_t device_count() const;
  std::size_t account_of(DeviceId device) const;

  // ---- time ------------------------------------------------------------------------------------
  Micros now_us() const;
  std::optional<Micros> next_event_us() const;
  bool step();                     // one scheduled event; false if there is none
  void run_until(Micros time_us);  // events up to and including the instant; then now is there
  void run_for(Micros duration_us);
  // Until the predicate holds (checked after every event) or the limit passes. True if it held.
  bool run_until(const std::function<bool(const World&)>& predicate, Micros limit_us);

  // ---- people ----------------------------------------------------------------------------------
  // Any event of the sections "person", and NetHint, Locked, Unlocked of core/client/event.h.
  // False if the device is not running. Network, disk and completion events are refused.
  bool act(DeviceId device, const client::Event& event);

  // ---- devices ---------------------------------------------------------------------------------
  DeviceId add_device(const DeviceConfig& config);  // a new device mid-run, empty store
  bool power_on(DeviceId device);                   // boots from the disk and unlocks
  bool crash(DeviceId device);                      // process dies now; unsynced writes may be lost
  bool call_off_restart(DeviceId device);           // one that would start by itself stays off
  // The process dies after `count` more effects have been performed (0: before the next one).
  void crash_after_effects(DeviceId device, std::uint32_t count);
  bool set_power(DeviceId device, PowerState state);  // pause, suspend, resume; off is a crash
  bool logout(DeviceId device);                       // Locked; the key is gone until login
  bool login(DeviceId device);
  void set_seal_delay(DeviceId device, Micros delay_us);
  PowerState power(DeviceId device) const;

  // ---- networks --------------------------------------------------------------------------------
  // No network: the connection breaks and none can be made. `hint` tells the client as a platform
  // would (NetHint).
  void set_online(DeviceId device, bool online, bool hint = true);
  void disconnect(DeviceId device);  // the connection breaks once
  void disconnect_all();
  void set_partition(DeviceId device, bool up_blocked, bool down_blocked);
  void set_half_open(DeviceId device, bool frozen);  // the present connection only
  void set_slow_reader(DeviceId device, bool slow);
  void set_refusing(DeviceId device, bool refusing);
  void set_network(DeviceId device, const NetworkProfile& profile);
  void set_hostile(DeviceId device, const HostileProfile& profile);
  // The connection breaks at the instant the next frame of this type would have been delivered,
  // and the frame is lost. "" means any frame.
  void cut_at(DeviceId device, Direction direction, std::string frame_type);
  // From the next frame of this type on ("" is any), all that goes this way on the connection waits
  // in its order, as on a network that has become slow; release_held lets it go on.
  void hold_at(DeviceId device, Direction direction, std::string frame_type);
  void release_held(DeviceId device);
  void set_auth(std::size_t account, AuthVerdict verdict);
  // A frame that nobody sent, put into the present connection. False if there is none.
  bool forge(DeviceId receiver, std::string text);
  bool forge_to_server(DeviceId sender, std::string text);
  // An envelope as a device of this account would seal it, by somebody who holds its keys: key and
  // account of the request are filled in. Traced as sealed on that device, sent nowhere.
  Result<Bytes> seal_as(DeviceId device, crypto::SealRequest request, ByteView padded_plaintext);
  // A text as clients sealed it before there were envelopes (iv, ciphertext, tag). Traced likewise.
  Result<Bytes> seal_field_as(DeviceId device, ByteView text);
  // The same bytes under another header (its first crypto::kCommitmentAt bytes), as a peer would
  // seal them that follows other rules; `account` is the one it claims. Not traced: nobody may
  // ever open it.
  Result<Bytes> reseal_as(DeviceId device, std::size_t account, ByteView honest, ByteView header,
                          ByteView padded_plaintext) const;
  // Every frame the receiver would get is first shown to `rewrite`, which returns what arrives:
  // nothing, one or several. Copied with the world. Empty function: honest again.
  using Rewrite = std::function<std::vector<std::string>(std::string_view frame)>;
  void set_rewrite(DeviceId device, Direction direction, Rewrite rewrite);

  // ---- disks -----------------------------------------------------------------------------------
  void set_write_delay(DeviceId device, Micros delay_us);
  void fail_writes(DeviceId device, std::uint32_t count);  // the next ones
  void set_disk_full(DeviceId device, bool full);
  void lose_unsynced_on_crash(DeviceId device, bool lose, bool torn);
  bool rot(DeviceId device, std::size_t row, std::size_t bit);  // flips one durable bit
  void snapshot_store(DeviceId device);                         // remembers the durable rows
  bool restore_store(DeviceId device);                 // back to the snapshot; the process restarts
  bool restore_row(DeviceId device, std::size_t row);  // one row, in the order of their ids, only
  bool wipe_store(DeviceId device);                    // the process restarts
  bool clone_store(DeviceId from, DeviceId to);        // `to` restarts on a copy of `from`'s rows

  // ---- clocks ----------------------------------------------------------------------------------
  void jump_wall(DeviceId device, Micros delta_us);
  void set_drift(DeviceId device, std::int32_t drift_ppm);
  void jump_server_wall(Micros delta_us);

  // ---- the server ------------------------------------------------------------------------------
  bool crash_server();  // memory, cache and queued jobs are gone
  // Dies after `count` more effects have been performed.
  void crash_server_after_effects(std::uint32_t count);
  bool start_server();  // over the same database
  bool stop_server();   // graceful: StopRequested, then off once it is idle
  bool server_running() const;
  void set_server_config(const server::Config& config);  // from the next start on
  // The database knows this chat, with so many messages, as from long before the run.
  void seed_chat(std::size_t account, const ChatId& chat, std::uint64_t messages);
  void evict(const server::SlotKey& slot, bool record, bool counter);
  void hollow(const server::SlotKey& slot);
  void set_cache_available(bool available);
  void set_database_available(bool available);
  void set_database_answers(bool answers);  // false: it does what it is asked and reports an error
  void set_database_latency(Micros min_us, Micros max_us);
  void hold_jobs(bool held);        // persistence jobs wait until released
  void lose_held_jobs();            // those waiting vanish
  void duplicate_jobs(bool twice);  // each runs twice, the second time later
  void reverse_held_jobs();         // the last becomes the first
  void backup_database();           // remembers the table
  bool restore_backup();            // the table goes back; the server restarts

  // ---- the end of a run ------------------------------------------------------------------------
  // Ends every fault for the devices named (all without an argument), starts the server, opens the
  // network. Devices left out are switched off for good. Later faults are not drawn.
  void heal();
  void heal(const std::vector<DeviceId>& core);
  // Runs until nothing but keep-alive is going on. False when the limit passed first: see pending.
  bool quiesce();
  std::string pending() const;  // what the world is waiting for, one sentence; "" if nothing
  bool is_healed(DeviceId device) const;  // false for devices switched off for good

  // ---- what oracles and expectations read
  // --------------------------------------------------------
  Phase phase() const;
  const WorldConfig& config() const;
  const DeviceConfig& device_config(DeviceId device) const;
  // Whether a client of the sealed dialect runs there, ours or a foreign one; what follows answers
  // for both, and nothing or 0 for any other.
  bool is_sealed(DeviceId device) const;
  const client::Config& client_config(DeviceId device) const;
  std::vector<client::SlotDraft> drafts(DeviceId device) const;
  std::vector<client::QueuedChange> queued(DeviceId device) const;  // of ours only
  std::vector<client::ArchivedText> archive(DeviceId device) const;
  std::optional<std::string> cached_preview(DeviceId device, const ChatId& chat) const;
  std::uint64_t revision(DeviceId device) const;
  ClientPort* port(DeviceId device) const;  // null if the device is ours
  // Null if the device is not booted, is foreign, or is of the other dialect.
  const client::Client* client(DeviceId device) const;
  const FieldClient* field_client(DeviceId device) const;
  // Empty view if the device is not booted. Works for both dialects.
  client::View view(DeviceId device) const;
  std::vector<client::SlotFacts> slots(DeviceId device) const;
  Now device_now(DeviceId device) const;
  const Disk& disk(DeviceId device) const;
  const server::Server* server() const;  // null while it is down
  const server::DatabaseTable& database() const;
  std::size_t queued_jobs() const;

  // Every secret of the run, for canary searches: keys, passwords, tokens are not listed here but
  // by the caller of set_*; text people typed is in `person` events.
  std::vector<Bytes> key_material() const;
  // Opens an envelope of an account as an auditor would. Not traced, not counted.
  Result<crypto::Opened> audit_open(std::size_t account, const crypto::OpenRequest& request,
                                    ByteView envelope) const;
  Hash32 audit_hash(ByteView envelope) const;
  // The same of content of the field dialect.
  Result<Bytes> audit_open_field(std::size_t account, ByteView iv_ct_tag) const;
  Result<SlotId> slot_id(std::size_t account, const ChatId& chat) const;

  // ---- results ---------------------------------------------------------------------------------
  void attach(Observer* observer);
  void detach(Observer* observer);
  DigestValue digest() const;
  std::uint64_t events() const;  // traced events so far
  std::uint64_t frames_delivered() const;
  const std::vector<RecordedEvent>& trace() const;  // empty unless keep_trace
  const FaultCounts& fault_counts() const;
  const Tape& tape() const;
  Tape& tape();

 private:
  WorldState& running();  // everything due at time zero has happened

  std::unique_ptr<WorldState> state_;
};

}  // namespace dp::sim
