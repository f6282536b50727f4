#include "sim/player/tampering.h"

#include <charconv>
#include <utility>

#include "core/wire/codec.h"

namespace dp::sim {

Direction direction_of(std::string_view frame_type) {
  for (const std::string_view up :
       {"update_draft", "delete_draft", "get_draft_versions", "get_chat_details",
        "sync_offline_changes", "initial_sync_request", "chat_message_added", "delete_chat",
        "ping"}) {
    if (up == frame_type) return Direction::up;
  }
  return Direction::down;
}

Tamper parse_tamper(std::string_view word) {
  if (word == "drop") return Tamper::drop;
  if (word == "duplicate") return Tamper::duplicate;
  if (word == "swap") return Tamper::swap;
  if (word == "corrupt") return Tamper::corrupt;
  return Tamper::replay;
}

Tampering::Tampering(std::string frame_type, Tamper how, std::int64_t times, std::string field)
    : frame_type_(std::move(frame_type)),
      direction_(direction_of(frame_type_)),
      how_(how),
      left_(times),
      field_(std::move(field)) {}

bool Tampering::is_meant(std::string_view frame) const {
  if (direction_ == Direction::up) {
    const auto decoded = wire::decode_client_frame(frame, wire::WireLimits{});
    return decoded && wire::type_name(*decoded) == frame_type_;
  }
  const auto decoded = wire::decode_server_frame(frame, wire::WireLimits{});
  return decoded && wire::type_name(*decoded) == frame_type_;
}

// A frame without the field, or whose field holds nothing, goes on as it is.
void Tampering::corrupt(std::string& frame) const {
  std::size_t from = 0;
  std::size_t to = frame.size();  // of what is corrupted
  if (!field_.empty()) {
    const std::size_t key = frame.find("\"" + field_ + "\":");
    if (key == std::string::npos) return;
    from = key + field_.size() + 3;
    const bool is_text = frame[from] == '"';
    if (is_text) ++from;
    to = is_text ? frame.find('"', from) : frame.find_first_not_of("0123456789", from);
    if (to == std::string::npos || to == from) return;
    if (!is_text) {
      std::uint64_t number = 0;
      std::from_chars(frame.data() + from, frame.data() + to, number);
      frame.replace(from, to - from, std::to_string(number + 1));
      return;
    }
  }
  // The middle of a frame with ciphertext is ciphertext.
  char& letter = frame[from + (to - from) / 2];
  letter = letter == 'A' ? 'B' : 'A';
}

std::vector<std::string> Tampering::operator()(std::string_view frame) {
  std::vector<std::string> out{std::string(frame)};
  if (held_) {
    out.push_back(*std::exchange(held_, std::nullopt));
    return out;
  }
  if (!is_meant(frame)) return out;
  if (left_ == 0) return out;
  switch (how_) {
    case Tamper::drop:
      out.clear();
      break;
    case Tamper::duplicate:
      out.push_back(out.front());
      break;
    case Tamper::swap:
      held_ = std::move(out.front());
      out.clear();
      break;
    case Tamper::corrupt:
      corrupt(out.front());
      break;
    case Tamper::replay:
      // Nothing to replay yet: remember this one and strike at the next.
      if (!older_) {
        older_ = out.front();
        return out;
      }
      out.push_back(*older_);
      break;
  }
  --left_;
  return out;
}

}  // namespace dp::sim
