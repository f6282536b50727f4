// Watches one run and sets the marks of the situations that occur in it.
//
//   MarkObserver marks;
//   run.world().attach(&marks);
//   run.finish();
//   counts.add(marks.marks());
//
// One spotter for each theme of the catalogue; all of them read the trace and what a world shows of
// its devices, and nothing inside a core. Every mark is set at the event that completes it.
// Guarantees: bounded memory (what is remembered is per device, chat and unanswered change);
// deterministic; never changes the world. Lifetime: must outlive its attachment.
// Does not: judge, or see devices of the `field` dialect other than through their frames.
#pragma once

#include <memory>
#include <vector>

#include "sim/marks/mark_set.h"
#include "sim/world/observer.h"

namespace dp::sim {

class MarkObserver : public Observer {
 public:
  MarkObserver();
  ~MarkObserver() override;
  MarkObserver(const MarkObserver&) = delete;
  MarkObserver& operator=(const MarkObserver&) = delete;

  void observe(const TraceEvent& event, const World& world) override;
  const MarkSet& marks() const { return marks_; }

 private:
  MarkSet marks_;
  std::vector<std::unique_ptr<Observer>> spotters_;
};

}  // namespace dp::sim
