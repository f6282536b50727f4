// The adapter processes of one command, shared by all runs: started when needed, lent to one device
// at a time, reused from run to run.
//
// Guarantees: may be used from several threads; a process that broke its protocol or was killed is
// never lent again; the folder it makes for stores is gone when the pool is.
// Does not: talk to a client beyond `hello`.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "conformance/adapter/adapter.h"
#include "sim/world/client_port.h"

namespace dp::conformance {

class AdapterPool {
 public:
  // Starts one, to know what it can. Errors: those of Adapter::start, and "no_folder".
  static Result<std::shared_ptr<AdapterPool>> open(const std::string& command,
                                                   ProcessLimits limits = {});
  ~AdapterPool();
  AdapterPool(const AdapterPool&) = delete;
  AdapterPool& operator=(const AdapterPool&) = delete;

  Result<std::unique_ptr<Adapter>> take();
  void give_back(std::unique_ptr<Adapter> adapter);  // alive, with no client open
  std::filesystem::path new_folder();                // empty

  const std::string& command() const { return command_; }
  const Introduction& introduction() const { return introduction_; }
  bool can(std::string_view capability) const;
  sim::PortPowers powers() const;

 private:
  AdapterPool(std::string command, ProcessLimits limits)
      : command_(std::move(command)), limits_(limits) {}

  std::string command_;
  ProcessLimits limits_;
  Introduction introduction_;
  std::filesystem::path root_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Adapter>> idle_;
  std::uint64_t folders_ = 0;
};

}  // namespace dp::conformance
