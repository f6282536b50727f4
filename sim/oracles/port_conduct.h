// What a client behind a port must never do, whatever it holds or shows: the line to it breaks, it
// refuses what happened to it, it sends bytes that do not open with its account's key.
#pragma once

#include <map>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class PortConduct : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  void look_at(DeviceId device, Micros time_us, std::uint64_t sequence, const World& world);

  struct Seen {
    std::uint64_t operations = 0;
    std::size_t breaches = 0;
  };
  std::map<DeviceId, Seen> seen_;
};

}  // namespace dp::sim
