#include "core/server/doubts.h"

#include <utility>

#include "core/server/cache.h"

namespace dp::server {
namespace {

// A lookup that is not answered is asked again after this many retry intervals.
constexpr Micros kUnansweredIntervals = 5;

void set_due(State& state, const SlotKey& key, Doubt& one, Micros due_us) {
  state.doubts.erase({one.due_us, key});
  one.due_us = due_us;
  state.doubts.emplace(due_us, key);
}

}  // namespace

void doubt(Turn& turn, const SlotKey& key, StoredRef deletion) {
  State& state = turn.state;
  settle_doubt(state, key);
  Slot& slot = state.slots.at(key);
  slot.verified = false;
  slot.fresh_from = QueryId{state.next_query};  // lookups under way may have missed it
  slot.doubt = Doubt{std::move(deletion), 0};
  // Whoever asked usually comes back and looks first.
  set_due(state, key, *slot.doubt, turn.now.monotonic_us + state.config.persistence_retry_us);
}

void settle_doubt(State& state, const SlotKey& key) {
  const auto found = state.slots.find(key);
  if (found == state.slots.end() || !found->second.doubt) return;
  state.doubts.erase({found->second.doubt->due_us, key});
  found->second.doubt.reset();
}

void look_into_due_doubts(Turn& turn) {
  State& state = turn.state;
  while (!state.doubts.empty() && state.doubts.begin()->first <= turn.now.monotonic_us) {
    const SlotKey key = state.doubts.begin()->second;
    Waiter waiter;
    waiter.what = Waiter::For::doubt;
    waiter.slot = key;
    ask(turn, LoadSlot{key}, waiter);
    set_due(state, key, *state.slots.at(key).doubt,
            turn.now.monotonic_us + kUnansweredIntervals * state.config.persistence_retry_us);
  }
}

void receive_doubt_answer(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer) {
  State& state = turn.state;
  const auto found = state.slots.find(waiter.slot);
  if (found == state.slots.end() || !found->second.doubt) return;  // somebody else looked
  const Knowledge knowledge = knowledge_from(query, answer);
  const bool is_told = !knowledge.failed && !is_outdated(state, waiter.slot, knowledge);
  // A holder is about to look for itself, or has a newer request under way.
  if (is_told && !found->second.holder) learn(turn, waiter.slot, knowledge.loaded);
  const auto after = state.slots.find(waiter.slot);
  if (after == state.slots.end() || !after->second.doubt) return;
  set_due(state, waiter.slot, *after->second.doubt,
          turn.now.monotonic_us + state.config.persistence_retry_us);
}

}  // namespace dp::server
