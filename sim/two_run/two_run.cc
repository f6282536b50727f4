#include "sim/two_run/two_run.h"

#include <algorithm>
#include <vector>

namespace dp::sim {
namespace {

// Keeps what an adversary outside the devices sees, and counts what people typed.
class ServerView : public Observer {
 public:
  void observe(const TraceEvent& event, const World&) override {
    if (event.kind == EventKind::person && event.name == "edited") {
      typed_.push_back(std::string(event.bytes));
    }
    if (!is_visible(event)) return;
    TraceEvent seen = event;
    seen.sequence = lines_.size();  // the real one counts what happens inside devices too
    lines_.push_back(line_of(seen));
  }

  const std::vector<std::string>& lines() const { return lines_; }
  const std::vector<std::string>& typed() const { return typed_; }

 private:
  static bool is_visible(const TraceEvent& event) {
    if (event.node == kServerNode) return true;
    switch (event.kind) {
      case EventKind::frame_sent:
      case EventKind::conn_asked:
      case EventKind::conn_closed:
      case EventKind::log:
        return true;
      default:
        return false;
    }
  }

  std::vector<std::string> lines_;
  std::vector<std::string> typed_;
};

}  // namespace

TwoRunResult compare_server_views(RunPlan plan, std::uint32_t first_secret,
                                  std::uint32_t second_secret) {
  plan.world.cipher = CipherMode::ideal;
  ServerView views[2];
  const std::uint32_t secrets[2] = {first_secret, second_secret};
  for (int which = 0; which < 2; ++which) {
    plan.people.secret = secrets[which];
    GeneratedRun run(plan);
    run.world().attach(&views[which]);
    run.finish();
    run.world().detach(&views[which]);
  }
  TwoRunResult result;
  const std::size_t texts = std::min(views[0].typed().size(), views[1].typed().size());
  for (std::size_t at = 0; at < texts; ++at) {
    if (views[0].typed()[at] != views[1].typed()[at]) ++result.texts;
  }
  const std::size_t length = std::max(views[0].lines().size(), views[1].lines().size());
  for (std::size_t at = 0; at < length; ++at) {
    const std::string first = at < views[0].lines().size() ? views[0].lines()[at] : "";
    const std::string second = at < views[1].lines().size() ? views[1].lines()[at] : "";
    if (first != second) {
      result.difference = ViewDifference{at, first, second};
      break;
    }
    ++result.compared;
  }
  return result;
}

}  // namespace dp::sim
