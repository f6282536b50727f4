// The disguises in which a secret might leave a device: raw, hex, base64 and the rest.
//
// A leak rarely looks like the secret itself. Each view turns a window of a secret into the bytes
// that would appear if it were written that way, so that one search finds all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dp::sim {

enum class SecretView : std::uint8_t {
  raw,
  reversed,
  case_folded,
  hex_lower,
  hex_upper,
  base64_at_0,
  base64_at_1,
  base64_at_2,
  base64url_at_0,
  base64url_at_1,
  base64url_at_2,
  percent,
  json_escaped,
  utf16_little,
  utf16_big,
};
inline constexpr std::size_t kSecretViewCount = 15;
std::string_view name(SecretView view);

// What `window` looks like in that view. base64 views leave out the characters that also depend on
// the neighbours of the window.
std::string written_as(SecretView view, std::string_view window);

inline constexpr std::size_t kWindowSymbols = 12;

// The windows of a secret worth searching for, one at every multiple of `step`: any run of
// kWindowSymbols + step - 1 bytes of the secret holds one. Windows with fewer than six different
// bytes are skipped, because ordinary frames hold them.
std::vector<std::string_view> windows_of(std::string_view secret, std::size_t step);

}  // namespace dp::sim
