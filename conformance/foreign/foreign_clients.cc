#include "conformance/foreign/foreign_clients.h"

#include <utility>

#include "conformance/foreign/device_port.h"

namespace dp::conformance {
namespace {

// The ports of one world, which share what went over its connections.
class WorldPorts final : public sim::ClientPorts {
 public:
  explicit WorldPorts(std::shared_ptr<AdapterPool> pool)
      : pool_(std::move(pool)), powers_(pool_->powers()) {}

  std::shared_ptr<sim::ClientPort> make(const sim::PortOrder& order) override {
    return std::make_shared<DevicePort>(pool_, audit_, order);
  }
  const sim::PortPowers& powers() const override { return powers_; }

 private:
  std::shared_ptr<AdapterPool> pool_;
  sim::PortPowers powers_;
  std::shared_ptr<FrameAudit> audit_ = std::make_shared<FrameAudit>();
};

}  // namespace

sim::ForeignClients foreign_clients(std::shared_ptr<AdapterPool> pool, bool only_first) {
  sim::ForeignClients out;
  out.powers = pool->powers();
  out.only_first = only_first;
  out.ports = [pool = std::move(pool)] { return std::make_shared<WorldPorts>(pool); };
  return out;
}

}  // namespace dp::conformance
