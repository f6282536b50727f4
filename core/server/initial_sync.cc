// initial_sync_request: the account's chats, page by page, in order of creation.
//
// A draft never moves a chat in this order. A chat is listed if it has messages or a draft;
// deleted chats are named only to a requester that knows them. A listing that cannot be made, for
// the table or the cache failed, is refused and retried rather than shortened; only the last page
// says "authoritative", so that no page alone can be taken for the full set (R22).
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/server/announcements.h"
#include "core/server/cache.h"
#include "core/server/handlers.h"
#include "core/server/listing.h"
#include "core/server/sessions.h"

namespace dp::server {
namespace {

using wire::ErrorCode;

// A page token says after which chat of the account to go on; chats keep their place for ever.
constexpr char kTokenMark = 's';

std::optional<std::uint64_t> parse_token(const std::optional<std::string>& token) {
  if (!token) return 0;
  if (token->size() < 2 || token->front() != kTokenMark) return std::nullopt;
  std::uint64_t after = 0;
  const char* end = token->data() + token->size();
  const auto [rest, error] = std::from_chars(token->data() + 1, end, after);
  if (error != std::errc{} || rest != end || after > kVersionMax) return std::nullopt;
  return after;
}

std::size_t bytes_of(const wire::ChatDetails& details) {
  const auto size = [](const wire::NullableText& text) { return text ? text->size() : 0; };
  return size(details.encrypted_draft_md) + size(details.encrypted_draft_preview) +
         size(details.encrypted_tombstone) + 256;
}

Knowledge knowledge_of(const ChatsListed::Entry& entry, QueryId query) {
  Knowledge knowledge;
  knowledge.query = query;
  knowledge.loaded.ownership = entry.chat.deleted ? Ownership::deleted : Ownership::own;
  knowledge.loaded.row = entry.row;
  knowledge.loaded.messages_v = entry.chat.messages_v;
  return knowledge;
}

class Page {
 public:
  Page(Turn& turn, const AccountId& account, const wire::InitialSyncRequest& frame,
       std::uint64_t after, QueryId query)
      : turn_(turn), account_(account), after_(after), query_(query) {
    for (const wire::ClaimedVersion& claimed : frame.chat_versions)
      claimed_.insert(claimed.chat_id);
  }

  // False if the page is full: the entry belongs to the next one.
  bool add(const ChatsListed::Entry& entry) {
    const ChatId& chat = entry.chat.chat;
    const SlotKey key{account_, chat};
    if (!add_view(chat, view_of(turn_, key, knowledge_of(entry, query_)))) return false;
    after_ = entry.sequence;
    return true;
  }

  // Chats that no row spoke of yet when the table was read come last: they are the newest. False
  // if some did not fit.
  bool add_unborn() {
    return add_all(turn_.state.born_during_listing) && add_all(turn_.state.unborn);
  }

  wire::InitialSyncResponse finish(bool is_last, bool is_complete) {
    response_.authoritative = is_last && is_complete;
    if (!is_last) response_.page_token = kTokenMark + std::to_string(after_);
    return std::move(response_);
  }

 private:
  bool add_all(const std::map<AccountId, std::vector<ChatId>>& chats) {
    const auto own = chats.find(account_);
    if (own == chats.end()) return true;
    const Knowledge knowledge;
    return std::ranges::all_of(own->second, [&](const ChatId& chat) {
      return listed_.contains(chat) || add_view(chat, view_of(turn_, {account_, chat}, knowledge));
    });
  }

  bool add_view(const ChatId& chat, const View& view) {
    listed_.insert(chat);
    if (view.kind == View::Kind::deleted && claimed_.contains(chat)) {
      response_.deleted_chat_ids.push_back(chat);
    }
    if (view.kind != View::Kind::known) return true;
    const bool has_draft = view.current && !view.current->row.deleted;
    if (!has_draft && view.messages_v == 0) return true;
    wire::ChatDetails details = details_frame(chat, view.current, view.messages_v);
    const std::size_t budget = turn_.state.config.max_outbound_bytes / 4;
    if (!response_.chats.empty() && bytes_ + bytes_of(details) > budget) return false;
    bytes_ += bytes_of(details);
    response_.chats.push_back(std::move(details));
    return true;
  }

  Turn& turn_;
  AccountId account_;
  std::uint64_t after_;
  QueryId query_;
  std::set<ChatId> claimed_;
  std::set<ChatId> listed_;
  wire::InitialSyncResponse response_;
  std::size_t bytes_ = 0;
};

void end_listing(State& state, const AccountId& account) {
  const auto listing = state.listings.find(account);
  if (--listing->second > 0) return;
  state.listings.erase(listing);
  state.born_during_listing.erase(account);
}

void ask_for_page(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                  std::uint64_t after) {
  Waiter waiter;
  waiter.what = Waiter::For::task;
  waiter.conn = conn;
  ask(turn, ListChats{account, after, turn.state.config.initial_sync_page}, waiter);
  ++task.awaited;
}

// True if the listing was overtaken by a change that nobody but the table remembers any more.
bool is_any_hidden(const Turn& turn, const AccountId& account, const ChatsListed& listed,
                   QueryId query) {
  return turn.state.cache_available &&
         std::ranges::any_of(listed.entries, [&](const ChatsListed::Entry& entry) {
           return view_of(turn, {account, entry.chat.chat}, knowledge_of(entry, query)).kind ==
                  View::Kind::unavailable;
         });
}

void answer_with_page(Turn& turn, ConnId conn, const AccountId& account,
                      const wire::InitialSyncRequest& frame, std::uint64_t after,
                      const ChatsListed& listed, QueryId query) {
  Page page(turn, account, frame, after, query);
  bool fits = true;
  for (const ChatsListed::Entry& entry : listed.entries) {
    fits = page.add(entry);
    if (!fits) break;
  }
  const bool is_last = fits && listed.entries.size() < turn.state.config.initial_sync_page;
  const bool is_complete = !is_last || page.add_unborn();
  send(turn, conn, page.finish(is_last, is_complete));
}

}  // namespace

Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::InitialSyncRequest& frame) {
  const auto after = parse_token(frame.page_token);
  if (!after) {
    refuse(turn, conn, ErrorCode::invalid_frame);
    return Progress::done;
  }
  if (!task.answer) {
    ++turn.state.listings[account];
    ask_for_page(turn, conn, account, task, *after);
    return Progress::waiting;
  }
  const auto* listed = std::get_if<ChatsListed>(&*task.answer);
  if (listed && is_any_hidden(turn, account, *listed, task.answered)) {
    task.answer.reset();
    ask_for_page(turn, conn, account, task, *after);
    return Progress::waiting;
  }
  if (listed && turn.state.cache_available) {
    answer_with_page(turn, conn, account, frame, *after, *listed, task.answered);
  } else {
    refuse(turn, conn, ErrorCode::storage_unavailable);  // nothing is listed, nothing is implied
  }
  end_listing(turn.state, account);
  return Progress::done;
}

}  // namespace dp::server
