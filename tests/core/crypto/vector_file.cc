#include "tests/core/crypto/vector_file.h"

#include <fstream>
#include <sstream>

namespace dp::crypto {

std::string vector_text(std::string_view name) {
  std::ifstream file(std::string(DP_SOURCE_DIR "/tests/vectors/") + std::string(name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

nlohmann::json vector_json(std::string_view name) {
  return nlohmann::json::parse(vector_text(name));
}

std::vector<VectorBlock> vector_blocks(std::string_view name) {
  std::vector<VectorBlock> blocks;
  VectorBlock block;
  const auto finish = [&] {
    if (!block.empty()) blocks.push_back(std::exchange(block, {}));
  };
  std::istringstream lines(vector_text(name));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      finish();
    } else if (line[0] != '#' && line[0] != '[') {
      const auto equals = line.find(" =");
      const std::string key = line.substr(0, equals);
      block[key] = equals == std::string::npos || equals + 3 > line.size()
                       ? std::string()
                       : line.substr(equals + 3);
    }
  }
  finish();
  return blocks;
}

Bytes from_hex(std::string_view text) {
  return hex_decode(text).value();
}

}  // namespace dp::crypto
