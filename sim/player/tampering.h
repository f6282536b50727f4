// A hostile network that acts on the next frames of one type: what tamper puts into a connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/world.h"

namespace dp::sim {

Direction direction_of(std::string_view frame_type);  // who says frames of this type

enum class Tamper : std::uint8_t { drop, duplicate, swap, corrupt, replay };
Tamper parse_tamper(std::string_view word);

// Copied with the world, so a copy of the world goes on tampering on its own.
class Tampering {
 public:
  // `field` is the key whose value corrupt changes; empty: the middle of the frame.
  Tampering(std::string frame_type, Tamper how, std::int64_t times, std::string field = {});

  std::vector<std::string> operator()(std::string_view frame);

 private:
  bool is_meant(std::string_view frame) const;
  void corrupt(std::string& frame) const;

  std::string frame_type_;
  Direction direction_;
  Tamper how_;
  std::int64_t left_;
  std::string field_;
  std::optional<std::string> held_;   // swap: goes after the next frame
  std::optional<std::string> older_;  // replay: an earlier frame of the type
};

}  // namespace dp::sim
