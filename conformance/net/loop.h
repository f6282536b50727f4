// One thread's event loop with real time: sockets, timers, signals and lines of standard input.
//
// Hosts of the cores run on one Loop each; everything they are called with happens on the thread
// that runs it, one thing at a time, and never from inside a call they make. Only post() may be
// called from other threads.
// Does not: include Boost in its header, or own what it calls; an object that handed callbacks to a
// loop must outlive their use or take them back first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/vocabulary/time.h"

namespace dp::net {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Monotonic time starts somewhere and never goes back; wall time is since 1970 and may jump.
  static Now now();

  void run();   // until stop()
  void stop();  // the present or next run() ends; what is pending stays pending
  // Runs until `holds` does or the time is over; says whether it holds. It is asked after each
  // thing that happened.
  bool run_until(const std::function<bool()>& holds, Micros at_most_us);

  void post(std::function<void()> work);  // from any thread; in order
  void on_signals(std::vector<int> signals, std::function<void(int)> react);

  // Every line of a descriptor without its end, then nullopt. A line longer than the limit ends the
  // input with the text read so far. Works for terminals, pipes and files. Once per loop.
  void read_lines(int descriptor, std::size_t line_bytes_max,
                  std::function<void(std::optional<std::string>)> line);
  // Between pause and resume no further line is delivered.
  void pause_lines(bool paused);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Calls back once each time it was armed and the time came.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> due);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(Micros monotonic_us);  // replaces an earlier arming
  void disarm();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dp::net
