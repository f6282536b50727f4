// One device of a simulated world whose client is behind the adapter protocol (docs/adapter.md).
//
// Events of the world become requests, effects of the replies become effects of the world, and what
// the laws ask is read from `state.get` and from opened frames.
// What a client leaves in its folder and says on standard error is shown to the world too, because
// no secret may lie there.
// Guarantees: those of sim/world/client_port.h; the process is killed or given back when the port
// ends; equal calls send equal requests but for the name of the folder.
// Does not: believe an adapter about what it sent or sealed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/foreign/adapter_pool.h"
#include "conformance/foreign/frame_audit.h"
#include "sim/world/client_port.h"

namespace dp::conformance {

class DevicePort final : public sim::ClientPort {
 public:
  DevicePort(std::shared_ptr<AdapterPool> pool, std::shared_ptr<FrameAudit> audit,
             sim::PortOrder order);
  ~DevicePort() override;
  DevicePort(const DevicePort&) = delete;
  DevicePort& operator=(const DevicePort&) = delete;

  sim::PortOutcome boot(const sim::PortBoot& boot) override;
  sim::PortOutcome step(const client::Event& event, Now now) override;
  void kill() override;
  bool is_closed() const override { return closed_; }

  void fail_writes(std::uint32_t count) override;
  void set_store_full(bool full) override;
  void hold(bool writes, bool seals) override;
  sim::PortOutcome release_seals(Now now) override;
  sim::PortOutcome release_writes(Now now) override;
  bool keep_snapshot() override;
  bool put_snapshot_back() override;
  bool wipe() override;
  bool copy_store_of(sim::ClientPort& other) override;

  client::View view() override;
  std::vector<client::SlotFacts> slots() override;
  std::vector<client::ArchivedText> archive() override;
  std::optional<std::string> cached_preview(const ChatId& chat) override;
  std::uint64_t revision() const override { return revision_; }
  std::string pending(Now now) override;
  const client::Config& config() const override { return order_.config; }

  const std::optional<sim::PortBreach>& fault() const override { return fault_; }
  const std::vector<sim::PortBreach>& breaches() const override { return breaches_; }
  std::uint64_t operations() const override { return operations_; }

 private:
  // ---- device_port.cc: the conversation
  std::optional<Reply> call(const Operation& operation);
  void perform(const Operation& operation) { call(operation); }
  void dead(const Error& error);
  void breach(std::string site, std::string detail, std::string expected, std::string seen);
  void forget_state();
  void sync(Now now);  // the clocks of the client go where the device's are
  void begin_case(Now now);
  void tell(const client::Event& event);
  void apply_store_mode();
  sim::PortOutcome outcome();
  bool puts_store(const std::filesystem::path& from);

  // ---- port_effects.cc: what the client did
  void take(const Reply& reply);
  void take(const AdapterEffect& effect);
  void took_send(const AdapterEffect& effect);
  void took_open(const AdapterEffect& effect);
  bool was_keepalive(const Operation& operation, const Reply& reply) const;
  void took_notice(const AdapterEffect& effect);
  void note_ids(std::string_view frame, bool sent);

  // ---- port_leaks.cc: where else its secrets could lie
  void see_errors();  // what it said on standard error since the last reply
  void see_store();   // the files that changed since they were last looked at

  // ---- port_state.cc: what it shows
  const ClientState& state();
  void read_slots();
  void see_last_words();  // what a client that closed is known to have had

  std::shared_ptr<AdapterPool> pool_;
  std::shared_ptr<FrameAudit> audit_;
  sim::PortOrder order_;
  crypto::KeyRef key_;
  std::filesystem::path folder_;
  std::unique_ptr<Adapter> adapter_;
  std::size_t errors_seen_ = 0;  // bytes of its standard error; other runs may have had it before
  struct SeenFile {
    std::filesystem::file_time_type written;
    std::uintmax_t bytes = 0;
    std::size_t hash = 0;
  };
  std::map<std::string, SeenFile> files_seen_;

  bool open_ = false;
  bool closed_ = false;
  bool locked_ = false;
  Micros now_us_ = 0;           // monotonic, of the device
  std::int64_t offset_ms_ = 0;  // device clock minus the client's
  std::int64_t now_ms_ = 0;     // the client's
  std::int64_t wall_ms_ = 0;    // its wall clock minus that
  std::optional<std::int64_t> next_timer_ms_;
  std::uint64_t last_conn_ = 0;

  std::uint32_t fail_next_ = 0;
  bool full_ = false;
  bool hold_writes_ = false;
  bool hold_seals_ = false;
  std::string store_mode_ = "none";  // as the adapter was told last
  bool has_snapshot_ = false;

  std::vector<sim::PortEffect> effects_;
  std::optional<ClientState> state_;
  ClientState last_state_;
  std::optional<std::vector<client::SlotFacts>> slots_;
  std::map<std::string, std::optional<std::string>> previews_;
  std::map<ChatId, draft::Draft> last_sent_;    // what the last operation sealed and sent
  bool store_owes_ = false;                     // the last write failed
  std::set<std::string, std::less<>> awaited_;  // ids of changes without an answer
  Micros last_activity_us_ = 0;
  bool last_frame_was_pong_ = false;

  std::uint64_t revision_ = 1;
  std::uint64_t operations_ = 0;
  std::optional<sim::PortBreach> fault_;
  std::vector<sim::PortBreach> breaches_;
};

}  // namespace dp::conformance
