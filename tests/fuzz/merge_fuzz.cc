// libFuzzer: bytes as a history of one slot, held to the laws of tests/core/draft/history.h.
//
// The first byte says how many devices (2 to 4), the second how much a payload may hold (255: no
// limit that matters); then each three bytes are one step: act and device, place, word.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/core/draft/history.h"

namespace {

using dp::draft::test::Act;
using dp::draft::test::History;
using dp::draft::test::kActCount;
using dp::draft::test::Step;

constexpr std::size_t kStepsMax = 120;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t devices = 2 + data[0] % 3;
  dp::draft::MergeLimits limits;
  if (data[1] != 255) limits.payload_bytes_max = 50 + data[1];
  History history(devices, limits);

  std::size_t steps = 0;
  for (std::size_t at = 2; at + 3 <= size && steps < kStepsMax; at += 3, ++steps) {
    const std::uint8_t act = data[at] / 4 % kActCount;
    const std::uint8_t device = data[at] % 4;
    history.perform({static_cast<Act>(act), device, data[at + 1], data[at + 2]});
  }
  history.quiesce();
  if (!history.complaint().empty()) {
    std::fprintf(stderr, "law broken: %s\n", history.complaint().c_str());
    std::abort();
  }
  return 0;
}
