// Requests whose outcome nobody knows: asked after until the table says what became of them.
//
// A send and the deletion of a chat are carried out by the table and answered by it. If that answer
// is lost, they may have happened all the same, and the one who asked may never come again; the
// other devices would then not hear of it before they reconnect. So the process asks the table
// itself, as long as it takes, and tells everybody what it finds. A doubt pins its slot: what the
// devices were told before is not forgotten meanwhile.
// Does not: repeat the request itself, nor tell of the message of a send (its retry says that).
#pragma once

#include "core/server/state.h"

namespace dp::server {

// The cache is not trusted from now on. `deletion` is what may be in the table; null: the whole
// chat may be gone.
void doubt(Turn& turn, const SlotKey& key, StoredRef deletion);
void settle_doubt(State& state, const SlotKey& key);
void look_into_due_doubts(Turn& turn);
void receive_doubt_answer(Turn& turn, QueryId query, const Waiter& waiter, const Answer& answer);

}  // namespace dp::server
