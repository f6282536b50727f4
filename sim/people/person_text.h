// What generated people type: edits that collide.
//
// Independent edits never conflict, so texts come from a small stock of words and every edit starts
// from the text that is there: the same line, its neighbour, the same words, a prefix. Odd texts
// (emoji, bidirectional marks, combining marks, NUL, CRLF) and canaries (62 symbols, 48 of them)
// are mixed in.
// Guarantees: valid UTF-8; a function of the arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dp::sim {

// `bits` are drawn once per edit and cut up inside; equal arguments give equal texts.
std::string edited_text(std::string_view before, std::uint64_t bits);
std::string odd_text(std::uint64_t bits);
std::string canary_text(std::uint64_t seed, std::uint32_t device, std::uint32_t operation);
std::string long_text(std::uint64_t bits);
// A paste whose ciphertext comes close to `limit_chars` of base64, on either side of it.
std::string huge_text(std::size_t limit_chars, std::uint64_t bits);
// What everybody who types into this chat at this moment might type: the same three lines, whole,
// cut short, or with one of the lines changed.
std::string shared_text(std::uint64_t seed, std::size_t chat, std::uint64_t moment,
                        std::uint64_t bits);

// The same text with each ASCII letter replaced by another, one to one, as `secret` says; 0 leaves
// it as it is. Two runs that differ in the secret alone type texts of equal lengths with equal
// repetitions and nothing else in common. revealed() is the inverse.
std::string disguised(std::string text, std::uint32_t secret);
std::string revealed(std::string text, std::uint32_t secret);

}  // namespace dp::sim
