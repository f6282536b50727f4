// One frame at a time per connection, one holder at a time per slot.
//
//   inbound queue -> decoded -> Task -> handled
//                                 |  needs a slot: waits in the slot's queue, then holds it
//                                 |  needs the database: asks, and is run again with the answer
//
// A handler is a function that is run again from its start after every answer; it finds what it
// learned in its Task and changes nothing before it has everything. So a frame that waits for the
// database never lets a later frame of its connection pass, and a slot is never seen half changed.
#pragma once

#include "core/server/state.h"

namespace dp::server {

enum class Progress : std::uint8_t { done, waiting };

// Handles queued frames of every connection that was marked runnable.
void run_all(Turn& turn);
void receive_answer(Turn& turn, const DatabaseAnswered& event);

// Locks the slot for this task and learns who owns it; false: run again when an answer came.
bool enter_slot(Turn& turn, ConnId conn, Task& task, const SlotKey& key);
void leave_slot(Turn& turn, Task& task);

// The refusal that follows from who owns the chat of the task's slot, if any.
std::optional<wire::ErrorCode> ownership_refusal(const Turn& turn, const Task& task,
                                                 bool would_create);
Ownership ownership_of(const State& state, const SlotKey& key, const Knowledge& knowledge);
// What the task's lookup brought, for standing_of.
const SlotLoaded* loaded_by(const Task& task);

}  // namespace dp::server
