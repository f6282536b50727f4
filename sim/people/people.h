// Generated people: one per device, typing in bursts, pausing around the debounce edge, switching
// chats, clearing, sending, going offline for a while.
//
//   People people(world, config);
//   while (auto at = people.next_us()) { world.run_until(*at); people.act(world); }
//
// Every operation is a few decisions with its own ordinal on the world's tape; answering the
// first of them with 0 removes the operation and leaves every other one as it was.
// Does not: know what should come of it. Oracles do.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "sim/people/secret_text.h"
#include "sim/world/world.h"

namespace dp::sim {

enum class Habit : std::uint8_t {
  plain,  // the published mix: type, switch, clear, send, blur, draw previews, lose the network
  wild,   // and everything else a person can do: delete chats, compose, close, sleep for weeks
};

struct PeopleConfig {
  std::size_t chats = 2;                // per account, shared by its devices
  std::uint32_t operations = 90;        // per device
  Micros until_us = 60 * kSecond;       // nobody acts later than this; sleep adds to it
  std::uint32_t burst_edits_max = 4;    // edits between two pauses
  std::uint32_t offline_per_mille = 8;  // of the operations: a spell without network
  std::uint32_t odd_per_mille = 20;
  std::uint32_t long_per_mille = 3;
  bool new_device_mid_run = false;
  Habit habit = Habit::plain;
  std::uint32_t same_text_per_mille = 0;  // of the edits: what the others of the chat type now too
  std::uint32_t huge_per_mille = 0;       // of the edits: a paste around the limit
  bool deletes_chats = false;             // wild people alone
  bool long_waits = false;                // some pauses reach the receipt, ping and idle timeouts
  // Which of the pieces of the secret are typed; the plan of a pair of runs (sim/two_run).
  std::uint32_t secret = 0;
  SecretFamily family = SecretFamily::letters;
  bool operator==(const PeopleConfig&) const = default;
};

// When the person of this device comes to an operation if every pause before it is answered 0. A
// second lies between two operations, and a millisecond between two people, which is less than a
// frame takes: those of one number meet.
Micros usual_time_us(DeviceId device, std::uint32_t operation);

class People {
 public:
  People(const World& world, PeopleConfig config);

  std::optional<Micros> next_us() const;
  void act(World& world);  // everything due at next_us, one person at a time
  std::uint64_t acted() const { return acted_; }
  // When the safety phase may end: until_us and what was slept beyond it.
  Micros until_us() const { return config_.until_us; }

 private:
  struct Person {
    DeviceId device;
    std::uint32_t operation = 0;  // ordinal of the next one
    std::uint32_t burst_left = 0;
    Micros next_us = 0;
    std::optional<Micros> online_again_us;
    std::size_t chat = 0;
    bool chat_open = false;
    std::optional<std::size_t> deleting;  // a chat that was deleted and may not be gone yet
    bool hidden = false;
    bool done = false;
  };
  std::size_t due_person() const;
  void operate(World& world, Person& person);
  void plainly(World& world, Person& person, std::uint64_t verb);
  void wildly(World& world, Person& person, std::uint64_t verb);
  void type(World& world, Person& person);
  std::string next_text(const World& world, const Person& person, std::uint64_t bits) const;
  void open_chat(World& world, Person& person, std::size_t chat);
  void open_drawn_chat(World& world, Person& person);
  void delete_chat(World& world, Person& person);
  void go_offline(World& world, Person& person);
  void sleep(World& world, Person& person);
  void switch_off_all(World& world);
  void wake(World& world);
  Micros pause(World& world, Person& person);
  void join(World& world, const Person& like);

  PeopleConfig config_;
  std::vector<Person> people_;
  std::uint64_t acted_ = 0;
  bool new_device_added_ = false;
  std::optional<Micros> wake_us_;  // everybody sleeps until then
  std::set<DeviceId> asleep_;      // and are switched on again then
  Micros night_us_ = 0;
  bool deep_sleep_ = false;  // what was about to start has been switched off again
};

}  // namespace dp::sim
