// A person or a script with a device: orders in, what became of them out.
//
//   lines --> orders --> events --> DeviceHost --effects--> DeviceVoice
//
// Orders are carried out one after the other; `wait` holds the next one back until the device has
// nothing left to save or to synchronise. The end of the input is a `quit`.
// Guarantees: ends with everything saved unless the store refuses; what the server lacks then is
// durable on the device.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/hosts/device_host.h"
#include "conformance/hosts/device_orders.h"
#include "conformance/hosts/device_voice.h"
#include "sim/report/exit_code.h"

namespace dp::hosts {

class Conversation {
 public:
  Conversation(net::Loop& loop, DeviceVoice& voice);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  DeviceHost::Ears ears();
  void begin(DeviceHost& host, std::function<void(sim::ExitCode)> ended);
  void take(const std::optional<std::string>& line);  // nullopt: no more
  void quit();

 private:
  void hear(const client::Effect& effect);
  void stepped();
  void obey(const Order& order);
  void obey_text(Verb verb, const std::string& text);
  void open(const std::string& which, bool remove);
  void press(const client::Event& event);
  void list();
  void show();
  void wait(int seconds);
  void waited(bool settled);
  void leave(bool in_time);
  void problem(const std::string& sentence);

  bool is_saved() const;
  bool is_settled() const;
  ShownState state() const;
  std::vector<ShownChat> chats();
  ShownChat chat(const ChatId& id);
  std::size_t number_of(const ChatId& chat);
  std::optional<ChatId> chat_named(const std::string& which) const;

  net::Loop& loop_;
  DeviceVoice& voice_;
  DeviceHost* host_ = nullptr;
  std::function<void(sim::ExitCode)> ended_;
  sim::ExitCode code_ = sim::ExitCode::all_hold;
  std::vector<ChatId> numbered_;  // chat n is entry n - 1, in the order of being met
  ShownState told_;
  net::Timer wait_timer_;
  bool waiting_ = false;
  bool leaving_ = false;
};

}  // namespace dp::hosts
