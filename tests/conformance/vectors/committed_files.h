// The vectors as they are in the tree.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/vectors/vectors.h"

namespace dp::vectors {

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::filesystem::path vectors_folder() {
  return std::filesystem::path(DP_SOURCE_DIR) / "conformance" / "vectors";
}

// In the order of their names.
inline std::vector<VectorFile> committed_files() {
  std::vector<VectorFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(vectors_folder())) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.ends_with(".schema.json")) continue;
    files.push_back({name, text_of_file(entry.path())});
  }
  std::ranges::sort(files, {}, &VectorFile::name);
  return files;
}

}  // namespace dp::vectors
