// What is detectable is detected and said. covers: SEC-20, SEC-23, SEC-26, SEC-28, SEC-29, SEC-30,
// SEC-31, SEC-33, SEC-41: a malicious server's content that does not open raises a security notice
// in the very step that refuses it, and every honest law still holds.
#include <gtest/gtest.h>

#include <map>

#include "sim/oracles/oracle_set.h"
#include "sim/runner/generated_run.h"

namespace dp::sim {
namespace {

bool is_security(client::NoticeKind kind) {
  using enum client::NoticeKind;
  return kind == security_authentication || kind == security_downgrade ||
         kind == security_rollback || kind == security_fork || kind == server_lost_recent;
}

// An envelope from outside that fails to open must be followed by a notice before anything else
// happens to the device.
class Refusals : public Observer {
 public:
  void observe(const TraceEvent& event, const World&) override {
    if (!is_device(event.node)) return;
    switch (event.kind) {
      case EventKind::cipher_open:
        if (event.number == 0 && from_outside(event)) waiting_[event.node] = true;
        break;
      case EventKind::notice:
        if (!is_security(static_cast<client::NoticeKind>(event.number))) break;
        if (waiting_[event.node]) ++said;
        waiting_[event.node] = false;
        break;
      case EventKind::frame_came:
      case EventKind::timer:
      case EventKind::person:
      case EventKind::store_synced:
        if (waiting_[event.node]) ++unsaid;
        waiting_[event.node] = false;
        break;
      case EventKind::crash:  // before its effects were performed
        waiting_[event.node] = false;
        break;
      default:
        break;
    }
  }
  std::uint64_t said = 0;
  std::uint64_t unsaid = 0;

 private:
  static bool from_outside(const TraceEvent& event) {
    const auto* const* call = std::get_if<const OpenCall*>(&event.detail);
    return call != nullptr && (*call)->request.kind != crypto::Kind::local_row;
  }
  std::map<NodeId, bool> waiting_;
};

RunPlan hostile_plan(std::uint64_t seed, FaultKind kind) {
  RunPlan plan = house_mix(seed);
  plan.world.cipher = CipherMode::ideal;
  plan.world.faults = {};
  plan.world.faults[kind] = 200'000;
  plan.people.operations = 50;
  return plan;
}

TEST(HostileNotices, what_does_not_open_is_refused_and_said) {
  std::uint64_t said = 0;
  for (const FaultKind kind :
       {FaultKind::server_swaps_chats, FaultKind::server_replays_old, FaultKind::server_equivocates,
        FaultKind::server_lies_about_versions, FaultKind::server_forges_success,
        FaultKind::server_forges_deletion, FaultKind::server_withholds, FaultKind::server_drops,
        FaultKind::frame_corrupted}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      GeneratedRun run(hostile_plan(seed, kind));
      Refusals refusals;
      OracleSet laws;
      run.world().attach(&refusals);
      run.world().attach(&laws);
      const RunResult result = run.finish();
      laws.conclude(run.world(), result.quiesced);
      EXPECT_EQ(refusals.unsaid, 0u) << name(kind) << ", seed " << seed;
      for (const Violation& violation : laws.violations()) {
        ADD_FAILURE() << name(kind) << ", seed " << seed << ": " << violation.signature();
      }
      said += refusals.said;
    }
  }
  EXPECT_GT(said, 30u);
}

TEST(HostileNotices, an_honest_world_raises_none) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RunPlan plan = hostile_plan(seed, FaultKind::server_drops);
    plan.world.faults = {};
    GeneratedRun run(plan);
    Refusals refusals;
    run.world().attach(&refusals);
    run.finish();
    EXPECT_EQ(refusals.said + refusals.unsaid, 0u);
  }
}

}  // namespace
}  // namespace dp::sim
