// The adapter processes of one worker: started when needed, reused from case to case, and started
// again after they died or were killed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/adapter/adapter.h"

namespace dp::conformance {

class Crew {
 public:
  Crew(std::string command, ProcessLimits limits) : command_(std::move(command)), limits_(limits) {}

  // The adapter of a device; started if it is not alive.
  Result<Adapter*> adapter(std::size_t index);
  void kill(std::size_t index);
  const Introduction& introduction() const { return introduction_; }
  bool can(std::string_view capability) const;
  const std::string& command() const { return command_; }
  const ProcessLimits& limits() const { return limits_; }

 private:
  std::string command_;
  ProcessLimits limits_;
  Introduction introduction_;
  std::vector<std::unique_ptr<Adapter>> adapters_;
};

}  // namespace dp::conformance
