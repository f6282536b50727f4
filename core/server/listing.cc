#include "core/server/listing.h"

#include <utility>

#include "core/server/announcements.h"
#include "core/server/cache.h"
#include "core/server/handlers.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

using wire::ErrorCode;

// Pins the slot until release_reads, so that nothing newer is forgotten while the answer travels.
void begin_read(Turn& turn, ConnId conn, Task& task, const SlotKey& key) {
  ++turn.state.slots[key].readers;
  Knowledge unknown;
  unknown.failed = true;
  task.reads.emplace(key.chat, unknown);
  if (!turn.state.cache_available) return;
  Waiter waiter;
  waiter.what = Waiter::For::read;
  waiter.conn = conn;
  waiter.slot = key;
  ask(turn, LoadSlot{key}, waiter);
  ++task.awaited;
}

void begin_read_of_tombstone(Turn& turn, Task& task, const SlotKey& key) {
  ++turn.state.slots[key].readers;
  Knowledge known;
  known.loaded.ownership = Ownership::own;
  task.reads.emplace(key.chat, known);
}

void release_reads(Turn& turn, const AccountId& account, const Task& task) {
  for (const auto& [chat, knowledge] : task.reads) {
    const SlotKey key{account, chat};
    --turn.state.slots.at(key).readers;
    tidy(turn.state, key);
  }
}

void add_version(wire::DraftVersionsResponse& response, const ChatId& chat, const View& view) {
  if (view.kind == View::Kind::unavailable) {
    response.unavailable_chat_ids.push_back(chat);
    return;
  }
  // A chat that is deleted or not this account's is left out: a missing id means nothing.
  if (view.kind != View::Kind::known) return;
  const bool deleted = view.current && view.current->row.deleted;
  response.versions.push_back({chat, deleted ? 0 : version_of(view.current)});
  if (deleted) response.tombstone_versions.push_back({chat, version_of(view.current)});
  if (view.current && view.current->hash) response.hashes.push_back({chat, *view.current->hash});
}

}  // namespace

View view_of(const Turn& turn, const SlotKey& key, const Knowledge& knowledge) {
  if (!turn.state.cache_available || knowledge.failed) return {};
  switch (ownership_of(turn.state, key, knowledge)) {
    case Ownership::someone_else:
      return {View::Kind::someone_else, nullptr, 0};
    case Ownership::deleted:
      return {View::Kind::deleted, nullptr, 0};
    case Ownership::own:
    case Ownership::nobody:
      break;
  }
  const StoredRef current = standing_of(turn, key, &knowledge.loaded).current;
  // Its lookup was overtaken while the rest of the question was looked up.
  if (is_outdated(turn.state, key, knowledge) &&
      version_of(current) < turn.state.slots.at(key).durable) {
    return {};
  }
  return {View::Kind::known, current, knowledge.loaded.messages_v};
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::GetDraftVersions& frame) {
  if (!task.asked) {
    task.asked = true;
    for (const wire::ClaimedVersion& claimed : frame.chats) {
      if (task.reads.contains(claimed.chat_id)) continue;
      const SlotKey key{account, claimed.chat_id};
      if (is_cached_tombstone(turn.state, key)) {
        begin_read_of_tombstone(turn, task, key);
      } else {
        begin_read(turn, conn, task, key);
      }
    }
    if (task.awaited > 0) return Progress::waiting;
  }
  wire::DraftVersionsResponse response;
  for (const auto& [chat, knowledge] : task.reads) {
    add_version(response, chat, view_of(turn, {account, chat}, knowledge));
  }
  send(turn, conn, response);
  release_reads(turn, account, task);
  return Progress::done;
}

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::GetChatDetails& frame) {
  const SlotKey key{account, frame.chat_id};
  if (!task.asked) {
    task.asked = true;
    begin_read(turn, conn, task, key);
    if (task.awaited > 0) return Progress::waiting;
  }
  const View view = view_of(turn, key, task.reads.at(frame.chat_id));
  switch (view.kind) {
    case View::Kind::known:
      send(turn, conn, details_frame(frame.chat_id, view.current, view.messages_v));
      break;
    case View::Kind::someone_else:
      refuse(turn, conn, ErrorCode::chat_forbidden, frame.chat_id);
      break;
    case View::Kind::deleted:
      refuse(turn, conn, ErrorCode::chat_deleted, frame.chat_id);
      break;
    case View::Kind::unavailable:
      refuse(turn, conn, ErrorCode::storage_unavailable, frame.chat_id);
      break;
  }
  release_reads(turn, account, task);
  return Progress::done;
}

}  // namespace dp::server
