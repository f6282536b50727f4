// One WebSocket connection as both ends and the path between see it.
//
// Each direction is a queue: frames arrive in the order they were sent, a close is the last thing
// in it. Frames leave the queue when their delay has passed and the direction is not held (stall,
// partition, frozen receiver); a held direction keeps everything and lets it through later, as a
// TCP connection would. A broken link loses both queues.
// Does not: schedule or deliver; the world does, one head at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"
#include "sim/trace/event.h"

namespace dp::sim {

struct InFlight {
  std::string text;
  Micros sent_us = 0;
  Micros due_us = 0;
  std::optional<std::uint16_t> close_code;  // present: this is the end of the direction
  bool forged = false;                      // not what the other end sent here, or not now
  bool reorderable = false;                 // later frames may overtake it
};

struct Lane {  // one direction
  std::deque<InFlight> queue;
  Micros last_due_us = 0;
  Micros last_taken_us = 0;
  bool armed = false;   // the head's delivery is in the event queue
  bool closed = false;  // nothing more may be sent
  bool waits = false;   // held from its head on until released
  std::uint64_t bytes_queued = 0;
  std::deque<std::string> history;  // the last frames delivered, for replays

  // Keeps the order of sending, except that a frame overtakes a reorderable one that is due later.
  // True if it overtook one.
  bool push(InFlight frame);
  InFlight take_head();
  void clear();
  void remember(const std::string& text);
};
inline constexpr std::size_t kReplayHistoryMax = 16;

enum class LinkStage : std::uint8_t {
  asked,     // the device wants it; the outcome is under way
  open,      // both ends believe in it (each as long as it has not learned otherwise)
  finished,  // neither end uses it any more
};

struct Link {
  std::uint64_t id = 0;
  DeviceId device;
  ConnEpoch epoch;
  LinkStage stage = LinkStage::asked;
  bool device_end_open = false;
  bool server_end_open = false;
  bool frozen = false;  // half-open
  bool broken = false;  // both ends will learn
  Lane up;
  Lane down;
};

// The value of "type" or "event" if the frame starts like one of ours, else "". For traces only.
std::string_view frame_type(std::string_view text);

}  // namespace dp::sim
