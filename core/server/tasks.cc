#include "core/server/tasks.h"

#include <utility>

#include "core/server/cache.h"
#include "core/server/doubts.h"
#include "core/server/handlers.h"
#include "core/server/persistence.h"
#include "core/server/sessions.h"
#include "core/wire/codec.h"

namespace dp::server {
namespace {

Progress handle(Turn& turn, ConnId conn, const AccountId& account, Task& task) {
  return std::visit(
      [&](const auto& frame) { return handle_frame(turn, conn, account, task, frame); },
      task.frame);
}

// Takes the next frame off the queue; false if there is none to take now.
bool take_frame(Turn& turn, ConnId conn, Connection& connection) {
  const std::size_t relief = turn.state.config.max_outbound_bytes / 2;
  while (!connection.inbound.empty()) {
    // A peer that asks faster than it reads is not answered faster than it reads.
    if (connection.phase == Connection::Phase::ready && connection.outbound_bytes > relief) {
      return false;
    }
    const std::string text = std::move(connection.inbound.front());
    connection.inbound.pop_front();
    connection.inbound_bytes =
        connection.inbound.empty() ? 0 : connection.inbound_bytes - inbound_cost(text);
    auto frame = wire::decode_client_frame(text, turn.state.config.wire);
    if (frame) {
      connection.task.emplace(*std::move(frame));
      ++turn.state.busy;
      return true;
    }
    const wire::DecodeError& error = frame.error();
    refuse(turn, conn, error.code, error.chat_id, error.change_id);
  }
  return false;
}

void run(Turn& turn, ConnId conn) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  Connection& connection = found->second;
  if (connection.phase == Connection::Phase::judging) return;
  while (connection.task || take_frame(turn, conn, connection)) {
    Task& task = *connection.task;
    if (task.awaited > 0 || task.hold == Task::Hold::queued) return;
    if (handle(turn, conn, connection.account, task) == Progress::waiting) return;
    connection.task.reset();
    --turn.state.busy;
  }
  forget_if_drained(turn, conn);
}

Task* task_of(State& state, ConnId conn) {
  const auto found = state.connections.find(conn);
  if (found == state.connections.end() || !found->second.task) return nullptr;
  return &*found->second.task;
}

void ask_again(Turn& turn, const Waiter& waiter) {
  log(turn, "a lookup older than what is durable is repeated");
  ask(turn, LoadSlot{waiter.slot}, waiter);
}

void receive_slot(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer) {
  Task* task = task_of(turn.state, waiter.conn);
  if (!task) return;
  Knowledge knowledge = knowledge_from(query, answer);
  if (is_outdated(turn.state, waiter.slot, knowledge)) return ask_again(turn, waiter);
  task->knowledge = std::move(knowledge);
  if (!task->knowledge->failed) learn(turn, waiter.slot, task->knowledge->loaded);
  --task->awaited;
}

void receive_read(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer) {
  Slot& slot = turn.state.slots[waiter.slot];
  Knowledge knowledge = knowledge_from(query, answer);
  if (is_outdated(turn.state, waiter.slot, knowledge)) return ask_again(turn, waiter);
  // A holder is about to settle the slot; a reader must not warm it under the holder's hands.
  if (!knowledge.failed && !slot.holder) learn(turn, waiter.slot, knowledge.loaded);
  if (Task* task = task_of(turn.state, waiter.conn)) {
    task->reads[waiter.slot.chat] = std::move(knowledge);
    --task->awaited;
  }
}

}  // namespace

void run_all(Turn& turn) {
  auto& runnable = turn.state.runnable;
  while (!runnable.empty()) {
    const ConnId conn = runnable.front();
    runnable.pop_front();
    run(turn, conn);
  }
}

void receive_answer(Turn& turn, const DatabaseAnswered& event) {
  const auto found = turn.state.waiters.find(event.query);
  if (found == turn.state.waiters.end()) return;  // of a job that another answer settled
  const Waiter waiter = found->second;
  turn.state.waiters.erase(found);
  switch (waiter.what) {
    case Waiter::For::slot:
      receive_slot(turn, event.query, waiter, event.answer);
      break;
    case Waiter::For::read:
      receive_read(turn, event.query, waiter, event.answer);
      break;
    case Waiter::For::task:
      if (Task* task = task_of(turn.state, waiter.conn)) {
        task->answer = event.answer;
        task->answered = event.query;
        --task->awaited;
      }
      break;
    case Waiter::For::job:
      receive_job_answer(turn, event.query, waiter, event.answer);
      return;
    case Waiter::For::doubt:
      receive_doubt_answer(turn, event.query, waiter, event.answer);
      return;
    case Waiter::For::sweep:
      receive_sweep_answer(turn, event.answer);
      return;
  }
  turn.state.runnable.push_back(waiter.conn);
}

bool enter_slot(Turn& turn, ConnId conn, Task& task, const SlotKey& key) {
  if (task.hold == Task::Hold::none) {
    task.slot = key;
    Slot& slot = turn.state.slots[key];
    if (slot.holder) {
      slot.waiting.push_back(conn);
      task.hold = Task::Hold::queued;
      return false;
    }
    slot.holder = conn;
    task.hold = Task::Hold::held;
  }
  if (task.hold == Task::Hold::queued) return false;
  if (task.knowledge) return true;
  if (is_settled_by_cache(turn.state, key)) {
    Knowledge known;
    known.loaded.ownership = turn.state.slots.at(key).gone ? Ownership::deleted : Ownership::own;
    task.knowledge = known;
    return true;
  }
  Waiter waiter;
  waiter.what = Waiter::For::slot;
  waiter.conn = conn;
  waiter.slot = key;
  ask(turn, LoadSlot{key}, waiter);
  ++task.awaited;
  return false;
}

void leave_slot(Turn& turn, Task& task) {
  if (!task.slot) return;
  const SlotKey key = *task.slot;
  task.slot.reset();
  task.hold = Task::Hold::none;
  task.knowledge.reset();
  Slot& slot = turn.state.slots.at(key);
  slot.holder.reset();
  if (!slot.waiting.empty()) {
    const ConnId next = slot.waiting.front();
    slot.waiting.pop_front();
    slot.holder = next;
    task_of(turn.state, next)->hold = Task::Hold::held;
    turn.state.runnable.push_back(next);
  }
  tidy(turn.state, key);
}

std::optional<wire::ErrorCode> ownership_refusal(const Turn& turn, const Task& task,
                                                 bool would_create) {
  const State& state = turn.state;
  const Knowledge& knowledge = *task.knowledge;
  if (knowledge.failed) {
    // Who owns the chat may be known although its content is not.
    const auto claim = state.claims.find(task.slot->chat);
    const bool own = (claim != state.claims.end() && claim->second == task.slot->account) ||
                     state.slots.at(*task.slot).record;
    return own ? wire::ErrorCode::storage_unavailable : wire::ErrorCode::ownership_unknown;
  }
  switch (ownership_of(state, *task.slot, knowledge)) {
    case Ownership::someone_else:
      return wire::ErrorCode::chat_forbidden;
    case Ownership::deleted:
      return wire::ErrorCode::chat_deleted;
    case Ownership::own:
      return std::nullopt;
    case Ownership::nobody:
      break;
  }
  if (!would_create) return std::nullopt;
  const auto unborn = state.unborn.find(task.slot->account);
  const std::size_t more = unborn == state.unborn.end() ? 0 : unborn->second.size();
  if (knowledge.loaded.chats_of_account + more >= state.config.max_chats_per_account) {
    return wire::ErrorCode::too_many_chats;
  }
  return std::nullopt;
}

Ownership ownership_of(const State& state, const SlotKey& key, const Knowledge& knowledge) {
  if (const auto slot = state.slots.find(key); slot != state.slots.end() && slot->second.gone) {
    return Ownership::deleted;
  }
  if (knowledge.loaded.ownership != Ownership::nobody) return knowledge.loaded.ownership;
  const auto claim = state.claims.find(key.chat);
  if (claim == state.claims.end()) return Ownership::nobody;
  return claim->second == key.account ? Ownership::own : Ownership::someone_else;
}

const SlotLoaded* loaded_by(const Task& task) {
  return task.knowledge && !task.knowledge->failed ? &task.knowledge->loaded : nullptr;
}

}  // namespace dp::server
