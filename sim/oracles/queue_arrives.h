// What a person sent off arrives: messages and deletions of chats.
//
// Law: a message or a chat's deletion that was durable in a device's queue has been applied by the
// server's database when the world is quiet, unless the device said that it was refused or that the
// chat is gone.
// Does not check: queues of devices that are switched off for good, or whose store was wiped or put
// back; a message whose receipt somebody forged, which no device can notice (UND-08);
// devices of the field dialect and foreign clients, whose queues cannot be seen; what a restored
// backup of the server takes back later.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class QueueArrives : public Oracle {
 public:
  explicit QueueArrives(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  struct Queued {
    Micros since_us = 0;
    bool excused = false;
  };
  struct Key {
    DeviceId device;
    ChatId chat;
    std::string id;
    bool deletes_chat = false;
    auto operator<=>(const Key&) const = default;
  };
  void look_at(DeviceId device, Micros time_us, const World& world);
  void applied(const server::Request& request);
  void excuse_forged(DeviceId device, std::string_view frame);
  void excuse_told(DeviceId device, const ChatId& chat, bool of_deletions);
  bool is_judged(const World& world, const Key& key, const Queued& queued) const;

  const SlotHistory& history_;
  std::map<DeviceId, std::uint64_t> seen_;  // revision of the client that was looked at last
  std::map<Key, Queued> queued_;            // everything that ever was in a queue
  std::set<std::pair<ChatId, std::string>> stored_;
  std::set<ChatId> dropped_;
};

}  // namespace dp::sim
