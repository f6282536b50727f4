#include "conformance/suites/server/history.h"

#include <array>

namespace dp::conformance {
namespace {

// splitmix64: the same numbers with every compiler.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  std::uint64_t state_;
};

struct Weight {
  HistoryVerb verb;
  std::size_t weight;
};
constexpr std::array<Weight, 8> kUsual = {{{HistoryVerb::save, 44},
                                           {HistoryVerb::clear, 8},
                                           {HistoryVerb::send, 8},
                                           {HistoryVerb::read, 8},
                                           {HistoryVerb::repeat, 5},
                                           {HistoryVerb::cut, 5},
                                           {HistoryVerb::join, 8},
                                           {HistoryVerb::settle, 14}}};
constexpr std::size_t kUsualSum = 100;
// A program has the machine to start again: few of these, spread over the history.
constexpr std::array<HistoryVerb, 3> kEnds = {HistoryVerb::wait_and_kill, HistoryVerb::kill,
                                              HistoryVerb::stop};

HistoryVerb drawn_verb(Draws& draws) {
  std::size_t at = draws.below(kUsualSum);
  for (const Weight& one : kUsual) {
    if (at < one.weight) return one.verb;
    at -= one.weight;
  }
  return HistoryVerb::settle;
}

}  // namespace

std::size_t account_of_device(std::size_t device) {
  return device < 3 ? 0 : device < 5 ? 1 : 2;
}

History draw_history(std::uint64_t seed, const HistoryShape& shape) {
  Draws draws(seed);
  History out;
  for (std::size_t i = 0; i < shape.actions; ++i) {
    HistoryAction one;
    one.verb = drawn_verb(draws);
    one.device = draws.below(kHistoryDevices);
    one.chat = draws.below(kHistoryChats);
    out.push_back(one);
  }
  if (!shape.kills || out.empty()) return out;
  const std::size_t first = draws.below(kEnds.size());
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t part = out.size() / 2;
    const std::size_t at = i * part + draws.below(part + 1);
    out[at < out.size() ? at : out.size() - 1].verb = kEnds[(first + i) % kEnds.size()];
  }
  return out;
}

std::string described(const HistoryAction& action) {
  const std::string device = "d" + std::to_string(action.device);
  const std::string chat = " c" + std::to_string(action.chat);
  switch (action.verb) {
    case HistoryVerb::save:
      return device + " saves" + chat;
    case HistoryVerb::clear:
      return device + " clears" + chat;
    case HistoryVerb::send:
      return device + " sends" + chat;
    case HistoryVerb::read:
      return device + " reads" + chat;
    case HistoryVerb::repeat:
      return device + " repeats" + chat;
    case HistoryVerb::cut:
      return device + " is cut off";
    case HistoryVerb::join:
      return device + " joins";
    case HistoryVerb::settle:
      return "all settle";
    case HistoryVerb::kill:
      return "the server is killed";
    case HistoryVerb::wait_and_kill:
      return "the server is killed once the window is over";
    case HistoryVerb::stop:
      return "the server is stopped";
  }
  return {};
}

std::string described(const History& history) {
  std::string out;
  for (const HistoryAction& one : history) out += (out.empty() ? "" : "; ") + described(one);
  return out;
}

}  // namespace dp::conformance
