// The few cases that say most: one or two of each theme, none that waits.
#include <algorithm>
#include <array>
#include <string_view>

#include "conformance/suites/server/suite.h"

namespace dp::conformance {
namespace {

constexpr std::array<std::string_view, 34> kSmoke = {
    "DP-CONN-001/handshake",  "DP-CONN-001/fragments",     "DP-CONN-001/unmasked",
    "DP-CONN-004/unknown",    "DP-CONN-010/pipelined",     "DP-CONN-011/twenty",
    "DP-CONN-019/graceful",   "DP-WIRE-001/envelope-b",    "DP-WIRE-007/same-key",
    "DP-WIRE-008/no-chat",    "DP-WIRE-011/exponent",      "DP-WIRE-013/cut",
    "DP-WIRE-015/binary",     "DP-WIRE-019/sealed",        "DP-FRAME-020/each",
    "DP-FRAME-024/sealed",    "DP-FRAME-036/details",      "DP-FRAME-037/order",
    "DP-FRAME-041/told",      "DP-FRAME-042/stranger",     "DP-VER-001/in-a-row",
    "DP-VER-003/draft",       "DP-VER-006/same",           "DP-VER-009/magic",
    "DP-VER-010/exactly-one", "DP-VER-011/draft",          "DP-VER-021/one-above",
    "DP-VER-040/sealed",      "DP-DEL-003/stands",         "DP-DEL-007/chat",
    "DP-MSG-005/answers",     "DP-REPLAY-003/told-to-all", "DP-OWN-002/foreign",
    "DP-RUN-002/kill-9",
};

}  // namespace

bool is_smoke(const Case& about) {
  return std::ranges::find(kSmoke, about.id) != kSmoke.end();
}

}  // namespace dp::conformance
