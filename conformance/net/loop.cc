#include "conformance/net/loop.h"

#include <utility>
// Asio 1.74 uses std::exchange without including <utility>.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "conformance/net/line_reader.h"
#include "conformance/net/loop_impl.h"

namespace dp::net {
namespace asio = boost::asio;

namespace {

std::chrono::steady_clock::time_point instant(Micros monotonic_us) {
  return std::chrono::steady_clock::time_point(std::chrono::microseconds(monotonic_us));
}

void wait_for_signal(asio::signal_set& signals, std::shared_ptr<std::function<void(int)>> react) {
  signals.async_wait([&signals, react](const boost::system::error_code& error, int signal) {
    if (error) return;
    wait_for_signal(signals, react);
    (*react)(signal);
  });
}

}  // namespace

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() {
  if (impl_->lines) impl_->lines->abandon();
}

Now Loop::now() {
  const auto micros = [](auto duration) {
    return static_cast<Micros>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  };
  Now now;
  now.monotonic_us = micros(std::chrono::steady_clock::now().time_since_epoch());
  now.wall_us = micros(std::chrono::system_clock::now().time_since_epoch());
  return now;
}

void Loop::run() {
  const auto guard = asio::make_work_guard(impl_->io);
  impl_->io.restart();
  impl_->io.run();
}

void Loop::stop() {
  impl_->io.stop();
}

bool Loop::run_until(const std::function<bool()>& holds, Micros at_most_us) {
  const Micros end = now().monotonic_us + at_most_us;
  const auto guard = asio::make_work_guard(impl_->io);
  impl_->io.restart();
  while (!holds()) {
    if (impl_->io.run_one_until(instant(end)) == 0) return holds();
  }
  return true;
}

void Loop::post(std::function<void()> work) {
  asio::post(impl_->io, std::move(work));
}

void Loop::on_signals(std::vector<int> signals, std::function<void(int)> react) {
  impl_->signals = std::make_unique<asio::signal_set>(impl_->io);
  for (const int signal : signals) impl_->signals->add(signal);
  wait_for_signal(*impl_->signals, std::make_shared<std::function<void(int)>>(std::move(react)));
}

void Loop::read_lines(int descriptor, std::size_t line_bytes_max,
                      std::function<void(std::optional<std::string>)> line) {
  impl_->lines = LineReader::start(impl_->io, descriptor, line_bytes_max, std::move(line));
}

void Loop::pause_lines(bool paused) {
  if (impl_->lines) impl_->lines->pause(paused);
}

struct Timer::Impl {
  Impl(asio::io_context& io, std::function<void()> callback)
      : timer(io), due(std::move(callback)) {}
  asio::steady_timer timer;
  std::function<void()> due;
  std::uint64_t arming = 0;  // an expiry already queued when it was armed again does not count
};

Timer::Timer(Loop& loop, std::function<void()> due)
    : impl_(std::make_shared<Impl>(loop.impl().io, std::move(due))) {}
Timer::~Timer() {
  disarm();
}

void Timer::arm(Micros monotonic_us) {
  const std::uint64_t arming = ++impl_->arming;
  impl_->timer.expires_at(instant(monotonic_us));
  impl_->timer.async_wait([impl = impl_, arming](const boost::system::error_code& error) {
    if (!error && impl->arming == arming) impl->due();
  });
}

void Timer::disarm() {
  ++impl_->arming;
  impl_->timer.cancel();
}

}  // namespace dp::net
