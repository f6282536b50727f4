#include "core/server/database_table.h"

#include <algorithm>

namespace dp::server {
namespace {

bool expires(const DraftRow& row) {
  return row.deleted && !row.sealed;
}

}  // namespace

Answer DatabaseTable::execute(const Request& request) {
  return std::visit([this](const auto& one) { return answer(one); }, request);
}

Answer DatabaseTable::answer(const LoadSlot& request) {
  SlotLoaded loaded;
  const auto chat = chats_.find(request.slot.chat);
  if (chat == chats_.end()) {
    if (const auto own = by_account_.find(request.slot.account); own != by_account_.end()) {
      loaded.chats_of_account = static_cast<std::size_t>(std::ranges::count_if(
          own->second, [&](const auto& entry) { return !chats_.at(entry.second).deleted; }));
    }
    return loaded;
  }
  if (chat->second.account != request.slot.account) {
    loaded.ownership = Ownership::someone_else;
    return loaded;
  }
  loaded.ownership = chat->second.deleted ? Ownership::deleted : Ownership::own;
  loaded.messages_v = chat->second.messages_v;
  loaded.assigned_v = chat->second.assigned_v;
  loaded.row = row_of(request.slot);
  return loaded;
}

Answer DatabaseTable::answer(const ListChats& request) {
  ChatsListed listed;
  const auto own = by_account_.find(request.account);
  if (own == by_account_.end()) return listed;
  for (auto at = own->second.upper_bound(request.after); at != own->second.end(); ++at) {
    if (listed.entries.size() == request.limit) break;
    const Chat& chat = chats_.at(at->second);
    listed.entries.push_back({at->first,
                              {at->second, chat.messages_v, chat.deleted},
                              row_of({request.account, at->second})});
  }
  return listed;
}

Answer DatabaseTable::answer(const WriteDraft& request) {
  claim(request.row.slot);
  DraftWritten written;
  written.applied = write(request.row);
  if (!written.applied) written.held = row_of(request.row.slot);
  return written;
}

Answer DatabaseTable::answer(const StoreMessage& request) {
  Chat& chat = claim(request.slot);
  if (chat.account != request.slot.account || chat.deleted) return RequestFailed{};
  MessageStored stored;
  stored.duplicate =
      !messages_.emplace(std::pair{request.slot.chat, request.message}, request.content).second;
  if (!stored.duplicate) {
    ++chat.messages_v;
    stored.draft_deleted = request.tombstone && write(*request.tombstone);
  }
  stored.messages_v = chat.messages_v;
  return stored;
}

Answer DatabaseTable::answer(const DropChat& request) {
  Chat& chat = claim(request.slot);
  if (chat.account != request.slot.account) return RequestFailed{};
  chat.deleted = true;
  const auto is_of_chat = [&](const auto& entry) { return entry.first.first == request.slot.chat; };
  for (auto at = messages_.lower_bound({request.slot.chat, MessageId{}});
       at != messages_.end() && is_of_chat(*at);) {
    at = messages_.erase(at);
  }
  if (const auto row = drafts_.find(request.slot); row != drafts_.end()) {
    unsealed_tombstones_.erase({row->second.changed_wall_us, request.slot});
    drafts_.erase(row);
  }
  return ChatDropped{};
}

Answer DatabaseTable::answer(const ExpireTombstones& request) {
  TombstonesExpired expired;
  while (!unsealed_tombstones_.empty() &&
         unsealed_tombstones_.begin()->first < request.before_wall_us) {
    expired.slots.push_back(unsealed_tombstones_.begin()->second);
    drafts_.erase(expired.slots.back());
    unsealed_tombstones_.erase(unsealed_tombstones_.begin());
  }
  std::ranges::sort(expired.slots);
  return expired;
}

DatabaseTable::Chat& DatabaseTable::claim(const SlotKey& slot) {
  const auto [chat, is_new] = chats_.try_emplace(slot.chat);
  if (is_new) {
    chat->second.account = slot.account;
    chat->second.sequence = ++sequence_;
    by_account_[slot.account].emplace(chat->second.sequence, slot.chat);
  }
  return chat->second;
}

bool DatabaseTable::write(const DraftRow& row) {
  Chat& chat = chats_.at(row.slot.chat);
  if (chat.account != row.slot.account || chat.deleted || row.version <= chat.assigned_v) {
    return false;
  }
  chat.assigned_v = row.version;
  const auto [at, is_new] = drafts_.try_emplace(row.slot);
  if (!is_new) unsealed_tombstones_.erase({at->second.changed_wall_us, row.slot});
  at->second = row;
  if (expires(row)) unsealed_tombstones_.emplace(row.changed_wall_us, row.slot);
  return true;
}

std::optional<DraftRow> DatabaseTable::row_of(const SlotKey& slot) const {
  const auto row = drafts_.find(slot);
  return row == drafts_.end() ? std::nullopt : std::optional<DraftRow>(row->second);
}

}  // namespace dp::server
