// A world with a scenario's names on it: what handlers and expectations work with.
//
// Lifetime: refers to the scenario, which must outlive it; the world is its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/player/conditions.h"
#include "sim/player/envelopes.h"
#include "sim/player/tally.h"
#include "sim/scenario/scenario.h"
#include "sim/world/world.h"

namespace dp::sim {

class Stage {
 public:
  Stage(const Scenario& scenario, WorldConfig config);

  World& world() { return world_; }
  const World& world() const { return world_; }
  const Scenario& scenario() const { return scenario_; }
  Tally& tally() { return tally_; }
  const Tally& tally() const { return tally_; }

  // ---- names
  // None for a chat that a composer has not begun yet.
  std::optional<ChatId> chat_id(std::size_t chat) const;
  std::string chat_name(
      const ChatId& id) const;  // the id's text if the scenario has no name for it
  server::SlotKey slot_key(std::size_t chat) const;
  std::string node_text(NodeId node) const;  // "phone", "server", "world"
  // `$n` becomes the number of the innermost round, `$$` a dollar sign; only inside a repeat.
  std::string with_round(std::string_view text) const;
  // "@chat:NAME" becomes the id of the chat.
  std::string with_chat_ids(std::string_view text) const;

  // All of it, and what is kept or forged. An empty text: a name has no envelope yet.
  std::string frame_of(const Action& action) const;
  Envelopes& envelopes() { return envelopes_; }

  // ---- composers
  // The device has an empty composer; `chat` is the name its chat will have, if any.
  void composing(DeviceId device, std::optional<std::size_t> chat);
  void forget_composer(DeviceId device) { composers_.erase(device); }
  bool has_composer(DeviceId device) const { return composers_.contains(device); }
  void learn_composed_chats();  // after anything that may have begun a chat

  // ---- rounds of repeats
  void enter_round(std::int64_t round) { rounds_.push_back(round); }
  void leave_round() { rounds_.pop_back(); }

 private:
  const Scenario& scenario_;
  World world_;
  Tally tally_;
  std::vector<std::optional<ChatId>> chats_;
  std::map<DeviceId, std::optional<std::size_t>> composers_;  // without an id so far
  std::vector<std::int64_t> rounds_;
  Envelopes envelopes_;
};

// What an expectation sees at this instant. The key is that of the check.
Seen seen_on_device(const Stage& stage, DeviceId device, const Check& check);
Seen seen_on_server(const Stage& stage, const Expectation& expectation, const Check& check);

}  // namespace dp::sim
