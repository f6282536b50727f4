#include "sim/people/person_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/tape/keyed_draw.h"

namespace dp::sim {

namespace {

constexpr std::uint64_t kCanaryLane = 1u << 18;
constexpr std::size_t kCanaryChars = 48;
constexpr std::size_t kLinesMax = 24;

constexpr std::array<std::string_view, 12> kWords{"milk",  "bread", "call",  "Anna", "at",  "noon",
                                                  "plans", "ready", "maybe", "not",  "the", "end"};
constexpr std::array<std::string_view, 10> kOddTexts{
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 family",
    "\xE2\x80\xAE"
    "backwards\xE2\x80\xAC",
    "e\xCC\x81 and \xC3\xA9",
    "crlf\r\nline\r\n",
    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
    "   ",
    "\n\n\n",
    "{\"type\":\"ping\"}",
    "\xEF\xBB\xBF"
    "bom",
    "@Anna"};

// Cuts small choices off a drawn number, in a fixed order.
class Bits {
 public:
  explicit Bits(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t below(std::uint64_t bound) {
    bits_ = mix64(bits_ + 0x9E3779B97F4A7C15u);
    return scaled(bits_, bound);
  }

 private:
  std::uint64_t bits_;
};

std::string phrase(Bits& bits) {
  std::string out;
  const std::uint64_t words = 1 + bits.below(4);
  for (std::uint64_t i = 0; i < words; ++i) {
    if (i > 0) out += ' ';
    out += kWords[bits.below(kWords.size())];
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) {
      lines.emplace_back(text.substr(at));
      break;
    }
    lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    out += lines[i];
  }
  return out;
}

}  // namespace

std::string edited_text(std::string_view before, std::uint64_t drawn) {
  Bits bits(drawn);
  std::vector<std::string> lines = lines_of(before);
  if (lines.empty()) return phrase(bits);
  const std::uint64_t choice = bits.below(10);
  const std::uint64_t where = bits.below(lines.size());
  if (choice < 3 || lines.size() == kLinesMax) {
    lines[where] = phrase(bits);
  } else if (choice < 5) {
    lines[where] += ' ';
    lines[where] += kWords[bits.below(kWords.size())];
  } else if (choice < 7) {
    lines.push_back(phrase(bits));
  } else if (choice == 7) {
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(where), phrase(bits));
  } else if (choice == 8 && lines.size() > 1) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(where));
  } else {
    lines.resize(where + 1);
  }
  return joined(lines);
}

std::string odd_text(std::uint64_t drawn) {
  Bits bits(drawn);
  const std::uint64_t choice = bits.below(kOddTexts.size() + 1);
  if (choice == kOddTexts.size()) return std::string("nul\0inside", 10);
  return std::string(kOddTexts[choice]);
}

std::string canary_text(std::uint64_t seed, std::uint32_t device, std::uint32_t operation) {
  constexpr std::string_view kSymbols =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out;
  for (std::size_t i = 0; i < kCanaryChars; ++i) {
    const std::uint64_t bits =
        keyed_draw(seed, kCanaryLane + device, operation, static_cast<std::uint64_t>(i));
    out += kSymbols[scaled(bits, kSymbols.size())];
  }
  return out;
}

std::string long_text(std::uint64_t drawn) {
  Bits bits(drawn);
  const std::uint64_t lines = 40 + bits.below(200);
  std::string out;
  for (std::uint64_t i = 0; i < lines; ++i) {
    if (i > 0) out += '\n';
    out += phrase(bits);
  }
  return out;
}

std::string huge_text(std::size_t limit_chars, std::uint64_t drawn) {
  constexpr std::size_t kLineBytes = 300;
  constexpr std::size_t kSlackMax = 3'000;  // headers, vectors and padding
  Bits bits(drawn);
  const std::size_t wanted = limit_chars / 4 * 3;
  const std::size_t slack = bits.below(kSlackMax);
  std::string out = phrase(bits);
  while (out.size() + slack < wanted) {
    out += out.size() % 7 == 0 ? '\n' : ' ';
    out.append(std::min(kLineBytes, wanted - out.size()), 'w');
  }
  return out;
}

std::string shared_text(std::uint64_t seed, std::size_t chat, std::uint64_t moment,
                        std::uint64_t drawn) {
  Bits script(keyed_draw(seed, kCanaryLane - 1, chat, moment));
  std::vector<std::string> lines;
  for (int i = 0; i < 3; ++i) lines.push_back(phrase(script));
  Bits bits(drawn);
  const std::uint64_t how = bits.below(4);
  const std::uint64_t where = bits.below(lines.size());
  if (how == 1) lines.resize(where + 1);
  if (how == 2) lines[where] = phrase(bits);
  std::string text = joined(lines);
  if (how == 3) text.resize(text.rfind(' ') == std::string::npos ? text.size() : text.rfind(' '));
  return text;
}

namespace {

// Letters move along a cycle of 26; a secret that is a multiple of 26 would be no disguise.
std::string shifted(std::string text, std::uint32_t by) {
  if (by % 26 == 0) return text;
  for (char& symbol : text) {
    const char first = symbol >= 'a' && symbol <= 'z' ? 'a' : 'A';
    if (symbol < first || symbol > first + 25) continue;
    symbol = static_cast<char>(first + (static_cast<std::uint32_t>(symbol - first) + by) % 26);
  }
  return text;
}

std::uint32_t shift_of(std::uint32_t secret) {
  return secret == 0 ? 0 : 1 + (secret - 1) % 25;
}

}  // namespace

std::string disguised(std::string text, std::uint32_t secret) {
  return shifted(std::move(text), shift_of(secret));
}
std::string revealed(std::string text, std::uint32_t secret) {
  return shifted(std::move(text), 26 - shift_of(secret));
}

}  // namespace dp::sim
