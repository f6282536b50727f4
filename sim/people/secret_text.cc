#include "sim/people/secret_text.h"

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

}  // namespace

std::string secret_text(SecretFamily family, std::uint32_t secret, std::uint64_t seed,
                        std::uint32_t device, std::uint32_t operation) {
  const std::uint64_t bits = keyed_draw(seed, kSecretLane + secret, device, operation);
  const std::uint64_t shared = keyed_draw(seed, kSecretLane, 0, operation / 4);
  const std::string own = stamp(device, operation);
  switch (family) {
    case SecretFamily::letters:
      return own + letters(bits, 12);
    case SecretFamily::lengths:
      return own + letters(bits, 1 + scaled(bits, kLengthMax));
    case SecretFamily::repetition:
      // The same words on every device, or each its own; the stamp stands in a line of its own.
      return letters(secret == 0 ? shared : bits, 12) + "\n" + own + "\n" +
             letters(secret == 0 ? shared + 1 : bits + 1, 12);
    case SecretFamily::overlap: {
      // Three lines; each device has a line of its own, or all of them have the first.
      const std::uint32_t line = secret == 0 ? device % 3 : 0;
      std::string text;
      for (std::uint32_t i = 0; i < 3; ++i) {
        if (i > 0) text += '\n';
        text += i == line ? own : std::string(5, static_cast<char>('x' + i));
      }
      return text;
    }
  }
  return own;
}

}  // namespace dp::sim
