#include "cli/fuzz_workers.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/marks/mark_observer.h"

namespace dp::cli {
namespace {

constexpr std::uint64_t kAheadMax = 256;

struct Shared {
  std::mutex mutex;
  std::condition_variable news;
  std::map<std::uint64_t, JudgedSeed> finished;  // by turn, not yet handed back
  std::uint64_t next_turn = 0;
  std::uint64_t handed_back = 0;
  std::size_t busy = 0;
  bool dry = false;  // there are no more seeds
};

JudgedSeed judged(sim::FuzzCase one, const sim::ForeignClients* clients) {
  if (clients != nullptr && !sim::can_be_handed_over(one)) return {std::move(one), {}, {}, true};
  sim::MarkObserver marks;
  sim::JudgeOptions options;
  options.watchers.push_back(&marks);
  options.clients = clients;
  sim::RunOutcome outcome = sim::judge_case(one, options);
  return {std::move(one), std::move(outcome), marks.marks(), false};
}

void work_on(const FuzzWork& work, std::size_t worker, Shared& shared) {
  std::unique_lock lock(shared.mutex);
  while (true) {
    shared.news.wait(lock, [&] {
      return shared.dry || work.stop() || shared.next_turn < shared.handed_back + kAheadMax;
    });
    if (shared.dry || work.stop()) break;
    std::optional<sim::FuzzCase> one = work.next();
    if (!one) {
      shared.dry = true;
      break;
    }
    const std::uint64_t turn = shared.next_turn++;
    lock.unlock();
    const bool go = work.beginning(worker, *one);
    std::optional<JudgedSeed> result;
    if (go) result = judged(std::move(*one), work.clients);
    lock.lock();
    if (!result) {
      shared.dry = true;
      break;
    }
    shared.finished.emplace(turn, std::move(*result));
    shared.news.notify_all();
  }
  --shared.busy;
  shared.news.notify_all();
}

}  // namespace

void judge_seeds(const FuzzWork& work) {
  Shared shared;
  shared.busy = work.jobs;
  std::vector<std::jthread> pool;
  for (std::size_t worker = 0; worker < work.jobs; ++worker) {
    pool.emplace_back([&, worker] { work_on(work, worker, shared); });
  }
  std::unique_lock lock(shared.mutex);
  while (true) {
    while (!shared.finished.empty() && shared.finished.begin()->first == shared.handed_back) {
      const JudgedSeed result = std::move(shared.finished.begin()->second);
      shared.finished.erase(shared.finished.begin());
      ++shared.handed_back;
      lock.unlock();
      work.done(result);
      lock.lock();
      shared.news.notify_all();
    }
    if (shared.busy == 0 && (shared.finished.empty() || shared.dry || work.stop())) break;
    shared.news.wait_for(lock, std::chrono::milliseconds(100));
    if (work.stop()) shared.news.notify_all();
    lock.unlock();
    work.ticking();
    lock.lock();
  }
}

}  // namespace dp::cli
