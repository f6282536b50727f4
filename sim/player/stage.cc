#include "sim/player/stage.h"

#include <fmt/format.h>

#include <utility>

namespace dp::sim {

Stage::Stage(const Scenario& scenario, WorldConfig config)
    : scenario_(scenario), world_(std::move(config)), envelopes_(scenario.envelopes) {
  for (std::size_t i = 0; i < scenario.chats.size(); ++i) {
    const ScenarioChat& chat = scenario.chats[i];
    if (chat.composed) {
      chats_.emplace_back();
      continue;
    }
    chats_.emplace_back(world_.chat(chat.account, i));
    if (chat.exists) world_.seed_chat(chat.account, *chats_.back(), chat.messages);
  }
  world_.attach(&tally_);
}

std::optional<ChatId> Stage::chat_id(std::size_t chat) const {
  return chats_[chat];
}

std::string Stage::chat_name(const ChatId& id) const {
  for (std::size_t i = 0; i < chats_.size(); ++i) {
    if (chats_[i] == id) return scenario_.chats[i].name;
  }
  return id.text();
}

server::SlotKey Stage::slot_key(std::size_t chat) const {
  return {world_.account_id(scenario_.chats[chat].account), chats_[chat].value_or(ChatId())};
}

std::string Stage::node_text(NodeId node) const {
  if (is_device(node) && device_of(node).index < scenario_.devices.size()) {
    return scenario_.devices[device_of(node).index].name;
  }
  return node_name(node);
}

std::string Stage::with_round(std::string_view text) const {
  if (rounds_.empty()) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '$' && next == 'n') {
      out += fmt::format("{}", rounds_.back());
      ++i;
    } else if (text[i] == '$' && next == '$') {
      out += '$';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Stage::with_chat_ids(std::string_view text) const {
  std::string out(text);
  // Longer names first would matter only if one name began another: the character after tells.
  for (std::size_t i = 0; i < chats_.size(); ++i) {
    if (!chats_[i]) continue;
    const std::string word = "@chat:" + scenario_.chats[i].name;
    for (std::size_t at = out.find(word); at != std::string::npos; at = out.find(word, at)) {
      const char after = at + word.size() < out.size() ? out[at + word.size()] : '\0';
      const bool longer =
          (after >= 'a' && after <= 'z') || (after >= '0' && after <= '9') || after == '-';
      if (longer) {
        at += word.size();
        continue;
      }
      out.replace(at, word.size(), chats_[i]->text());
    }
  }
  return out;
}

std::string Stage::frame_of(const Action& action) const {
  return envelopes_.filled_in(with_chat_ids(with_round(action.text("frame"))));
}

void Stage::composing(DeviceId device, std::optional<std::size_t> chat) {
  composers_[device] = chat;
}

void Stage::learn_composed_chats() {
  for (auto it = composers_.begin(); it != composers_.end();) {
    const std::optional<ChatId> begun = world_.view(it->first).current_chat;
    if (!begun) {
      ++it;
      continue;
    }
    if (it->second) chats_[*it->second] = begun;
    it = composers_.erase(it);
  }
}

}  // namespace dp::sim
