#include "cli/shrink_workers.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace dp::cli {
namespace {

using Clock = std::chrono::steady_clock;

sim::FuzzCase reduced(sim::FuzzCase one, sim::Reduction reduction) {
  one.reduction = std::move(reduction);
  return one;
}

// The threads and the clock around a shrinker.
class Shrinking {
 public:
  Shrinking(const ShrinkWork& work, sim::Shrinker& shrinker)
      : work_(work), shrinker_(shrinker), began_(Clock::now()) {}

  Shrunk perform() {
    std::vector<std::jthread> pool;
    for (std::size_t i = 0; i < work_.jobs; ++i) pool.emplace_back([this] { judge_trials(); });
    std::unique_lock lock(mutex_);
    while (!over()) {
      news_.wait_for(lock, std::chrono::milliseconds(100));
      if (Clock::now() - began_ > work_.hurry_after) shrinker_.hurry();
      if (work_.stop() || Clock::now() - began_ > work_.stop_after) gave_up_ = true;
      if (work_.ticking) work_.ticking(shrinker_.progress());
    }
    news_.notify_all();
    lock.unlock();
    pool.clear();
    Shrunk out;
    out.one = reduced(work_.one, shrinker_.best());
    out.progress = shrinker_.progress();
    out.minimal = shrinker_.done();
    out.spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_);
    return out;
  }

 private:
  bool over() const { return gave_up_ || shrinker_.done(); }

  void judge_trials() {
    std::unique_lock lock(mutex_);
    while (!over()) {
      std::optional<sim::Trial> trial = shrinker_.next();
      if (!trial) {
        news_.notify_all();
        if (over()) break;
        news_.wait(lock);
        continue;
      }
      lock.unlock();
      sim::JudgeOptions options;
      options.detailed = true;
      options.clients = work_.clients;
      options.until_signature = work_.signature;
      options.quiesce_limit_us = work_.quiesce_limit_us;
      const sim::FuzzCase one = reduced(work_.one, std::move(trial->reduction));
      sim::Verdict verdict = sim::verdict_of(sim::judge_case(one, options), work_.signature);
      lock.lock();
      shrinker_.judged(trial->id, std::move(verdict));
      news_.notify_all();
    }
  }

  const ShrinkWork& work_;
  sim::Shrinker& shrinker_;
  Clock::time_point began_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool gave_up_ = false;
};

}  // namespace

Shrunk shrink(const ShrinkWork& work) {
  sim::JudgeOptions options;
  options.detailed = true;
  options.clients = work.clients;
  const sim::RunOutcome found = sim::judge_case(work.one, options);
  const auto devices = static_cast<std::uint32_t>(sim::plan_of(work.one).world.devices.size());
  sim::Shrinker shrinker(sim::verdict_of(found, work.signature), devices);
  return Shrinking(work, shrinker).perform();
}

}  // namespace dp::cli
