#include "sim/oracles/secret_views.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "core/vocabulary/bytes.h"

namespace dp::sim {
namespace {

char folded(char symbol) {
  return symbol >= 'A' && symbol <= 'Z' ? static_cast<char>(symbol - 'A' + 'a') : symbol;
}

std::string upper(std::string text) {
  for (char& symbol : text) {
    if (symbol >= 'a' && symbol <= 'f') symbol = static_cast<char>(symbol - 'a' + 'A');
  }
  return text;
}

// base64 of the window as it would stand `lead` bytes into a longer text.
std::string base64_inside(std::string_view window, std::size_t lead, bool url) {
  const std::string shifted = std::string(lead, '\0') + std::string(window);
  std::string text = base64_encode(as_bytes(shifted));
  // A character of base64 spans 6 bits: drop those that share bits with bytes outside the window.
  const std::size_t first = (lead * 8 + 5) / 6;
  const std::size_t whole = shifted.size() * 8 / 6;
  text = text.substr(first, whole - first);
  if (url) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
  }
  return text;
}

std::string each_byte(std::string_view window, std::string_view prefix) {
  std::string text;
  for (const char symbol : window) {
    text += prefix;
    text += hex_encode(as_bytes(std::string_view(&symbol, 1)));
  }
  return text;
}

std::string utf16(std::string_view window, bool little) {
  std::string text;
  for (const char symbol : window) {
    text += little ? symbol : '\0';
    text += little ? '\0' : symbol;
  }
  return text;
}

}  // namespace

std::string_view name(SecretView view) {
  static constexpr std::array<std::string_view, kSecretViewCount> kNames{"raw",
                                                                         "reversed",
                                                                         "case_folded",
                                                                         "hex_lower",
                                                                         "hex_upper",
                                                                         "base64_at_0",
                                                                         "base64_at_1",
                                                                         "base64_at_2",
                                                                         "base64url_at_0",
                                                                         "base64url_at_1",
                                                                         "base64url_at_2",
                                                                         "percent",
                                                                         "json_escaped",
                                                                         "utf16_little",
                                                                         "utf16_big"};
  return kNames[static_cast<std::size_t>(view)];
}

std::string written_as(SecretView view, std::string_view window) {
  switch (view) {
    case SecretView::raw:
      return std::string(window);
    case SecretView::reversed:
      return {window.rbegin(), window.rend()};
    case SecretView::case_folded: {
      std::string text(window);
      std::transform(text.begin(), text.end(), text.begin(), folded);
      return text;
    }
    case SecretView::hex_lower:
      return hex_encode(as_bytes(window));
    case SecretView::hex_upper:
      return upper(hex_encode(as_bytes(window)));
    case SecretView::base64_at_0:
    case SecretView::base64_at_1:
    case SecretView::base64_at_2:
      return base64_inside(window, static_cast<std::size_t>(view) - 5, false);
    case SecretView::base64url_at_0:
    case SecretView::base64url_at_1:
    case SecretView::base64url_at_2:
      return base64_inside(window, static_cast<std::size_t>(view) - 8, true);
    case SecretView::percent:
      return upper(each_byte(window, "%"));
    case SecretView::json_escaped:
      return each_byte(window, "\\u00");
    case SecretView::utf16_little:
      return utf16(window, true);
    case SecretView::utf16_big:
      return utf16(window, false);
  }
  return {};
}

std::vector<std::string_view> windows_of(std::string_view secret, std::size_t step) {
  std::vector<std::string_view> windows;
  for (std::size_t at = 0; at + kWindowSymbols <= secret.size(); at += step) {
    const std::string_view window = secret.substr(at, kWindowSymbols);
    if (window.find('"') != std::string_view::npos) continue;
    std::bitset<256> seen;
    for (const char symbol : window) seen.set(static_cast<std::uint8_t>(symbol));
    if (seen.count() >= 6) windows.push_back(window);
  }
  return windows;
}

}  // namespace dp::sim
