// The closed list of defects: what an invalid vector may be called.
#pragma once

#include <span>
#include <string_view>

namespace dp::vectors {

struct Defect {
  std::string_view name;
  std::string_view description;
};
std::span<const Defect> all_defects();
// Empty if the list has no such defect.
std::string_view description_of(std::string_view name);

}  // namespace dp::vectors
