#include "tests/core/client/testbed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"

namespace dp::client {

void StreamRandom::fill(Draw label, std::span<std::uint8_t> out) {
  const auto stream = static_cast<std::size_t>(label);
  for (std::uint8_t& byte : out) {
    std::uint64_t x = seed_ * 0x9e3779b97f4a7c15ULL + stream * 0xbf58476d1ce4e5b9ULL +
                      ++drawn_[stream] * 0x94d049bb133111ebULL;
    x ^= x >> 31;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32;
    byte = static_cast<std::uint8_t>(x);
  }
}

ChatId chat_named(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = number;
  return ChatId::from_random(bytes);
}

Testbed::Testbed(std::size_t devices, Config config) : config_(std::move(config)) {
  const std::array<std::uint8_t, 32> master{7};
  key = *cipher.add_account(crypto::KeyView(master), 1);
  for (std::size_t i = 0; i < devices; ++i) {
    devices_.emplace_back(config_);
    randoms_.emplace_back(i + 1);
  }
}

Now Testbed::now(std::size_t index) const {
  return {time_us, 1'700'000'000 * kSecond + time_us + devices_[index].wall_offset_us};
}

void Testbed::boot_locked(std::size_t index) {
  Device& d = devices_[index];
  d.client = Client(config_);
  d.on = true;
  StoreOpened opened;
  opened.boot = ++d.boot;
  for (const auto& [row_key, value] : d.disk) opened.rows.push_back({row_key, value});
  act(std::move(opened), index);
}

void Testbed::unlock(std::size_t index) {
  act(Unlocked{key}, index);
}

void Testbed::boot(std::size_t index) {
  boot_locked(index);
  unlock(index);
}

void Testbed::crash(std::size_t index) {
  Device& d = devices_[index];
  if (d.connected) server.disconnect(static_cast<int>(index));
  if (d.torn_on_crash && !d.undone.empty() && !d.undone.front().puts.empty()) {
    // A prefix of the first write reaches the disk, its last row only in part.
    const StoreWrite& first = d.undone.front();
    const std::size_t whole = d.boot % first.puts.size();
    for (std::size_t i = 0; i <= whole; ++i) {
      const StorePut& put = first.puts[i];
      if (!put.value) {
        d.disk.erase(put.key);
        continue;
      }
      Bytes value = *put.value;
      if (i == whole) value.resize(value.size() / 2);
      d.disk[put.key] = std::move(value);
    }
  }
  d.on = false;
  d.connected.reset();
  d.inbox.clear();
  d.held.clear();
  d.held_down.clear();
  d.undone.clear();
  d.timer_us.reset();
  d.hold_seals = d.hold_store = false;
}

bool Testbed::step_one(std::size_t index) {
  Device& d = devices_[index];
  if (!d.on || d.inbox.empty()) return false;
  const Event event = std::move(d.inbox.front());
  d.inbox.pop_front();
  Environment environment{now(index), randoms_[index], cipher};
  Outcome outcome = d.client.step(event, environment);
  d.timer_us = outcome.next_timer_us;
  for (const Effect& effect : outcome.effects) {
    d.effects.push_back(effect);
    perform(index, effect);
  }
  return true;
}

void Testbed::settle() {
  for (std::size_t rounds = 0; rounds < 100'000; ++rounds) {
    bool moved = false;
    for (std::size_t i = 0; i < devices_.size(); ++i) moved = step_one(i) || moved;
    if (!moved) return;
  }
  ADD_FAILURE() << "the devices never come to rest";
}

void Testbed::act(Event event, std::size_t index) {
  if (!devices_[index].on) return;
  devices_[index].inbox.push_back(std::move(event));
  settle();
}

void Testbed::pass(Micros duration) {
  const Micros end = time_us + duration;
  while (true) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      const Device& d = devices_[i];
      if (!d.on || !d.timer_us || *d.timer_us > end) continue;
      if (!first || *d.timer_us < *devices_[*first].timer_us) first = i;
    }
    if (!first) break;
    time_us = std::max(time_us, *devices_[*first].timer_us);
    devices_[*first].timer_us.reset();
    act(TimerFired{}, *first);
  }
  time_us = end;
}

void Testbed::type_and_pause(std::string typed, std::size_t index) {
  type(std::move(typed), index);
  pass(config_.debounce_us);
}

// ---- effects ------------------------------------------------------------------------------------

void Testbed::write(Device& d, const StoreWrite& write) {
  for (const StorePut& put : write.puts) {
    if (put.value) {
      d.disk[put.key] = *put.value;
    } else {
      d.disk.erase(put.key);
    }
  }
}

void Testbed::deliver(std::size_t index, ConnEpoch epoch, const wire::ServerFrame& frame) {
  Device& d = devices_[index];
  if (!d.connected || d.lose_down) return;
  FrameArrived arrived{epoch, wire::encode(frame)};
  (d.hold_down ? d.held_down : d.inbox).push_back(std::move(arrived));
}

void Testbed::fan_out(const std::vector<FakeServer::Reply>& replies) {
  for (const FakeServer::Reply& reply : replies) {
    const auto to = static_cast<std::size_t>(reply.conn);
    if (devices_[to].connected) deliver(to, *devices_[to].connected, reply.frame);
  }
}

void Testbed::perform(std::size_t index, const Effect& effect) {
  Device& d = devices_[index];
  const int conn = static_cast<int>(index);
  if (const auto* turn = std::get_if<SealTurn>(&effect)) {
    (d.hold_seals ? d.held : d.inbox).push_back(SealTurnCame{turn->seal});
  } else if (const auto* put = std::get_if<StoreWrite>(&effect)) {
    if (d.hold_store) {
      d.undone.push_back(*put);
      return;
    }
    if (!d.fail_store) write(d, *put);
    d.inbox.push_back(StoreWritten{put->write, !d.fail_store});
  } else if (const auto* open = std::get_if<ConnOpen>(&effect)) {
    if (!d.network || d.refuse_connections) {
      d.inbox.push_back(ConnClosed{open->epoch, 0});
      return;
    }
    d.connected = open->epoch;
    server.connect(conn);
    d.inbox.push_back(ConnOpened{open->epoch});
  } else if (std::get_if<ConnClose>(&effect)) {
    server.disconnect(conn);
    d.connected.reset();
  } else if (const auto* frame = std::get_if<ConnSend>(&effect)) {
    if (!d.connected || *d.connected != frame->epoch || d.lose_up) return;
    const auto decoded = wire::decode_client_frame(frame->text, config_.wire);
    ASSERT_TRUE(decoded.has_value()) << frame->text;
    fan_out(server.handle(conn, *decoded, cipher));
  }
}

void Testbed::drop_connection(std::size_t index) {
  Device& d = devices_[index];
  if (!d.connected) return;
  const ConnEpoch epoch = *d.connected;
  d.connected.reset();
  d.held_down.clear();
  server.disconnect(static_cast<int>(index));
  act(ConnClosed{epoch, 1006}, index);
}

void Testbed::go_offline(std::size_t index) {
  devices_[index].network = false;
  drop_connection(index);
}

void Testbed::go_online(std::size_t index) {
  devices_[index].network = true;
  act(NetHint{true}, index);
}

void Testbed::release(std::size_t index) {
  Device& d = devices_[index];
  d.hold_seals = d.hold_store = d.hold_down = false;
  for (const StoreWrite& put : std::exchange(d.undone, {})) {
    if (!d.fail_store) write(d, put);
    d.inbox.push_back(StoreWritten{put.write, !d.fail_store});
  }
  for (Event& event : std::exchange(d.held, {})) d.inbox.push_back(std::move(event));
  for (Event& event : std::exchange(d.held_down, {})) d.inbox.push_back(std::move(event));
  settle();
}

void Testbed::say_text(std::string frame, std::size_t index) {
  const Device& d = devices_[index];
  if (d.connected) act(FrameArrived{*d.connected, std::move(frame)}, index);
}

void Testbed::say(const wire::ServerFrame& frame, std::size_t index) {
  say_text(wire::encode(frame), index);
}

// ---- readings -----------------------------------------------------------------------------------

SlotFacts Testbed::facts(const ChatId& chat, std::size_t index) const {
  for (SlotFacts& fact : devices_[index].client.slots()) {
    if (fact.chat == chat) return std::move(fact);
  }
  return {};
}

std::string Testbed::text(const ChatId& chat, std::size_t index) const {
  return draft::text_of(facts(chat, index).local);
}

std::vector<wire::ClientFrame> Testbed::frames(std::size_t index) const {
  std::vector<wire::ClientFrame> found;
  for (const ConnSend& frame : seen<ConnSend>(index)) {
    found.push_back(*wire::decode_client_frame(frame.text, config_.wire));
  }
  return found;
}

std::size_t Testbed::notices(NoticeKind kind, std::size_t index) const {
  const std::vector<Notice> all = seen<Notice>(index);
  return static_cast<std::size_t>(std::ranges::count(all, kind, &Notice::kind));
}

void Testbed::forget_effects() {
  for (Device& d : devices_) d.effects.clear();
}

draft::Draft Testbed::open_at_server(const ChatId& chat) const {
  const FakeSlot& slot = server.slots.at(chat);
  const crypto::Kind kind = slot.text ? crypto::Kind::draft : crypto::Kind::tombstone;
  const Bytes envelope = *base64_decode(slot.text ? *slot.text : *slot.tombstone);
  const auto opened =
      cipher.open({key, config_.account, kind, *cipher.slot_id(key, chat)}, envelope);
  return *draft::decode_payload(*crypto::unpad(kind, opened->plaintext));
}

}  // namespace dp::client
