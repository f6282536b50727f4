#include "sim/people/secret_text.h"

#include <algorithm>
#include <vector>

#include "sim/tape/keyed_draw.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kSecretLane = (1u << 18) + (1u << 16);
constexpr std::uint64_t kLengthMax = 40;

std::string letters(std::uint64_t bits, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    bits = mix64(bits + i + 1);
    out += static_cast<char>('a' + scaled(bits, 26));
  }
  return out;
}

// Five digits that no other text of the device in this run begins with.
std::string stamp(std::uint32_t device, std::uint32_t operation) {
  std::string number = std::to_string(operation * 16 + device);
  return std::string(number.size() < 5 ? 5 - number.size() : 0, '0') + number;
}

constexpr std::size_t kOwnLines = 3;
constexpr std::size_t kSharedLine = kOwnLines;

// The four lines every text of these families has, from what is in the editor.
std::vector<std::string> four_lines(std::string_view before) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at <= before.size() && lines.size() <= kOwnLines + 1) {
    const std::size_t end = std::min(before.find('\n', at), before.size());
    lines.emplace_back(before.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() == kOwnLines + 1) return lines;
  return {"00000", "00000", "00000", "nothing here"};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

std::string secret_text(SecretFamily family, std::uint32_t secret, const SecretPlace& place) {
  const std::uint64_t bits =
      keyed_draw(place.seed, kSecretLane + secret, place.device, place.operation);
  const std::string own = stamp(place.device, place.operation);
  switch (family) {
    case SecretFamily::letters:
      return own + letters(bits, 12);
    case SecretFamily::lengths:
      return own + letters(bits, 1 + scaled(bits, kLengthMax));
    case SecretFamily::repetition: {
      const std::uint64_t shared = keyed_draw(place.seed, kSecretLane, 0, place.operation);
      std::vector<std::string> lines = four_lines(place.before);
      lines[place.device % kOwnLines] = own;
      lines[kSharedLine] = letters(secret == 0 ? shared : bits, 12);
      return joined(lines);
    }
    case SecretFamily::overlap: {
      std::vector<std::string> lines = four_lines(place.before);
      lines[secret == 0 ? place.device % kOwnLines : 0] = own;
      return joined(lines);
    }
  }
  return own;
}

}  // namespace dp::sim
