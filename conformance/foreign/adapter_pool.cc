#include "conformance/foreign/adapter_pool.h"

#include <stdlib.h>

#include <algorithm>
#include <utility>

namespace dp::conformance {

Result<std::shared_ptr<AdapterPool>> AdapterPool::open(const std::string& command,
                                                       ProcessLimits limits) {
  std::shared_ptr<AdapterPool> pool(new AdapterPool(command, limits));
  auto first = Adapter::start(command, limits);
  if (!first) return std::unexpected(first.error());
  pool->introduction_ = first->introduction();
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "draftproof-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr) {
    return fail(Fault::storage, "no_folder", "no folder for the stores of clients can be made");
  }
  pool->root_ = name;
  pool->idle_.push_back(std::make_unique<Adapter>(std::move(*first)));
  return pool;
}

AdapterPool::~AdapterPool() {
  if (root_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

Result<std::unique_ptr<Adapter>> AdapterPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Adapter> adapter = std::move(idle_.back());
      idle_.pop_back();
      return adapter;
    }
  }
  auto started = Adapter::start(command_, limits_);
  if (!started) return std::unexpected(started.error());
  return std::make_unique<Adapter>(std::move(*started));
}

void AdapterPool::give_back(std::unique_ptr<Adapter> adapter) {
  if (!adapter || !adapter->alive()) return;
  adapter->forget_transcript();
  adapter->take_said();
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(adapter));
}

std::filesystem::path AdapterPool::new_folder() {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++folders_;
  }
  const std::filesystem::path folder = root_ / std::to_string(number);
  std::error_code ignored;  // a client that finds no folder says so itself
  std::filesystem::create_directories(folder, ignored);
  return folder;
}

bool AdapterPool::can(std::string_view capability) const {
  return std::ranges::find(introduction_.capabilities, capability) !=
         introduction_.capabilities.end();
}

sim::PortPowers AdapterPool::powers() const {
  sim::PortPowers out;
  out.failing_store = can("store_fault");
  out.slow_store = can("store_hold");
  out.slow_cipher = can("seal_hold");
  out.lock = can("lock");
  out.field_import = can("field_import");
  out.archive = can("archive");
  out.facts = can("facts");
  out.wall_clock = can("wall");
  out.suite_1 = can("suite:1");
  out.suite_2 = can("suite:2");
  out.fixed_options = introduction_.unsupported_options;
  return out;
}

}  // namespace dp::conformance
