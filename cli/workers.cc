#include "cli/workers.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace dp::cli {
namespace {

// How far a fast thread may run ahead of the slowest run, so that waiting results stay few.
constexpr std::size_t kAheadMax = 256;

struct Shared {
  std::mutex mutex;
  std::condition_variable news;
  std::map<std::size_t, sim::Played> finished;  // not yet handed back
  std::size_t next_run = 0;
  std::size_t handed_back = 0;
  std::size_t busy = 0;
};

sim::Played timed_play(const PlannedRun& run, const WorkOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  sim::PlayOptions play_options;
  play_options.seed = run.seed;
  play_options.keep_trace = options.keep_trace;
  play_options.stop = options.stop;
  play_options.clients = options.clients;
  sim::Played played = sim::play(*run.scenario, play_options);
  const auto spent = std::chrono::steady_clock::now() - begin;
  played.record.wall_us = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
  return played;
}

void work(const std::vector<PlannedRun>& plan, const WorkOptions& options, Shared& shared) {
  std::unique_lock lock(shared.mutex);
  while (true) {
    shared.news.wait(lock, [&] {
      return options.stop() || shared.next_run >= plan.size() ||
             shared.next_run < shared.handed_back + kAheadMax;
    });
    if (options.stop() || shared.next_run >= plan.size()) break;
    const std::size_t index = shared.next_run++;
    lock.unlock();
    sim::Played played = timed_play(plan[index], options);
    lock.lock();
    shared.finished.emplace(index, std::move(played));
    shared.news.notify_all();
  }
  --shared.busy;
  shared.news.notify_all();
}

}  // namespace

void play_all(const std::vector<PlannedRun>& plan, const WorkOptions& options) {
  Shared shared;
  const std::size_t threads = options.jobs < plan.size() ? options.jobs : plan.size();
  shared.busy = threads;
  std::vector<std::jthread> pool;
  for (std::size_t i = 0; i < threads; ++i) {
    pool.emplace_back([&] { work(plan, options, shared); });
  }
  std::unique_lock lock(shared.mutex);
  while (true) {
    while (!shared.finished.empty() && shared.finished.begin()->first == shared.handed_back) {
      const sim::Played played = std::move(shared.finished.begin()->second);
      shared.finished.erase(shared.finished.begin());
      ++shared.handed_back;
      lock.unlock();
      if (!played.stopped) options.done(played);
      lock.lock();
      shared.news.notify_all();
    }
    if (shared.busy == 0 && (shared.finished.empty() || options.stop())) break;
    shared.news.wait_for(lock, std::chrono::milliseconds(100));
    if (options.stop()) shared.news.notify_all();  // nobody else wakes those who wait their turn
    if (options.ticking) {
      const std::size_t finished = shared.handed_back + shared.finished.size();
      lock.unlock();
      options.ticking(finished);
      lock.lock();
    }
  }
  // Runs that finished beyond one that was given up are results too.
  for (auto& [index, played] : shared.finished) {
    if (!played.stopped) options.done(played);
  }
}

}  // namespace dp::cli
