// The cache of slots and the authority over what a slot is.
//
// A slot is known from four places: its cache record, its counter, its queued jobs and its row in
// the table. The current state is the highest of them; a tombstone in the cache ends the search.
// Guarantees: a warm never replaces an equal or newer version; nothing pinned is evicted; losing a
// record, a counter or both never resets a version.
// Does not: talk to the database or lock anything.
#pragma once

#include "core/server/state.h"

namespace dp::server {

// ---- what is known ------------------------------------------------------------------------------
// `loaded` is what a lookup brought, if there was one; its numbers are in the counter already.
Standing standing_of(const Turn& turn, const SlotKey& key, const SlotLoaded* loaded);
// True if the record alone settles what the slot is: it was verified and still has its content.
bool is_settled_by_cache(const State& state, const SlotKey& key);
// True if the cache says "deleted", which needs no second opinion.
bool is_cached_tombstone(const State& state, const SlotKey& key);
bool is_pinned(const State& state, const SlotKey& key, const Slot& slot);

// ---- what changes it ----------------------------------------------------------------------------
// The table holds this version of the slot, or a newer one.
void note_durable(State& state, const SlotKey& key, Version version);
Knowledge knowledge_from(QueryId query, const Answer& answer);
// True if the lookup read the table before what is known to be in it by now, or may be: such an
// answer travelled slowly, and warms and tells nothing.
bool is_outdated(const State& state, const SlotKey& key, const Knowledge& knowledge);
// Compares a looked-up row with the record: the higher one wins, a winner from the database warms
// the cache and is announced if it replaced what the devices were told, or settles a doubt.
void learn(Turn& turn, const SlotKey& key, const SlotLoaded& loaded);
// Makes a ruling's row the record. Does not enqueue its job.
void put_record(Turn& turn, const SlotKey& key, const StoredRef& stored,
                const std::optional<ChangeId>& id);
void drop_record(Turn& turn, const SlotKey& key);
// The chat is deleted: nothing of the slot remains but the memory of that.
void bury(Turn& turn, const SlotKey& key);
// A row this process did not write was found in the table.
void adopt_unseen_row(Turn& turn, const SlotKey& key, const DraftRow& row);
void forget_expired_tombstone(Turn& turn, const SlotKey& key);

// ---- chats that only a draft made, until that draft is durable -------------------------------
void note_chat_is_unborn(State& state, const SlotKey& key);
void note_chat_is_durable(State& state, const SlotKey& key);

// ---- faults and time ----------------------------------------------------------------------------
// A cache that comes back has missed what was stored meanwhile: those records are dropped.
void change_availability(Turn& turn, bool available);
void evict(Turn& turn, const CacheEvicted& event);
void hollow_out(Turn& turn, const CacheHollowed& event);
void expire_cache(Turn& turn);
void tidy(State& state, const SlotKey& key);  // erases an entry that holds nothing

}  // namespace dp::server
