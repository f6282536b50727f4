// The client core on a real socket, a real clock and a real store.
//
// Guarantees: every event is one step, on the loop's thread; effects are performed in order; rows
// are durable before the client hears so. Who listens is told every effect and then that the step
// is over.
// Does not: talk to people.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/hosts/device_store.h"
#include "conformance/hosts/structured_log.h"
#include "conformance/hosts/system_random.h"
#include "conformance/net/loop.h"
#include "conformance/net/websocket.h"
#include "core/client/client.h"
#include "core/crypto/real_cipher.h"

namespace dp::hosts {

struct DeviceParts {
  client::Config config;
  net::ClientOptions socket;
  DeviceStore store;
  crypto::RealCipher cipher;
  crypto::KeyRef key;
  StructuredLog log;
  bool online = true;
};

class DeviceHost {
 public:
  struct Ears {
    std::function<void(const client::Effect&)> heard;
    std::function<void()> stepped;
  };
  DeviceHost(net::Loop& loop, DeviceParts parts, Ears ears);
  DeviceHost(const DeviceHost&) = delete;
  DeviceHost& operator=(const DeviceHost&) = delete;

  Result<void> start();  // opens the store, unlocks, begins to connect
  void step(const client::Event& event);
  void set_online(bool online);
  // Says goodbye to the server and calls `done`, after a second at the latest.
  void hang_up(std::function<void()> done);

  const client::Client& client() const { return core_; }
  bool idle() const { return idle_; }
  bool online() const { return online_; }

 private:
  void perform(const client::Effect& effect);
  void connect(ConnEpoch epoch);
  void lost(ConnEpoch epoch, std::uint16_t code, const std::string& reason);

  net::Loop& loop_;
  net::ClientOptions socket_options_;
  DeviceStore store_;
  crypto::RealCipher cipher_;
  crypto::KeyRef key_;
  StructuredLog log_;
  Ears ears_;
  SystemRandom random_;
  client::Client core_;
  bool idle_ = true;
  bool online_;
  net::Timer timer_;
  net::Timer hang_up_timer_;
  std::function<void()> hung_up_;
  ConnEpoch epoch_;
  std::unique_ptr<net::WebSocketClient> socket_;
};

}  // namespace dp::hosts
