// Generated people: one per device, typing in bursts, pausing around the debounce edge, switching
// chats, clearing, sending, going offline for a while.
//
//   People people(config);
//   while (auto at = people.next_us()) { world.run_until(*at); people.act(world); }
//
// Every operation is a few decisions with its own ordinal on the world's tape; answering the
// first of them with 0 removes the operation and leaves every other one as it was.
// Does not: know what should come of it. Oracles do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/world/world.h"

namespace dp::sim {

struct PeopleConfig {
  std::size_t chats = 2;                // per account, shared by its devices
  std::uint32_t operations = 90;        // per device
  Micros until_us = 60 * kSecond;       // nobody acts later than this
  std::uint32_t burst_edits_max = 4;    // edits between two pauses
  std::uint32_t offline_per_mille = 8;  // of the operations: a spell without network
  std::uint32_t odd_per_mille = 20;
  std::uint32_t long_per_mille = 3;
  bool new_device_mid_run = false;
  std::uint32_t secret = 0;  // which letters are typed, not how many: see disguised()
  bool operator==(const PeopleConfig&) const = default;
};

class People {
 public:
  People(const World& world, PeopleConfig config);

  std::optional<Micros> next_us() const;
  void act(World& world);  // everything due at next_us, one person at a time
  std::uint64_t acted() const { return acted_; }

 private:
  struct Person {
    DeviceId device;
    std::uint32_t operation = 0;  // ordinal of the next one
    std::uint32_t burst_left = 0;
    Micros next_us = 0;
    std::optional<Micros> online_again_us;
    std::size_t chat = 0;
    bool chat_open = false;
    bool done = false;
  };
  std::size_t due_person() const;
  void operate(World& world, Person& person);
  void type(World& world, Person& person);
  void open_chat(World& world, Person& person, std::size_t chat);
  Micros pause(World& world, Person& person);

  PeopleConfig config_;
  std::vector<Person> people_;
  std::uint64_t acted_ = 0;
  bool new_device_added_ = false;
};

}  // namespace dp::sim
