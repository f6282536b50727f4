#include "sim/oracles/damaged_frames.h"

#include <algorithm>
#include <utility>

#include "sim/faults/fault_kind.h"

namespace dp::sim {
namespace {

void append_chats(std::vector<ChatId>& chats, std::string_view frame) {
  for (std::size_t at = frame.find('"'); at != std::string_view::npos;
       at = frame.find('"', at + 1)) {
    const auto chat = ChatId::parse(frame.substr(at + 1, ChatId::kTextLength));
    if (chat) chats.push_back(*chat);
  }
}

}  // namespace

std::vector<ChatId> DamagedFrame::chats() const {
  std::vector<ChatId> chats;
  append_chats(chats, sent);
  append_chats(chats, arrives);
  return chats;
}

std::size_t DamagedFrame::position() const {
  return static_cast<std::size_t>(std::ranges::mismatch(sent, arrives).in1 - sent.begin());
}

std::optional<DamagedFrame> DamagedFrames::observe(const TraceEvent& event) {
  if (event.kind == EventKind::frame_sent) {
    damaged_ = false;
    sender_.reset();
    if (!is_device(event.node)) return std::nullopt;
    sender_ = device_of(event.node);
    sent_.assign(event.bytes);
  } else if (event.kind == EventKind::fault) {
    damaged_ = damaged_ || event.number == static_cast<std::uint64_t>(FaultKind::frame_corrupted);
  } else if (event.kind == EventKind::frame_forged) {
    if (!std::exchange(damaged_, false) || !sender_ || event.node != kServerNode) {
      return std::nullopt;
    }
    return DamagedFrame{*sender_, sent_, std::string(event.bytes)};
  }
  return std::nullopt;
}

}  // namespace dp::sim
