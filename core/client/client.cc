// The front door: events in, outcome out; opening and closing of store and keys; timers.
#include "core/client/client.h"

#include <algorithm>
#include <utility>

#include "core/client/row_codec.h"
#include "core/client/transition.h"
#include "core/crypto/padding.h"

namespace dp::client {
namespace {

// The largest payload that still seals within `max_chars` of base64.
std::size_t payload_bytes_max(std::size_t max_chars) {
  const std::size_t envelope = max_chars / 4 * 3;
  const std::size_t overhead = crypto::kHeaderBytes + crypto::kTagBytes;
  if (envelope <= overhead) return 0;
  std::size_t low = 0;  // content sizes whose bucket fits lie below `high`
  std::size_t high = envelope - overhead;
  while (low < high) {
    const std::size_t middle = low + (high - low + 1) / 2;
    if (crypto::bucket_size(middle + 1) <= envelope - overhead) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace

State::State(Config c) : config(c) {
  merge_limits.payload_bytes_max = payload_bytes_max(config.max_draft_chars);
  replay_changes_max = std::max<std::size_t>(config.replay_changes_max, 1);
}

Client::Client(Config config) : state_(std::make_unique<State>(config)) {}
Client::Client(const Client& other) : state_(std::make_unique<State>(*other.state_)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(const Client& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

const Config& Client::config() const {
  return state_->config;
}

Outcome Client::step(const Event& event, Environment& environment) {
  Transition transition(*state_, environment);
  transition.apply(event);
  return transition.finish();
}

// ---- one step -----------------------------------------------------------------------------------

void Transition::apply(const Event& event) {
  // A host that was paused may be late with the timer: a pause that is over is over.
  if (s_.editor.debounce_at_us && *s_.editor.debounce_at_us < now()) flush_editor();
  std::visit([this](const auto& typed) { receive(typed); }, event);
}

Outcome Transition::finish() {
  flush_replay();
  request_turn();
  return {std::move(effects_), next_timer(), is_idle()};
}

bool Transition::is_idle() const {
  const Link& link = s_.link;
  const bool asking =
      link.phase == Link::Phase::connecting ||
      (link.is_open() && !(link.versions_answered && link.listing_done && link.awaiting.empty()));
  return !s_.turn && !s_.writing && !asking && s_.deadlines.empty();
}

std::optional<Micros> Transition::next_timer() const {
  std::optional<Micros> next;
  const auto consider = [&](const std::optional<Micros>& at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(s_.editor.debounce_at_us);
  consider(s_.store_retry_at_us);
  if (s_.link.hinted_online) consider(s_.link.reconnect_at_us);
  consider(s_.link.state_deadline_us);
  if (s_.link.is_open()) {
    consider(s_.link.ping_at_us);
    consider(s_.link.pong_deadline_us);
    consider(s_.link.recheck_at_us);
    if (!s_.deadlines.empty()) consider(s_.deadlines.begin()->first);
  }
  return next;
}

void Transition::notice(NoticeKind kind, std::optional<ChatId> chat, std::string detail) {
  emit(Notice{kind, chat, std::move(detail)});
}

void Transition::log(std::string_view message, std::vector<std::string> arguments) {
  emit(Log{message, std::move(arguments)});
}

Slot* Transition::find(const ChatId& chat) {
  const auto at = s_.slots.find(chat);
  return at == s_.slots.end() ? nullptr : &at->second;
}
const Slot* Transition::find(const ChatId& chat) const {
  const auto at = s_.slots.find(chat);
  return at == s_.slots.end() ? nullptr : &at->second;
}

Slot& Transition::slot_of(const ChatId& chat) {
  const auto [at, fresh] = s_.slots.try_emplace(chat);
  if (fresh) {
    at->second.row.chat = chat;
    at->second.rank = ++s_.last_rank;
  }
  return at->second;
}

void Transition::receive(const TimerFired&) {
  if (s_.editor.debounce_at_us && *s_.editor.debounce_at_us <= now()) flush_editor();
  if (s_.store_retry_at_us && *s_.store_retry_at_us <= now()) {
    s_.store_retry_at_us.reset();
    // An emptied editor whose deletion failed is still empty.
    if (!s_.editor.debounce_at_us) flush_editor();
  }
  connection_timers();
  while (s_.link.is_open() && !s_.deadlines.empty() && s_.deadlines.begin()->first <= now()) {
    const auto [at, chat] = *s_.deadlines.begin();
    s_.deadlines.erase(s_.deadlines.begin());
    Slot* slot = find(chat);
    if (slot == nullptr) continue;
    if (slot->deadline_us != 0 && slot->deadline_us <= now()) {
      lose_connection(true);  // no receipt: what was sent is reconciled on the next connection
      break;
    }
    if (slot->retry_at_us != 0 && slot->retry_at_us <= now()) {
      slot->retry_at_us = 0;
      transmit(*slot);
      enqueue(*slot);
    }
  }
}

// ---- store and keys -----------------------------------------------------------------------------

void Transition::receive(const StoreOpened& event) {
  if (s_.opened) {  // the host opened its store again: everything but the ids starts over
    State fresh(s_.config);
    fresh.next_seal = s_.next_seal;
    fresh.next_write = s_.next_write;
    fresh.link.epoch = s_.link.epoch;
    fresh.revision = s_.revision;
    fresh.key = s_.key;
    fresh.editor = s_.editor;
    fresh.editor.restored = fresh.editor.mode == Editor::Mode::composer;
    fresh.editor.basis = nullptr;
    fresh.editor.basis_text.clear();
    s_ = std::move(fresh);
  }
  s_.opened = true;
  s_.boot = event.boot;
  s_.writer = WriterId{env_.random.u64(Draw::writer_id)};
  s_.sealed_rows = event.rows;
  if (s_.key) load_store();
}

void Transition::receive(const Unlocked& event) {
  if (event.key == crypto::KeyRef{}) return;
  s_.key = event.key;
  if (s_.link.phase == Link::Phase::signed_out) s_.link.phase = Link::Phase::down;
  if (!s_.opened) return;
  if (!s_.loaded) return load_store();
  for (auto& [chat, slot] : s_.slots) enqueue(slot);
  if (!s_.editor.debounce_at_us) flush_editor();  // a pause that has begun is waited for
  connect();
}

void Transition::receive(const Locked&) {
  const bool connected =
      s_.link.phase == Link::Phase::connecting || s_.link.phase == Link::Phase::open;
  if (connected) emit(ConnClose{s_.link.epoch, 1000});
  s_.key.reset();
  s_.previews.clear();
  s_.link.attempts = 0;
  forget_connection();
}

void Transition::set_aside(const StoreRow& row) {
  s_.chores.push_back({row.key + ".aside", row.value});
}

void Transition::load_row(FoundRow& found) {
  const Result<RowType> type = row_type(found.content);
  bool understood = false;
  if (type && *type == RowType::slot) {
    Result<SlotRow> row = decode_slot(found.content);
    understood = row.has_value();
    if (row) {
      Slot& slot = s_.slots[row->chat];
      slot.place = found.place;
      slot.rank = row->rank;
      s_.last_rank = std::max(s_.last_rank, row->rank);
      slot.row = std::move(*row);
      slot.offered = slot.row.in_flight.has_value();
      s_.queued_changes += slot.row.sends.size() + (slot.row.deletion ? 1 : 0);
      if (is_only_deleted(slot.row)) ++s_.deleted_chats;
    }
  } else if (type && *type == RowType::archive) {
    Result<DecodedArchive> row = decode_archive(found.content);
    understood = row.has_value();
    if (row) {
      s_.next_archive = std::max(s_.next_archive, row->number + 1);
      s_.archive.push_back({row->number, std::move(row->text), found.place});
    }
  } else if (type && *type == RowType::dead) {
    understood = true;
    const std::uint8_t marker = found.place.next ^ 1;
    s_.chores.push_back({physical_key(found.row_id, found.place.next), std::nullopt});
    s_.chores.push_back({physical_key(found.row_id, marker), std::nullopt});
  }
  if (understood) return;
  const std::string key = physical_key(found.row_id, found.place.next ^ 1);
  const auto sealed = std::ranges::find(s_.sealed_rows, key, &StoreRow::key);
  if (sealed != s_.sealed_rows.end()) set_aside(*sealed);
  notice(NoticeKind::store_row_damaged);
}

void Transition::load_store() {
  s_.manifest.salt = s_.writer.value;  // unless the store has a manifest with one
  FoundStore found =
      read_store(s_.sealed_rows, {*s_.key, s_.config.account}, env_.cipher, s_.manifest);
  s_.loaded = true;
  s_.cut_short = found.cut_short;
  ++s_.revision;
  if (found.key_lost) notice(NoticeKind::store_key_lost);
  if (found.rolled_back) notice(NoticeKind::store_rolled_back);
  if (!found.key_lost) {
    for (std::size_t i = 0; i < found.damaged.size(); ++i) notice(NoticeKind::store_row_damaged);
  }
  for (const StoreRow& row : found.damaged) set_aside(row);
  for (const std::string& key : found.leftovers) s_.chores.push_back({key, std::nullopt});
  for (FoundRow& row : found.rows) load_row(row);
  std::ranges::sort(s_.archive, {}, &ArchiveRow::number);
  s_.sealed_rows.clear();
  s_.sealed_rows.shrink_to_fit();
  restore_editor();
  for (auto& [chat, slot] : s_.slots) enqueue(slot);
  connect();
}

}  // namespace dp::client
