// Secret bytes of a fixed size that wipe themselves.
//
// Guarantees: no copy, no comparison, no formatter (SEC-46); a move wipes its source; the bytes are
// zeroed on destruction in a way no optimiser removes.
// Does not: lock memory. Secrets are short-lived steps of a derivation; what lives longer than a
// call is kept in a KeyArena.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dp::crypto {

void wipe(std::span<std::uint8_t> bytes);

template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  std::span<const std::uint8_t, N> view() const { return bytes_; }
  std::span<std::uint8_t, N> writable() { return bytes_; }

 private:
  void take(Secret& other) {
    bytes_ = other.bytes_;
    wipe(other.bytes_);
  }
  std::array<std::uint8_t, N> bytes_{};
};

inline constexpr std::size_t kKeyBytes = 32;
using Secret32 = Secret<kKeyBytes>;
using KeyView = std::span<const std::uint8_t, kKeyBytes>;

}  // namespace dp::crypto
