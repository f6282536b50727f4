#include "conformance/hosts/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace dp::hosts {

void SystemRandom::fill(Draw, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ::ssize_t count = ::getrandom(out.data(), out.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) std::abort();  // nothing that follows would be safe
    out = out.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace dp::hosts
