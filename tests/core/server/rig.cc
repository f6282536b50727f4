#include "tests/core/server/rig.h"

#include <algorithm>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "core/wire/codec.h"

namespace dp::server::testing {

AccountId account(std::uint8_t number) {
  AccountId id;
  id.bytes.fill(number);
  return id;
}

ChatId chat(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.fill(number);
  return ChatId::from_random(bytes);
}

void NoRandom::fill(Draw, std::span<std::uint8_t>) {
  std::abort();  // the server core draws nothing
}

Rig::Rig(Config config) : server(config) {}

ConnId Rig::connect(std::uint8_t account_number) {
  const ConnId conn = open();
  judge(conn, AuthJudged::Verdict::accepted, account_number);
  return conn;
}

ConnId Rig::open() {
  const ConnId conn{next_conn_++};
  deliver(ConnOpened{conn, "token"});
  return conn;
}

void Rig::judge(ConnId conn, AuthJudged::Verdict verdict, std::uint8_t account_number) {
  deliver(AuthJudged{conn, verdict, account(account_number)});
}

void Rig::say(ConnId conn, const wire::ClientFrame& frame) {
  say_text(conn, encode(frame));
}

void Rig::say_text(ConnId conn, std::string text) {
  deliver(FrameArrived{conn, std::move(text)});
}

void Rig::hang_up(ConnId conn) {
  deliver(ConnClosed{conn});
}

void Rig::stop_reading(ConnId conn) {
  not_reading_.insert(conn);
}

std::vector<wire::ServerFrame> Rig::heard(ConnId conn) {
  std::vector<wire::ServerFrame> frames;
  for (const std::string& text : heard_text(conn)) {
    frames.push_back(wire::decode_server_frame(text, wire::WireLimits{}).value());
  }
  return frames;
}

std::vector<std::string> Rig::heard_text(ConnId conn) {
  return std::exchange(sent_[conn], {});
}

std::optional<Rig::Closed> Rig::closed(ConnId conn) const {
  const auto found = closed_.find(conn);
  return found == closed_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<wire::ErrorCode> Rig::refusal(ConnId conn, const wire::ClientFrame& frame) {
  const auto error = answer<wire::ErrorFrame>(conn, frame);
  return error ? std::optional(error->code) : std::nullopt;
}

void Rig::release(std::size_t index) {
  const Query query = held.at(index);
  held.erase(held.begin() + static_cast<std::ptrdiff_t>(index));
  deliver(DatabaseAnswered{query.query, table.execute(query.request)});
}

void Rig::release_failed(std::size_t index) {
  const Query query = held.at(index);
  held.erase(held.begin() + static_cast<std::ptrdiff_t>(index));
  deliver(DatabaseAnswered{query.query, RequestFailed{}});
}

void Rig::perform_but_fail(std::size_t index) {
  table.execute(held.at(index).request);
  release_failed(index);
}

void Rig::lose(std::size_t index) {
  held.erase(held.begin() + static_cast<std::ptrdiff_t>(index));
}

void Rig::repeat(std::size_t index) {
  const Query query = held.at(index);
  deliver(DatabaseAnswered{query.query, table.execute(query.request)});
}

void Rig::release_all() {
  hold = false;
  while (!held.empty()) release();
}

std::size_t Rig::held_jobs() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(held, [](const Query& query) { return query.is_job; }));
}

void Rig::deliver(const Event& event) {
  pending_.push_back(event);
  drain();
}

void Rig::drain() {
  if (draining_) return;
  draining_ = true;
  while (!pending_.empty()) {
    const Event event = std::move(pending_.front());
    pending_.pop_front();
    Environment environment{now, random_, hasher_};
    perform(server.step(event, environment));
  }
  draining_ = false;
}

void Rig::perform(Outcome outcome) {
  for (const Effect& effect : outcome.effects) {
    if (const auto* send = std::get_if<Send>(&effect)) {
      sent_[send->conn].push_back(send->text);
      if (!not_reading_.contains(send->conn)) {
        pending_.push_back(Written{send->conn, send->text.size()});
      }
    } else if (const auto* close = std::get_if<Close>(&effect)) {
      closed_[close->conn] = {close->code, close->reason};
    } else if (const auto* query = std::get_if<Query>(&effect)) {
      perform_query(*query);
    }
  }
  performed.insert(performed.end(), outcome.effects.begin(), outcome.effects.end());
  last = std::move(outcome);
}

void Rig::perform_query(const Query& query) {
  ++queries_asked;
  if (hold) {
    held.push_back(query);
  } else if (fails(query)) {
    pending_.push_back(DatabaseAnswered{query.query, RequestFailed{}});
  } else {
    pending_.push_back(DatabaseAnswered{query.query, table.execute(query.request)});
  }
}

void Rig::advance(Micros by_us) {
  const Micros end_us = now.monotonic_us + by_us;
  while (last.next_timer_us && *last.next_timer_us <= end_us) {
    const Micros step_us = std::max<Micros>(0, *last.next_timer_us - now.monotonic_us);
    now.monotonic_us += step_us;
    now.wall_us += step_us;
    deliver(TimerFired{});
  }
  now.wall_us += end_us - now.monotonic_us;
  now.monotonic_us = end_us;
  deliver(TimerFired{});
}

void Rig::crash() {
  server = Server(server.config());
  held.clear();
  pending_.clear();
}

void Rig::evict(const ChatId& which, bool record, bool counter, std::uint8_t account_number) {
  deliver(CacheEvicted{{account(account_number), which}, record, counter});
}

void Rig::hollow(const ChatId& which) {
  deliver(CacheHollowed{{account(1), which}});
}

void Rig::cache_available(bool available) {
  deliver(CacheAvailability{available});
}

std::optional<SlotFacts> Rig::facts(const ChatId& which, std::uint8_t account_number) const {
  for (SlotFacts& facts : server.slots()) {
    if (facts.slot == SlotKey{account(account_number), which}) return std::move(facts);
  }
  return std::nullopt;
}

std::optional<DraftRow> Rig::row(const ChatId& which, std::uint8_t account_number) const {
  const auto found = table.drafts().find({account(account_number), which});
  return found == table.drafts().end() ? std::nullopt : std::optional(found->second);
}

// ---- things that look sealed -------------------------------------------------------------------

Envelope make_envelope(crypto::Kind kind, Version version, const Hash32& parent,
                       std::string_view content) {
  crypto::Header header;
  header.kind = kind;
  header.version = version;
  header.parent = parent;
  Bytes bytes;
  append_header(bytes, header);
  append(bytes, as_bytes(content));
  bytes.resize(bytes.size() + crypto::kTagBytes);
  return {base64_encode(bytes), crypto::Sha256Hasher().sha256(bytes)};
}

std::string field_ciphertext(std::string_view content) {
  return base64_encode(as_bytes("iv-of-12-byt" + std::string(content) + "tag-of-16-bytes!"));
}

Hash32 field_hash(const std::string& ciphertext) {
  return crypto::Sha256Hasher().sha256(base64_decode(ciphertext).value());
}

namespace {

// Names a change after what it says, so that a test may find it again.
ChangeId change_id(std::string_view what, Version number) {
  std::string name = "c-" + std::to_string(number) + "-" + std::string(what.substr(0, 40));
  std::ranges::replace_if(name, [](char c) { return !is_opaque_name({&c, 1}); }, '_');
  return {name};
}

}  // namespace

wire::UpdateDraft SealedSlot::update(std::string_view content, Version number) const {
  const Version proposed = number == 0 ? version + 1 : number;
  const Envelope draft = make_envelope(crypto::Kind::draft, proposed, hash, content);
  const Envelope preview = make_envelope(crypto::Kind::preview, proposed, draft.hash, "preview");
  return {.chat_id = chat,
          .encrypted_draft_md = draft.text,
          .encrypted_draft_preview = {true, preview.text},
          .base_version = version,
          .proposed_v = proposed,
          .change_id = change_id(content, proposed)};
}

wire::DeleteDraft SealedSlot::remove(Version number) const {
  const Version proposed = number == 0 ? version + 1 : number;
  return {.chat_id = chat,
          .base_version = version,
          .proposed_v = proposed,
          .change_id = change_id("remove", proposed),
          .encrypted_tombstone =
              make_envelope(crypto::Kind::tombstone, proposed, hash, "cleared").text};
}

wire::ChatMessageAdded SealedSlot::send(std::string_view message_id) const {
  return {.chat_id = chat,
          .message_id = {std::string(message_id)},
          .encrypted_content = field_ciphertext(message_id),
          .base_version = version,
          .proposed_v = version + 1,
          .encrypted_tombstone =
              make_envelope(crypto::Kind::tombstone, version + 1, hash, message_id).text};
}

wire::OfflineChange SealedSlot::offline(std::string_view content) const {
  const wire::UpdateDraft frame = update(content);
  return {.change_id = *frame.change_id,
          .chat_id = chat,
          .kind = wire::OfflineKind::draft,
          .value = frame.encrypted_draft_md,
          .version_before_edit = version,
          .proposed_v = frame.proposed_v,
          .encrypted_draft_preview = frame.encrypted_draft_preview};
}

wire::OfflineChange SealedSlot::offline_remove() const {
  const wire::DeleteDraft frame = remove();
  return {.change_id = *frame.change_id,
          .chat_id = chat,
          .kind = wire::OfflineKind::delete_draft,
          .version_before_edit = version,
          .proposed_v = frame.proposed_v,
          .encrypted_tombstone = frame.encrypted_tombstone};
}

void SealedSlot::moved_to(Version number, const std::string& envelope_text) {
  version = number;
  hash = crypto::Sha256Hasher().sha256(base64_decode(envelope_text).value());
}

wire::UpdateDraft field_update(const ChatId& which, std::string_view content) {
  return {.chat_id = which, .encrypted_draft_md = field_ciphertext(content)};
}

wire::DeleteDraft field_delete(const ChatId& which) {
  return {.chat_id = which};
}

wire::ChatMessageAdded field_message(const ChatId& which, std::string_view message_id) {
  return {.chat_id = which,
          .message_id = {std::string(message_id)},
          .encrypted_content = field_ciphertext(message_id)};
}

wire::OfflineChange field_offline(const ChatId& which, std::string_view content, Version seen) {
  return {.change_id = change_id(content, seen),
          .chat_id = which,
          .kind = wire::OfflineKind::draft,
          .value = field_ciphertext(content),
          .version_before_edit = seen};
}

}  // namespace dp::server::testing
