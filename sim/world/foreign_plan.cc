#include "sim/world/foreign_plan.h"

namespace dp::sim {

bool is_handed_over(const WorldConfig& config, std::size_t index, bool only_first) {
  const std::size_t account = config.devices[index].account;
  if (config.accounts[account].dialect != Dialect::sealed) return false;
  if (!only_first) return true;
  for (std::size_t i = 0; i < index; ++i) {
    if (config.devices[i].account == account) return false;
  }
  return true;
}

bool hand_over(WorldConfig& config, const ForeignClients& clients) {
  bool any = false;
  for (std::size_t i = 0; i < config.devices.size(); ++i) {
    config.devices[i].foreign = is_handed_over(config, i, clients.only_first);
    any = any || config.devices[i].foreign;
  }
  if (!any) return false;
  for (AccountConfig& account : config.accounts) {
    if (!clients.powers.suite_1) account.suite = crypto::Suite::aes256_gcm;
    if (!clients.powers.suite_2) account.suite = crypto::Suite::xchacha20_poly1305;
  }
  config.cipher = CipherMode::real;
  config.ports = clients.ports();
  return true;
}

std::string_view power_missing_for(FaultKind kind, const PortPowers& powers) {
  switch (kind) {
    case FaultKind::slow_cipher:
      return "one turn at the cipher cannot be slowed";
    case FaultKind::slow_write:
      return "one write to the store cannot be slowed";
    case FaultKind::lost_unsynced:
      return "a write cannot be lost after it was reported";
    case FaultKind::torn_write:
      return "a write cannot be torn";
    case FaultKind::bit_rot:
      return "a bit of a stored row cannot be flipped";
    case FaultKind::failed_write:
    case FaultKind::disk_full:
      return powers.failing_store ? "" : "store_fault: writes cannot be made to fail";
    case FaultKind::device_logout:
      return powers.lock ? "" : "lock: keys cannot be taken away";
    case FaultKind::clock_skew:
    case FaultKind::clock_jump_back:
    case FaultKind::clock_jump_forward:
      return powers.wall_clock ? "" : "wall: the wall clock cannot be set";
    default:
      return "";
  }
}

std::vector<std::string_view> without_unplayable_faults(FaultPlan& plan, const PortPowers& powers) {
  std::vector<std::string_view> off;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (plan[kind] == 0 || power_missing_for(kind, powers).empty()) continue;
    plan[kind] = 0;
    off.push_back(name(kind));
  }
  return off;
}

}  // namespace dp::sim
