#include "core/server/cache.h"

#include <algorithm>
#include <utility>

#include "core/server/announcements.h"
#include "core/server/doubts.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

constexpr std::size_t kRememberedMax = 8;

StoredRef newest_job_of(const State& state, const Slot& slot) {
  return slot.jobs.empty() ? nullptr : state.jobs.at(slot.jobs.back()).stored;
}

// The best this process knows without asking: a queued job is as good as a record and survives
// what befalls the cache.
StoredRef best_in_memory(const State& state, const Slot& slot) {
  StoredRef best = newest_job_of(state, slot);
  if (state.cache_available && slot.record && !slot.hollow &&
      version_of(slot.record) >= version_of(best)) {
    best = slot.record;
  }
  return best;
}

Version highest_of(const SlotLoaded& loaded) {
  return std::max(loaded.assigned_v, loaded.row ? loaded.row->version : 0);
}

// One entry per slot, moved only to an earlier instant: lives grow with every change, and an entry
// that fires too early just looks again.
void note_expiry(State& state, const SlotKey& key, Slot& slot, Micros at_us) {
  if (slot.expiry_noted_us != 0 && slot.expiry_noted_us <= at_us) return;
  if (slot.expiry_noted_us != 0) state.expiries.erase({slot.expiry_noted_us, key});
  slot.expiry_noted_us = at_us;
  state.expiries.emplace(at_us, key);
}

void erase_slot(State& state, std::map<SlotKey, Slot>::iterator found) {
  if (found->second.expiry_noted_us != 0) {
    state.expiries.erase({found->second.expiry_noted_us, found->first});
  }
  state.slots.erase(found);
}

void raise_counter(Turn& turn, const SlotKey& key, Slot& slot, Version version) {
  if (version == 0) return;
  slot.counter = std::max(slot.counter, version);
  slot.counter_until_us = turn.now.monotonic_us + turn.state.config.counter_ttl_us;
  note_expiry(turn.state, key, slot, slot.counter_until_us);
}

void refresh_record(Turn& turn, const SlotKey& key, Slot& slot, const StoredRef& stored) {
  State& state = turn.state;
  slot.record = stored;
  slot.hollow = false;
  slot.record_until_us = turn.now.monotonic_us + state.config.draft_ttl_us;
  note_expiry(state, key, slot, slot.record_until_us);
  raise_counter(turn, key, slot, version_of(stored));
}

// Drops what is past its life; returns when to look again, or nothing if the cache holds nothing.
std::optional<Micros> expire_slot(State& state, const SlotKey& key, Slot& slot, Micros now_us) {
  if (is_pinned(state, key, slot)) return now_us + state.config.persistence_retry_us;
  if (slot.record && slot.record_until_us <= now_us) {
    slot.record.reset();
    slot.hollow = slot.verified = false;
    slot.remembered.clear();
  }
  if (slot.counter_until_us <= now_us) {
    slot.counter = 0;
    slot.gone = false;
  }
  std::optional<Micros> next;
  if (slot.record) next = slot.record_until_us;
  if (slot.counter != 0 || slot.gone) {
    next = next ? std::min(*next, slot.counter_until_us) : slot.counter_until_us;
  }
  return next;
}

void enforce_capacity(State& state) {
  auto oldest = state.expiries.begin();
  while (state.slots.size() > state.config.max_cached_slots && oldest != state.expiries.end()) {
    const SlotKey key = oldest->second;
    const auto found = state.slots.find(key);
    if (found != state.slots.end() && is_pinned(state, key, found->second)) {
      ++oldest;
      continue;
    }
    oldest = state.expiries.erase(oldest);
    if (found != state.slots.end()) {
      found->second.expiry_noted_us = 0;
      erase_slot(state, found);
    }
  }
}

}  // namespace

Standing standing_of(const Turn& turn, const SlotKey& key, const SlotLoaded* loaded) {
  const State& state = turn.state;
  Standing standing;
  if (const auto found = state.slots.find(key); found != state.slots.end()) {
    const Slot& slot = found->second;
    standing.current = best_in_memory(state, slot);
    if (state.cache_available) {
      standing.highest = std::max(slot.counter, version_of(slot.record));
      standing.remembered = slot.remembered;
    }
  }
  if (loaded && loaded->row && loaded->row->version > version_of(standing.current)) {
    standing.current = make_stored(*loaded->row, turn.hasher);
  }
  standing.highest = std::max(standing.highest, version_of(standing.current));
  return standing;
}

bool is_settled_by_cache(const State& state, const SlotKey& key) {
  if (!state.cache_available) return false;
  const auto found = state.slots.find(key);
  if (found == state.slots.end()) return false;
  const Slot& slot = found->second;
  return slot.gone || (slot.record && !slot.hollow && slot.verified);
}

bool is_cached_tombstone(const State& state, const SlotKey& key) {
  if (!state.cache_available) return false;
  const auto found = state.slots.find(key);
  return found != state.slots.end() && found->second.record && !found->second.hollow &&
         found->second.record->row.deleted;
}

bool is_pinned(const State& state, const SlotKey& key, const Slot& slot) {
  return !slot.jobs.empty() || slot.doubt || slot.holder || !slot.waiting.empty() ||
         slot.readers > 0 || state.listings.contains(key.account);
}

void note_durable(State& state, const SlotKey& key, Version version) {
  const auto found = state.slots.find(key);
  if (found == state.slots.end() || found->second.durable >= version) return;
  found->second.durable = version;
  found->second.fresh_from = QueryId{state.next_query};
}

Knowledge knowledge_from(QueryId query, const Answer& answer) {
  Knowledge knowledge;
  knowledge.query = query;
  if (const auto* loaded = std::get_if<SlotLoaded>(&answer)) {
    knowledge.loaded = *loaded;
  } else {
    knowledge.failed = true;
  }
  return knowledge;
}

bool is_outdated(const State& state, const SlotKey& key, const Knowledge& knowledge) {
  const auto found = state.slots.find(key);
  if (found == state.slots.end() || knowledge.failed) return false;
  const Slot& slot = found->second;
  if (knowledge.query >= slot.fresh_from) return false;
  return slot.doubt || highest_of(knowledge.loaded) < slot.durable;
}

void learn(Turn& turn, const SlotKey& key, const SlotLoaded& loaded) {
  State& state = turn.state;
  if (!state.cache_available || loaded.ownership == Ownership::someone_else) return;
  Slot& slot = state.slots[key];
  if (slot.gone) return;
  if (loaded.ownership == Ownership::deleted) {
    const bool unheard = slot.doubt && !slot.doubt->deletion;
    if (slot.jobs.empty()) bury(turn, key);
    settle_doubt(state, key);
    if (unheard) announce(turn, key.account, std::nullopt, wire::ChatDeleted{key.chat});
    return;
  }
  raise_counter(turn, key, slot, loaded.assigned_v);
  note_durable(state, key, highest_of(loaded));
  const StoredRef known = best_in_memory(state, slot);
  if (loaded.row && loaded.row->version > version_of(known)) {
    const bool replaced = slot.record && version_of(slot.record) < loaded.row->version;
    const bool unheard =
        slot.doubt && slot.doubt->deletion && slot.doubt->deletion->row == *loaded.row;
    refresh_record(turn, key, slot, make_stored(*loaded.row, turn.hasher));
    slot.remembered.clear();
    if (replaced || unheard) announce_state(turn, key, std::nullopt, slot.record->row);
  } else if (known && known != slot.record) {
    refresh_record(turn, key, slot, known);  // a hollow record gets its content back from its job
  }
  slot.verified = slot.record && !slot.hollow;
  settle_doubt(state, key);
  tidy(state, key);
  enforce_capacity(state);
}

void put_record(Turn& turn, const SlotKey& key, const StoredRef& stored,
                const std::optional<ChangeId>& id) {
  Slot& slot = turn.state.slots[key];
  if (!turn.state.cache_available) {
    slot.verified = false;  // the unreachable cache is now behind
    turn.state.behind.insert(key);
    return;
  }
  refresh_record(turn, key, slot, stored);
  slot.verified = true;
  if (id) {
    slot.remembered.push_back({*id, stored->row.version, stored->row.deleted});
    if (slot.remembered.size() > kRememberedMax) slot.remembered.pop_front();
  }
  enforce_capacity(turn.state);
}

void drop_record(Turn& turn, const SlotKey& key) {
  const auto found = turn.state.slots.find(key);
  if (found == turn.state.slots.end()) return;
  Slot& slot = found->second;
  slot.record.reset();
  slot.hollow = slot.verified = false;
  slot.remembered.clear();
  tidy(turn.state, key);
}

void bury(Turn& turn, const SlotKey& key) {
  settle_doubt(turn.state, key);
  Slot& slot = turn.state.slots[key];
  slot.record.reset();
  slot.hollow = slot.verified = false;
  slot.remembered.clear();
  slot.gone = true;
  slot.counter_until_us = turn.now.monotonic_us + turn.state.config.counter_ttl_us;
  note_expiry(turn.state, key, slot, slot.counter_until_us);
}

void adopt_unseen_row(Turn& turn, const SlotKey& key, const DraftRow& row) {
  State& state = turn.state;
  const auto found = state.slots.find(key);
  if (found == state.slots.end()) return;
  Slot& slot = found->second;
  if (!slot.record || version_of(slot.record) > row.version) return;
  if (!slot.hollow && slot.record->row == row) return;
  log(turn, "the table holds a change this process never saw", {std::to_string(row.version)});
  if (slot.holder || !state.cache_available) {
    slot.verified = false;  // whoever comes next looks it up
    if (!state.cache_available) state.behind.insert(key);
    return;
  }
  const bool same_number = version_of(slot.record) == row.version;
  refresh_record(turn, key, slot, make_stored(row, turn.hasher));
  slot.remembered.clear();
  if (!same_number) {
    announce_state(turn, key, std::nullopt, row);
    return;
  }
  // Devices ignore a second state under a number they know, so they must come back and compare.
  const auto members = state.members.find(key.account);
  if (members == state.members.end()) return;
  const std::vector<ConnId> present(members->second.begin(), members->second.end());
  for (const ConnId conn : present) cut(turn, conn, kCloseReconcile, "reconcile");
}

void forget_expired_tombstone(Turn& turn, const SlotKey& key) {
  const auto found = turn.state.slots.find(key);
  if (found == turn.state.slots.end()) return;
  const Slot& slot = found->second;
  if (slot.record && slot.record->row.deleted && !slot.record->row.sealed &&
      !is_pinned(turn.state, key, slot)) {
    drop_record(turn, key);
  }
}

void note_chat_is_unborn(State& state, const SlotKey& key) {
  if (!state.claims.emplace(key.chat, key.account).second) return;
  state.unborn[key.account].push_back(key.chat);
}

void note_chat_is_durable(State& state, const SlotKey& key) {
  const auto claim = state.claims.find(key.chat);
  if (claim == state.claims.end() || claim->second != key.account) return;
  state.claims.erase(claim);
  const auto unborn = state.unborn.find(key.account);
  std::erase(unborn->second, key.chat);
  if (unborn->second.empty()) state.unborn.erase(unborn);
  if (state.listings.contains(key.account)) {
    state.born_during_listing[key.account].push_back(key.chat);
  }
}

void change_availability(Turn& turn, bool available) {
  turn.state.cache_available = available;
  if (!available) return;
  // A stale record would still say "deleted" of a slot that is not, or the other way round.
  for (const SlotKey& key : std::exchange(turn.state.behind, {})) {
    const auto found = turn.state.slots.find(key);
    if (found != turn.state.slots.end() && !found->second.verified) drop_record(turn, key);
  }
}

void evict(Turn& turn, const CacheEvicted& event) {
  const auto found = turn.state.slots.find(event.slot);
  if (found == turn.state.slots.end()) return;
  Slot& slot = found->second;
  if (is_pinned(turn.state, event.slot, slot)) {
    log(turn, "eviction refused: not durable or in use");
    return;
  }
  if (event.counter) {
    slot.counter = 0;
    slot.gone = false;
  }
  if (event.record) drop_record(turn, event.slot);
  tidy(turn.state, event.slot);
}

void hollow_out(Turn& turn, const CacheHollowed& event) {
  const auto found = turn.state.slots.find(event.slot);
  if (found == turn.state.slots.end() || !found->second.record) return;
  Slot& slot = found->second;
  auto emptied = std::make_shared<Stored>();
  emptied->row = slot.record->row;
  emptied->row.draft.reset();
  emptied->row.preview.reset();
  emptied->row.tombstone.reset();
  slot.record = std::move(emptied);
  slot.hollow = true;
  slot.verified = false;
}

void expire_cache(Turn& turn) {
  State& state = turn.state;
  while (!state.expiries.empty() && state.expiries.begin()->first <= turn.now.monotonic_us) {
    const SlotKey key = state.expiries.begin()->second;
    state.expiries.erase(state.expiries.begin());
    const auto found = state.slots.find(key);
    if (found == state.slots.end()) continue;
    found->second.expiry_noted_us = 0;
    const auto next = expire_slot(state, key, found->second, turn.now.monotonic_us);
    if (next) note_expiry(state, key, found->second, *next);
    tidy(state, key);
  }
}

void tidy(State& state, const SlotKey& key) {
  const auto found = state.slots.find(key);
  if (found == state.slots.end()) return;
  const Slot& slot = found->second;
  if (!slot.record && slot.counter == 0 && !slot.gone && !is_pinned(state, key, slot)) {
    erase_slot(state, found);
  }
}

}  // namespace dp::server
