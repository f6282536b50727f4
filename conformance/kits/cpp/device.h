// The reference client behind the adapter loop: core, store, keys and clock of one device.
//
// Every member that acts returns when the core is idle, with the effects collected in `effects`.
// Guarantees: nothing is read from the platform but the store's folder, unless a case is wired.
// Does not: speak JSON lines (loop.cc does).
#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/kits/cpp/alteration.h"
#include "conformance/kits/cpp/file_store.h"
#include "conformance/kits/cpp/wired.h"
#include "core/client/client.h"
#include "core/crypto/real_cipher.h"

namespace dp::kit {

using Json = nlohmann::json;

// Bytes from SHA-256 over (entropy, label, counter): the same entropy, the same bytes.
class SeededRandom final : public Random {
 public:
  SeededRandom(const crypto::Hasher& hasher, Bytes entropy)
      : hasher_(hasher), entropy_(std::move(entropy)) {}
  void fill(Draw label, std::span<std::uint8_t> out) override;

 private:
  const crypto::Hasher& hasher_;
  Bytes entropy_;
  std::array<std::uint64_t, kDrawCount> counters_{};
};

struct OpenOrder {
  std::string folder;
  Bytes entropy;
  std::uint64_t boot = 1;
  std::string url;
  std::string token;
  AccountId account;
  Bytes master_key;
  std::uint32_t epoch = 1;
};

enum class StoreFault : std::uint8_t { none, fail_next, full, hold };

class Device {
 public:
  explicit Device(Alteration& alteration);

  // `wired` is null at drive level L3, where clock and network are the harness's.
  void begin_case(client::Config config, std::uint64_t wall_ms, Wired* wired);
  bool open(const OpenOrder& order);  // false: no usable folder or key
  void close();                       // flushes
  void drop();                        // does not
  bool is_open() const { return client_.has_value(); }

  void tell(const client::Event& event);
  bool knows(std::uint64_t conn) const { return conn >= 1 && conn <= last_conn_; }
  bool advance(std::uint64_t to_ms);  // false: impossible instant
  void set_wall(std::uint64_t wall_ms);
  void sleep(std::uint64_t for_ms);  // the wall clock goes on, the monotonic one does not
  void set_store_fault(StoreFault fault, std::uint64_t count);
  void hold_seals(bool on);
  void lock(bool locked);

  std::uint64_t now_ms() const;
  std::optional<std::uint64_t> next_timer_ms() const;
  Json state() const;
  Json previews();
  Json take_effects() { return std::exchange(effects_, Json::array()); }

 private:
  Now now() const;
  void step(const client::Event& event);
  void settle();  // completions, until there is nothing left to do
  void perform(const client::Effect& effect);
  void write(const client::StoreWrite& write);
  void connect(ConnEpoch epoch);
  void emit(Json effect) { effects_.push_back(std::move(effect)); }

  Alteration& alteration_;
  Wired* wired_ = nullptr;
  crypto::RealCipher cipher_;
  std::optional<SeededRandom> random_;
  std::optional<FileStore> store_;
  std::optional<client::Client> client_;
  client::Config config_;
  OpenOrder order_;
  crypto::KeyRef key_;
  crypto::Cipher* seen_cipher_ = nullptr;
  Random* seen_random_ = nullptr;

  std::uint64_t now_ms_ = 0;
  std::int64_t wall_minus_monotonic_ms_ = 0;
  std::optional<Micros> next_timer_us_;
  std::uint64_t last_conn_ = 0;
  StoreFault fault_ = StoreFault::none;
  std::uint64_t fail_next_ = 0;
  bool seals_held_ = false;
  std::vector<client::StoreWrite> held_writes_;
  std::vector<SealId> held_seals_;
  std::deque<client::Event> due_;
  Json effects_ = Json::array();
};

}  // namespace dp::kit
