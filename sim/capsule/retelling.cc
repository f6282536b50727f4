#include "sim/capsule/retelling.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/document.h"

namespace dp::sim {

Retelling::Retelling(Delays delays)
    : delays_(delays), faults_(steps_, [this](std::string_view id) { return known_chat(id); }) {
  if (delays == Delays::shortest) steps_.say(0, "server", kUsualAnswer);
}

void Retelling::observe(const TraceEvent& event, const World& world) {
  if (world.phase() != Phase::safety) return end(event, world);
  faults_.observe(event, world);
  name_composed(event, world);
  const std::string node = node_name(event.node);
  switch (event.kind) {
    case EventKind::person:
      return retell_person(event, node, world);
    case EventKind::lifecycle:
      return retell_lifecycle(event, node);
    case EventKind::crash:
      if (!faults_.is_told(event)) faults_.retell_crash(event);
      return;
    case EventKind::boot:
      return retell_boot(event, node, world);
    case EventKind::conn_asked:
      link_of_[event.number] = event.node;
      return;
    case EventKind::frame_came:
      return retell_arrival(event, world);
    default:
      return;
  }
}

std::set<std::string> Retelling::unspeakable() const {
  std::set<std::string> all = faults_.unspeakable();
  all.insert(unspeakable_.begin(), unspeakable_.end());
  return all;
}

std::string Retelling::devices(const RunPlan& plan) const {
  std::map<DeviceId, std::size_t> accounts = account_of_;  // others join on the way
  for (std::size_t i = 0; i < plan.world.devices.size(); ++i) {
    accounts[DeviceId{static_cast<std::uint32_t>(i)}] = plan.world.devices[i].account;
  }
  std::string out;
  for (const auto& [device, account] : accounts) {
    out += fmt::format("{}{{\"name\": \"d{}\", \"account\": \"person{}\"{}}}",
                       out.empty() ? "" : ", ", device.index, account,
                       on_at_first_.contains(device) ? "" : ", \"power\": \"off\"");
  }
  return out;
}

std::string Retelling::chats() const {
  std::string out;
  for (std::size_t i = 0; i < chats_.size(); ++i) {
    if (chats_[i].composed) continue;  // it is made on the way
    out += fmt::format("{}{{\"name\": \"chat{}\", \"account\": \"person{}\"}}",
                       out.empty() ? "" : ", ", i, chats_[i].account);
  }
  return out;
}

std::string Retelling::healed() const {
  std::string out;
  if (lost_.empty()) return out;
  for (std::uint32_t i = 0; i < devices_; ++i) {
    if (std::ranges::find(lost_, DeviceId{i}) != lost_.end()) continue;
    out += fmt::format("{}\"d{}\"", out.empty() ? "" : ", ", i);
  }
  return out;
}

// The first event after the phase of faults, when it is known whom the end will heal.
void Retelling::end(const TraceEvent& event, const World& world) {
  if (end_us_ < 0) end_us_ = event.time_us;
  if (world.phase() == Phase::heal || devices_ > 0) return;
  devices_ = world.device_count();
  for (std::uint32_t i = 0; i < devices_; ++i) {
    if (!world.is_healed(DeviceId{i})) lost_.push_back(DeviceId{i});
  }
}

// A composer's chat has its id from the first keystroke on; its step was told before. While the
// composer is being opened, the chat that was open until then may still be seen.
void Retelling::name_composed(const TraceEvent& event, const World& world) {
  const auto composing = composers_.find(event.node);
  if (composing == composers_.end()) return;
  const std::optional<ChatId> chat = world.view(device_of(event.node)).current_chat;
  if (!chat || known_chat(chat->text())) return;
  chats_.push_back({*chat, world.account_of(device_of(event.node)), true});
  steps_.add_to(composing->second, fmt::format("\"as\": \"chat{}\"", chats_.size() - 1));
  composers_.erase(composing);
}

std::string Retelling::chat_name(const ChatId& chat, std::size_t account) {
  const auto known = std::ranges::find(chats_, chat, &Chat::id);
  const auto index = static_cast<std::size_t>(known - chats_.begin());
  if (known == chats_.end()) chats_.push_back({chat, account});
  return fmt::format("chat{}", index);
}

std::optional<std::string> Retelling::known_chat(std::string_view id) const {
  for (std::size_t i = 0; i < chats_.size(); ++i) {
    if (chats_[i].id.text() == id) return fmt::format("chat{}", i);
  }
  return std::nullopt;
}

void Retelling::retell_person(const TraceEvent& event, const std::string& node,
                              const World& world) {
  const auto* typed = std::get_if<const client::Event*>(&event.detail);
  if (typed == nullptr || *typed == nullptr) return;
  const auto say = [&](const std::string& what) { steps_.say(event.time_us, node, what); };
  const auto name_of = [&](const ChatId& chat) {
    return chat_name(chat, world.account_of(device_of(event.node)));
  };
  if (const auto* opened = std::get_if<client::ChatOpened>(*typed)) {
    return say(
        fmt::format("\"do\": \"open\", \"chat\": \"{}\", \"focus\": false", name_of(opened->chat)));
  }
  if (const auto* gone = std::get_if<client::ChatDeletePressed>(*typed)) {
    return say(fmt::format("\"do\": \"delete_chat\", \"chat\": \"{}\"", name_of(gone->chat)));
  }
  if (std::holds_alternative<client::ComposerOpened>(**typed)) {
    composers_[event.node] = steps_.say(event.time_us, node, "\"do\": \"compose\"");
    return;
  }
  // The verb puts the cursor there by itself.
  if (event.name == "focused" && composers_.contains(event.node)) return;
  if (event.name == "edited") {
    return say(fmt::format("\"do\": \"set_text\", \"text\": {}", json_quoted(event.bytes)));
  }
  static const std::map<std::string_view, std::string_view> kVerbs{
      {"focused", "focus"},
      {"blurred", "blur"},
      {"clear_pressed", "clear"},
      {"send_pressed", "send"},
      {"hidden", "hide"},
      {"shown", "show"},
      {"chat_closed", "leave"},
      {"closing", "close"},
      {"editor_reset", "reset_editor"},
      {"previews_needed", "look_at_list"}};
  const auto verb = kVerbs.find(event.name);
  if (verb == kVerbs.end()) {
    unspeakable_.insert(std::string(event.name));
    return;
  }
  say(fmt::format("\"do\": \"{}\"", verb->second));
}

void Retelling::retell_lifecycle(const TraceEvent& event, const std::string& node) {
  if (event.name == "net_hint_down") {
    offline_.insert(event.node);
    steps_.say(event.time_us, node, "\"do\": \"go_offline\"");
  }
  if (event.name == "net_hint_up") {
    offline_.erase(event.node);
    steps_.say(event.time_us, node, "\"do\": \"go_online\"");
  }
}

void Retelling::retell_boot(const TraceEvent& event, const std::string& node, const World& world) {
  if (faults_.is_told(event)) return;
  if (event.node == kServerNode) {
    if (event.number > 0) steps_.say(event.time_us, "server", "\"do\": \"start\"");
    return;
  }
  const DeviceId device = device_of(event.node);
  const bool is_first = account_of_.emplace(device, world.account_of(device)).second;
  if (faults_.is_first_of_a_clone(event.node)) return;
  // Nobody tells a program that is off that the network is back; one without it is told at once.
  if (offline_.erase(event.node) > 0) {
    steps_.say(event.time_us, node, "\"do\": \"go_online\"");
  }
  if (is_first && event.time_us == 0) {
    on_at_first_.insert(device);
  } else {
    steps_.say(event.time_us, node, "\"do\": \"power_on\"");
  }
}

void Retelling::retell_arrival(const TraceEvent& event, const World& world) {
  const auto link = link_of_.find(event.number);
  if (delays_ != Delays::shortest || link == link_of_.end() || event.name.empty()) return;
  const auto sent_us = static_cast<Micros>(event.other);
  const NetworkProfile& network = world.config().network;
  const DelayTable& table = event.node == kServerNode ? network.up : network.down;
  if (event.time_us - sent_us <= table.quantiles_us.front()) return;
  const std::string node = node_name(link->second);
  Micros& released_us = released_us_[link->second];
  steps_.say(std::max(sent_us, released_us), node,
             fmt::format("\"do\": \"hold\", \"frames\": \"{}\"", event.name));
  steps_.say_before(event.time_us, node, "\"do\": \"release\"");
  released_us = event.time_us;
}

}  // namespace dp::sim
