#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace dp::cli {
namespace {

std::atomic<bool> asked_to_end{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // or a signal handler may not touch it

extern "C" void note_interrupt(int) {
  asked_to_end.store(true);
}

}  // namespace

void listen_for_interrupt() {
  struct sigaction action{};
  action.sa_handler = note_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return asked_to_end.load();
}

}  // namespace dp::cli
