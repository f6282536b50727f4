#include "sim/oracles/held_back.h"

namespace dp::sim {

void HeldBack::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node)) return;
  const DeviceId device = device_of(event.node);
  const bool receipt = event.kind == EventKind::frame_came && event.name == "draft_update_receipt";
  if (receipt && !world.is_sealed(device)) {
    for (auto& [slot, devices] : said_) {
      if (event.bytes.contains(slot.chat.text())) devices.erase(device);
    }
  }
  if (event.kind != EventKind::notice) return;
  const auto kind = static_cast<client::NoticeKind>(event.number);
  if (kind != client::NoticeKind::not_synced_too_long &&
      kind != client::NoticeKind::not_synced_refused) {
    return;
  }
  if (const auto chat = ChatId::parse(event.bytes)) {
    said_[{world.account_of(device), *chat}].insert(device);
  }
}

bool HeldBack::is_said(const AccountChat& slot, DeviceId device) const {
  const auto said = said_.find(slot);
  return said != said_.end() && said->second.contains(device);
}

}  // namespace dp::sim
