// A random history: what several devices of several accounts do, as a list that can be shortened.
//
//   History history = draw_history(seed, {.kills = true});
//   for (const HistoryAction& one : history) ...
//
// Three accounts play: two of the sealed dialect, the second a stranger to the first, and one of
// the field dialect. What stands between two settlings is under way at one time, so devices race.
// Guarantees: a function of the seed; every part of a history is a history.
// Does not: play.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dp::conformance {

enum class HistoryVerb : std::uint8_t {
  save,  // offline: kept, one change a chat, to be replayed
  clear,
  send,  // a message and the deletion of its draft
  read,
  repeat,         // says its last change of the chat again, byte for byte
  cut,            // the device's connection ends without a goodbye
  join,           // connects, reads, replays
  settle,         // everybody hears everything
  kill,           // kill -9 of the server, and a new start
  wait_and_kill,  // the same after the persistence window
  stop,           // SIGTERM, and a new start
};

struct HistoryAction {
  HistoryVerb verb = HistoryVerb::settle;
  std::size_t device = 0;
  std::size_t chat = 0;
  bool operator==(const HistoryAction&) const = default;
};

using History = std::vector<HistoryAction>;

struct HistoryShape {
  std::size_t actions = 60;
  bool kills = false;
};

inline constexpr std::size_t kHistoryDevices = 7;  // 0-2 sealed, 3-4 strangers, 5-6 field
inline constexpr std::size_t kHistoryChats = 2;    // of each account
inline constexpr std::size_t kHistoryAccounts = 3;
std::size_t account_of_device(std::size_t device);
inline bool is_field_account(std::size_t account) {
  return account == 2;
}

History draw_history(std::uint64_t seed, const HistoryShape& shape);
std::string described(const HistoryAction& action);  // "d0 saves c1"
std::string described(const History& history);       // "d0 saves c1; d1 saves c1; all settle"

}  // namespace dp::conformance
