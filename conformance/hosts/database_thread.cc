#include "conformance/hosts/database_thread.h"

#include <algorithm>
#include <utility>

namespace dp::hosts {
namespace {

constexpr std::size_t kBatchMax = 256;

}  // namespace

DatabaseThread::DatabaseThread(net::Loop& loop, SqliteDatabase database, Answered answered)
    : loop_(loop),
      database_(std::move(database)),
      answered_(std::move(answered)),
      thread_([this] { work(); }) {}

DatabaseThread::~DatabaseThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_one();
  thread_.join();
}

void DatabaseThread::ask(server::Query query) {
  ++unanswered_;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(query));
  }
  asked_.notify_one();
}

void DatabaseThread::work() {
  for (;;) {
    std::vector<QueryId> ids;
    std::vector<server::Request> batch;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      for (std::size_t i = std::min(queue_.size(), kBatchMax); i > 0; --i) {
        ids.push_back(queue_.front().query);
        batch.push_back(std::move(queue_.front().request));
        queue_.pop_front();
      }
    }
    std::vector<server::Answer> answers = database_.execute(batch);
    std::vector<server::DatabaseAnswered> events;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      events.push_back({ids[i], std::move(answers[i])});
    }
    loop_.post([this, events = std::move(events)]() mutable { deliver(std::move(events)); });
  }
}

void DatabaseThread::deliver(std::vector<server::DatabaseAnswered> answers) {
  for (server::DatabaseAnswered& answer : answers) {
    --unanswered_;
    answered_(std::move(answer));
  }
}

}  // namespace dp::hosts
