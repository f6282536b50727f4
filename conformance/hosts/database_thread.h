// The one thread that waits for the disk, so that no connection ever does.
//
//   loop:    ask(query) ---------> queue ---------> thread: one transaction for all that wait
//   loop:    answered(event) <--------------------- after the commit, in the order asked
//
// Lookups stand in the same queue as writes, so a lookup sees every write asked before it. What is
// in the queue when the process dies was never answered.
// Guarantees: each query is answered once, on the loop's thread; the destructor waits for what was
// asked to be committed.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "conformance/hosts/sqlite_database.h"
#include "conformance/net/loop.h"
#include "core/server/server.h"

namespace dp::hosts {

class DatabaseThread {
 public:
  using Answered = std::function<void(server::DatabaseAnswered)>;
  DatabaseThread(net::Loop& loop, SqliteDatabase database, Answered answered);
  ~DatabaseThread();
  DatabaseThread(const DatabaseThread&) = delete;
  DatabaseThread& operator=(const DatabaseThread&) = delete;

  void ask(server::Query query);
  std::size_t unanswered() const { return unanswered_; }  // on the loop's thread

 private:
  void work();
  void deliver(std::vector<server::DatabaseAnswered> answers);

  net::Loop& loop_;
  SqliteDatabase database_;  // the thread's, once it runs
  Answered answered_;
  std::size_t unanswered_ = 0;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<server::Query> queue_;  // guarded by mutex_
  bool stopping_ = false;            // guarded by mutex_
  std::thread thread_;
};

}  // namespace dp::hosts
