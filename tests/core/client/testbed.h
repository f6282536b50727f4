// Devices, one server and a clock in one value, for the client's tests.
//
// Everything happens at once and in order unless a knob of a device holds it back. Time passes only
// in `pass`, which visits every timer on the way. A crash keeps what the disk keeps.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/crypto/ideal_cipher.h"
#include "core/wire/codec.h"
#include "tests/core/client/fake_server.h"

namespace dp::client {

// Each label is its own stream, as in a world.
class StreamRandom final : public Random {
 public:
  explicit StreamRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(Draw label, std::span<std::uint8_t> out) override;

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, kDrawCount> drawn_{};
};

class Testbed;

struct Device {
  explicit Device(Config config) : client(config) {}

  Client client;
  bool on = false;
  std::uint64_t boot = 0;
  std::map<std::string, Bytes> disk;
  std::deque<Event> inbox;
  std::vector<Effect> effects;  // everything ever asked for, in order
  std::optional<Micros> timer_us;
  std::optional<ConnEpoch> connected;
  Micros wall_offset_us = 0;

  bool hold_seals = false;
  bool hold_store = false;
  bool fail_store = false;
  bool torn_on_crash = false;
  bool network = true;
  bool refuse_connections = false;
  bool lose_up = false;    // frames to the server vanish
  bool lose_down = false;  // frames from the server vanish
  bool hold_down = false;  // they wait
  std::deque<Event> held;
  std::deque<Event> held_down;
  std::deque<StoreWrite> undone;  // asked for while the store is held
};

class Testbed {
 public:
  explicit Testbed(std::size_t devices = 1, Config config = {});
  Testbed(const Testbed& other) = default;
  Testbed& operator=(const Testbed& other) = default;

  Device& device(std::size_t index = 0) { return devices_[index]; }
  Client& client(std::size_t index = 0) { return devices_[index].client; }
  std::size_t size() const { return devices_.size(); }
  const Config& config() const { return config_; }

  // ---- what happens
  void boot(std::size_t index = 0);  // store opened, unlocked, and everything that follows
  void boot_locked(std::size_t index = 0);
  void unlock(std::size_t index = 0);
  void crash(std::size_t index = 0);
  void act(Event event, std::size_t index = 0);
  void settle();  // until nothing is left to do at this instant
  void pass(Micros duration);
  void type(std::string text, std::size_t index = 0) { act(Edited{std::move(text)}, index); }
  void type_and_pause(std::string text, std::size_t index = 0);
  void drop_connection(std::size_t index = 0);
  void go_offline(std::size_t index = 0);
  void go_online(std::size_t index = 0);
  void release(std::size_t index = 0);                              // lifts the holds
  void say(const wire::ServerFrame& frame, std::size_t index = 0);  // a frame the server never sent
  void say_text(std::string text, std::size_t index = 0);
  bool step_one(std::size_t index);  // one event of the inbox; false if there is none

  // ---- what can be seen
  Now now(std::size_t index = 0) const;
  std::string text(const ChatId& chat, std::size_t index = 0) const;  // of the durable draft
  SlotFacts facts(const ChatId& chat, std::size_t index = 0) const;
  std::vector<wire::ClientFrame> frames(std::size_t index = 0) const;  // sent so far
  template <class Frame>
  std::vector<Frame> sent(std::size_t index = 0) const {
    std::vector<Frame> found;
    for (const wire::ClientFrame& frame : frames(index)) {
      if (const auto* typed = std::get_if<Frame>(&frame)) found.push_back(*typed);
    }
    return found;
  }
  template <class E>
  std::vector<E> seen(std::size_t index = 0) const {
    std::vector<E> found;
    for (const Effect& effect : devices_[index].effects) {
      if (const auto* typed = std::get_if<E>(&effect)) found.push_back(*typed);
    }
    return found;
  }
  std::size_t notices(NoticeKind kind, std::size_t index = 0) const;
  void forget_effects();
  draft::Draft open_at_server(const ChatId& chat) const;

  FakeServer server;
  crypto::IdealCipher cipher{crypto::KdfPolicy::simulation()};
  crypto::KeyRef key;
  Micros time_us = 1'000 * kSecond;

 private:
  void perform(std::size_t index, const Effect& effect);
  void write(Device& device, const StoreWrite& write);
  void deliver(std::size_t index, ConnEpoch epoch, const wire::ServerFrame& frame);
  void fan_out(const std::vector<FakeServer::Reply>& replies);

  Config config_;
  std::vector<Device> devices_;
  std::vector<StreamRandom> randoms_;
};

ChatId chat_named(std::uint8_t number);

}  // namespace dp::client
