// Members of a vector's input, read strictly.
//
// A member that is missing or of another type is a fault of the vector's file, not of the input it
// describes: BadVector is thrown, and caught where vectors are run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "conformance/vectors/answer.h"
#include "core/vocabulary/bytes.h"

namespace dp::vectors {

struct BadVector {
  std::string member;
};

inline const Json& member(const Json& input, const char* name) {
  const auto at = input.find(name);
  if (at == input.end()) throw BadVector{name};
  return *at;
}
inline bool is_given(const Json& input, const char* name) {
  return input.contains(name) && !input[name].is_null();
}

inline std::string text_of(const Json& input, const char* name) {
  const Json& value = member(input, name);
  if (!value.is_string()) throw BadVector{name};
  return value.get<std::string>();
}
inline std::uint64_t number_of(const Json& input, const char* name) {
  const Json& value = member(input, name);
  if (!value.is_number_integer() || value < 0) throw BadVector{name};
  return value.get<std::uint64_t>();
}
inline Bytes hex_of(const Json& input, const char* name) {
  auto bytes = hex_decode(text_of(input, name));
  if (!bytes) throw BadVector{name};
  return *std::move(bytes);
}
template <std::size_t N>
std::array<std::uint8_t, N> array_of(const Json& input, const char* name) {
  const Bytes bytes = hex_of(input, name);
  if (bytes.size() != N) throw BadVector{name};
  std::array<std::uint8_t, N> out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}

}  // namespace dp::vectors
