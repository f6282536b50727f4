// Reading the published vectors of tests/vectors.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/bytes.h"

namespace dp::crypto {

// The text of tests/vectors/<name>; an empty text fails the tests that read it.
std::string vector_text(std::string_view name);
nlohmann::json vector_json(std::string_view name);

// One vector of a "Key = hex" file. A line without "=" is kept as a name without a value.
using VectorBlock = std::map<std::string, std::string>;
// Blocks are separated by blank lines; comments and "[section]" lines are left out.
std::vector<VectorBlock> vector_blocks(std::string_view name);

Bytes from_hex(std::string_view text);  // test vectors are trusted to be hex

template <class Array>
Array array_from_hex(std::string_view text) {
  const Bytes bytes = from_hex(text);
  Array array{};
  for (std::size_t index = 0; index < array.size() && index < bytes.size(); ++index) {
    array[index] = bytes[index];
  }
  return array;
}

}  // namespace dp::crypto
