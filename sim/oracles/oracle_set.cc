#include "sim/oracles/oracle_set.h"

#include <algorithm>
#include <tuple>

#include "sim/oracles/alarms_have_causes.h"
#include "sim/oracles/authenticity.h"
#include "sim/oracles/bounded_queues.h"
#include "sim/oracles/canary_search.h"
#include "sim/oracles/convergence.h"
#include "sim/oracles/debounce_exactness.h"
#include "sim/oracles/focus_rule.h"
#include "sim/oracles/isolation.h"
#include "sim/oracles/locked_device.h"
#include "sim/oracles/no_lost_text.h"
#include "sim/oracles/no_resurrection.h"
#include "sim/oracles/nonce_ledger.h"
#include "sim/oracles/one_writer_no_copies.h"
#include "sim/oracles/port_conduct.h"
#include "sim/oracles/queue_arrives.h"
#include "sim/oracles/sent_is_gone.h"
#include "sim/oracles/session_guarantees.h"
#include "sim/oracles/version_ledger.h"

namespace dp::sim {
namespace {

template <class T>
std::unique_ptr<T> watching(SlotHistory& history, std::unique_ptr<T> oracle) {
  history.add_watcher(oracle.get());
  return oracle;
}

std::vector<std::unique_ptr<Oracle>> default_oracles(SlotHistory& history) {
  std::vector<std::unique_ptr<Oracle>> oracles;
  oracles.push_back(std::make_unique<Convergence>());
  oracles.push_back(std::make_unique<VersionLedger>());
  oracles.push_back(std::make_unique<Isolation>(history));
  oracles.push_back(std::make_unique<NoLostText>(history));
  oracles.push_back(watching(history, std::make_unique<NoResurrection>()));
  oracles.push_back(watching(history, std::make_unique<SentIsGone>()));
  oracles.push_back(std::make_unique<QueueArrives>(history));
  oracles.push_back(watching(history, std::make_unique<OneWriterNoCopies>(history)));
  oracles.push_back(watching(history, std::make_unique<SessionGuarantees>()));
  oracles.push_back(watching(history, std::make_unique<DebounceExactness>()));
  oracles.push_back(std::make_unique<FocusRule>());
  oracles.push_back(std::make_unique<CanarySearch>());
  oracles.push_back(std::make_unique<NonceLedger>());
  oracles.push_back(std::make_unique<Authenticity>());
  oracles.push_back(std::make_unique<LockedDevice>());
  oracles.push_back(std::make_unique<BoundedQueues>(history));
  oracles.push_back(std::make_unique<AlarmsHaveCauses>());
  return oracles;
}

}  // namespace

OracleSet::OracleSet(Clients clients) : oracles_(default_oracles(history_)) {
  if (clients == Clients::foreign) oracles_.push_back(std::make_unique<PortConduct>());
  applied_.assign(oracles_.size(), false);
}
OracleSet::~OracleSet() = default;

void OracleSet::observe(const TraceEvent& event, const World& world) {
  last_time_us_ = event.time_us;
  last_sequence_ = event.sequence;
  history_.observe(event, world);
  for (const auto& oracle : oracles_) oracle->observe(event, world);
}

void OracleSet::conclude(const World& world, bool quiet) {
  TraceEvent last;
  last.sequence = last_sequence_;
  last.time_us = last_time_us_;
  history_.look_at_all(last, world);
  if (!quiet) {
    own_.push_back({.oracle = "quiescence",
                    .site = "not_quiet",
                    .detail = "the world did not become quiet",
                    .time_us = last_time_us_,
                    .sequence = last_sequence_,
                    .node = std::nullopt,
                    .expected = "nothing going on any more",
                    .seen = world.pending()});
  }
  for (std::size_t index = 0; index < oracles_.size(); ++index) {
    Oracle& oracle = *oracles_[index];
    applied_[index] = oracle.applies(world);
    if (quiet) oracle.at_quiescence(world);
    if (!quiet || !applied_[index] || oracle.comparisons() > 0) continue;
    own_.push_back({.oracle = std::string(oracle.card().name),
                    .site = "compared_nothing",
                    .detail = "the oracle applied to this run and compared nothing",
                    .time_us = last_time_us_,
                    .sequence = last_sequence_,
                    .node = std::nullopt,
                    .expected = "at least one comparison",
                    .seen = "none"});
  }
}

std::uint64_t OracleSet::comparisons() const {
  std::uint64_t sum = 0;
  for (const auto& oracle : oracles_) sum += oracle->comparisons();
  return sum;
}

std::vector<OracleTally> OracleSet::tallies() const {
  std::vector<OracleTally> tallies;
  for (std::size_t index = 0; index < oracles_.size(); ++index) {
    const Oracle& oracle = *oracles_[index];
    tallies.push_back({std::string(oracle.card().name), applied_[index], oracle.comparisons(),
                       oracle.violation_count()});
  }
  return tallies;
}

std::vector<Violation> OracleSet::violations() const {
  std::vector<Violation> all = own_;
  for (const auto& oracle : oracles_) {
    all.insert(all.end(), oracle->violations().begin(), oracle->violations().end());
  }
  std::sort(all.begin(), all.end(), [](const Violation& a, const Violation& b) {
    return std::tie(a.time_us, a.sequence, a.oracle, a.site, a.detail) <
           std::tie(b.time_us, b.sequence, b.oracle, b.site, b.detail);
  });
  return all;
}

bool OracleSet::any_violation() const {
  if (!own_.empty()) return true;
  return std::any_of(oracles_.begin(), oracles_.end(),
                     [](const auto& oracle) { return oracle->violation_count() > 0; });
}

std::uint64_t OracleSet::violation_count() const {
  std::uint64_t sum = own_.size();
  for (const auto& oracle : oracles_) sum += oracle->violation_count();
  return sum;
}

std::vector<OracleCard> OracleSet::cards() {
  SlotHistory history;
  std::vector<OracleCard> cards;
  for (const auto& oracle : default_oracles(history)) cards.push_back(oracle->card());
  cards.push_back(PortConduct().card());
  cards.push_back({"quiescence",
                   "After every fault has ended the world becomes quiet.",
                   "How long that takes, beyond the run's limit.",
                   {"CONV-12"}});
  return cards;
}

}  // namespace dp::sim
