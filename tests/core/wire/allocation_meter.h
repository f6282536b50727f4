// Measures the heap that a piece of code holds at its worst moment.
//
// The test program replaces the global operators new and delete by counting ones. One thread only.
#pragma once

#include <cstddef>

namespace dp::wire {

class AllocationMeter {
 public:
  AllocationMeter();                // starts at zero
  std::size_t peak_bytes() const;   // most bytes held at once since then
  std::size_t allocations() const;  // calls of operator new since then
};

}  // namespace dp::wire
