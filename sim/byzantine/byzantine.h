// What a malicious server does to the frames an honest one would send (adversary A2).
//
// It sees every frame the honest core sends to any device, remembers what it may show again, and
// rewrites. It holds no keys, so everything it makes up is either old, misplaced or unsealed.
// Guarantees: bounded memory; a rewrite is a function of the memory and the arguments; value type.
// Does not: decide when to strike; the world does, on the tape.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/vocabulary/ids.h"
#include "core/wire/frames.h"
#include "sim/faults/fault_kind.h"

namespace dp::sim {

class ByzantineMemory {
 public:
  // Every server frame, before it is rewritten; `account` owns the connection.
  void remember(std::size_t account, std::string_view text);

  // Keeps what each chat holds now, to show it again later as if nothing had happened since.
  void remember_present();
  void show_past();
  // A state reply as it would have been then; nothing if the past is not shown or says the same.
  std::optional<std::string> as_it_was(std::size_t account, std::string_view text) const;

  // The frames that arrive instead of `text`, or nullopt if this kind cannot strike this frame.
  // `turn`, below 64, picks among alternatives; from 48 on also what is not well formed: bad base64
  // instead of old content, and numbers at and beyond the limit instead of false ones.
  std::optional<std::vector<std::string>> rewrite(FaultKind kind, std::size_t account,
                                                  std::string_view text, std::uint64_t turn) const;

 private:
  struct Content {
    std::size_t account = 0;
    ChatId chat;
    Version version = 0;
    wire::NullableText draft;
    wire::NullableText preview;
    wire::NullableText tombstone;
  };
  const Content* older(std::size_t account, const ChatId& chat, Version below) const;
  const Content* of_other_chat(std::size_t account, const ChatId& chat, std::uint64_t turn) const;

  const Content* past_of(std::size_t account, const ChatId& chat, Version below) const;
  bool turn_back(std::size_t account, wire::ChatDetails& details) const;
  bool turn_back(std::size_t account, wire::DraftVersionsResponse& response) const;

  std::deque<Content> contents_;
  std::map<std::pair<std::size_t, ChatId>, Content> past_;
  bool shows_past_ = false;
};
inline constexpr std::size_t kByzantineMemoryMax = 256;

}  // namespace dp::sim
