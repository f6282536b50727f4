#include "conformance/kits/cpp/device.h"

#include <algorithm>
#include <cstdlib>

#include "conformance/kits/cpp/names.h"
#include "core/client/words.h"
#include "core/draft/payload.h"

namespace dp::kit {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

crypto::RealCipher real_cipher() {
  const auto proof = crypto::initialise();
  if (!proof) std::abort();
  auto cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, crypto::KdfPolicy::production());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

std::string log_line(const client::Log& log) {
  std::string out(log.message);
  for (const std::string& argument : log.arguments) out += " " + argument;
  return out;
}

Json draft_state(const client::SlotFacts& slot) {
  Json copies = Json::array();
  for (const draft::Copy& copy : slot.local.copies) copies.push_back(draft::join_lines(copy.lines));
  Json out = {{"chat_id", slot.chat.text()},   {"text", draft::text_of(slot.local)},
              {"copies", std::move(copies)},   {"version", slot.base_version},
              {"pending", slot.pending},       {"base_hash", hex_encode(slot.base_hash)},
              {"high_water", slot.high_water}, {"fence", slot.fence}};
  if (!slot.local.vv.empty()) {
    out["payload"] = base64_encode(draft::encode_payload(slot.local));
  }
  return out;
}

}  // namespace

void SeededRandom::fill(Draw label, std::span<std::uint8_t> out) {
  const auto at = static_cast<std::size_t>(label);
  while (!out.empty()) {
    Bytes input = entropy_;
    append_u64(input, at);
    append_u64(input, counters_[at]++);
    const Hash32 block = hasher_.sha256(input);
    const std::size_t take = std::min(out.size(), block.size());
    std::copy_n(block.begin(), take, out.begin());
    out = out.subspan(take);
  }
}

Device::Device(Alteration& alteration) : alteration_(alteration), cipher_(real_cipher()) {}

void Device::begin_case(client::Config config, std::uint64_t wall_ms, Wired* wired) {
  drop();
  wired_ = wired;
  if (wired_ != nullptr) wired_->begin();
  effects_ = Json::array();
  config_ = config;
  alteration_.configure(config_);
  now_ms_ = 0;
  wall_minus_monotonic_ms_ = static_cast<std::int64_t>(wall_ms);
  fault_ = StoreFault::none;
  seals_held_ = false;
}

bool Device::open(const OpenOrder& order) {
  order_ = order;
  const auto key = cipher_.add_account(crypto::KeyView(order.master_key), order.epoch);
  store_.emplace(order.folder);
  if (!key || !store_->usable()) return store_.reset(), false;
  key_ = *key;
  random_.emplace(cipher_, order.entropy);
  alteration_.opened();
  seen_cipher_ = alteration_.cipher(cipher_);
  seen_random_ = alteration_.random(*random_);
  client::Config config = config_;
  config.account = order.account;
  client_.emplace(config);
  last_conn_ = 0;
  tell(client::StoreOpened{store_->rows(), order.boot});
  tell(client::Unlocked{key_});
  return true;
}

void Device::close() {
  tell(client::Closing{});
  const auto view = client_->view();
  if (view.connection != client::Connection::offline && last_conn_ > 0) {
    perform(client::ConnClose{{last_conn_}, 1000});
  }
  drop();
}

void Device::drop() {
  if (wired_ != nullptr) wired_->drop();
  client_.reset();
  store_.reset();
  due_.clear();
  held_writes_.clear();
  held_seals_.clear();
  next_timer_us_.reset();
}

Now Device::now() const {
  const Micros monotonic_us =
      wired_ != nullptr ? wired_->now_us() : static_cast<Micros>(now_ms_) * kMillisecond;
  return {monotonic_us, monotonic_us + wall_minus_monotonic_ms_ * kMillisecond};
}

std::uint64_t Device::now_ms() const {
  return static_cast<std::uint64_t>(now().monotonic_us / kMillisecond);
}

void Device::tell(const client::Event& event) {
  for (const client::Event& heard : alteration_.hear(event)) step(heard);
  settle();
}

void Device::settle() {
  while (!due_.empty()) {
    const client::Event event = std::move(due_.front());
    due_.pop_front();
    step(event);
  }
  if (wired_ != nullptr && client_) wired_->arm(next_timer_us_);
}

void Device::step(const client::Event& event) {
  client::Environment environment{now(), *seen_random_, *seen_cipher_};
  client::Outcome outcome = client_->step(event, environment);
  next_timer_us_ = alteration_.timer(outcome.next_timer_us);
  for (const client::Effect& effect : alteration_.act(std::move(outcome.effects))) perform(effect);
  for (client::Event& next : alteration_.afterwards()) due_.push_back(std::move(next));
}

void Device::perform(const client::Effect& effect) {
  std::visit(
      Overloaded{
          [&](const client::ConnOpen& one) { connect(one.epoch); },
          [&](const client::ConnSend& one) {
            emit({{"effect", "conn.send"}, {"conn", one.epoch.value}, {"text", one.text}});
            if (wired_ != nullptr) wired_->send(one.epoch, one.text);
          },
          [&](const client::ConnClose& one) {
            emit({{"effect", "conn.close"}, {"conn", one.epoch.value}, {"code", one.code}});
            if (wired_ != nullptr) wired_->close(one.epoch, one.code);
          },
          [&](const client::StoreWrite& one) { write(one); },
          [&](const client::SealTurn& one) {
            if (seals_held_) return held_seals_.push_back(one.seal);
            due_.emplace_back(client::SealTurnCame{one.seal});
          },
          [&](const client::EditorReplaced& one) {
            emit({{"effect", "ui.replaced"}, {"chat_id", one.chat.text()}, {"text", one.text}});
          },
          [&](const client::PreviewInvalidated& one) {
            emit({{"effect", "ui.preview_dropped"}, {"chat_id", one.chat.text()}});
          },
          [&](const client::DraftAnnounced& one) {
            emit({{"effect", "ui.draft"}, {"chat_id", one.chat.text()}});
          },
          [&](const client::ChatListChanged&) { emit({{"effect", "ui.chats"}}); },
          [&](const client::Notice& one) {
            emit({{"effect", "ui.notice"},
                  {"kind", client::word_of(one.kind)},
                  {"chat_id", one.chat ? Json(one.chat->text()) : Json()},
                  {"detail", one.detail}});
          },
          [&](const client::Log& one) {
            emit({{"effect", "log"}, {"message", alteration_.log_prefix() + log_line(one)}});
          },
      },
      effect);
}

void Device::connect(ConnEpoch epoch) {
  last_conn_ = std::max(last_conn_, epoch.value);
  const std::string url = alteration_.url(order_.url, order_.token);
  emit({{"effect", "conn.open"},
        {"conn", epoch.value},
        {"url", url},
        {"authorization", "Bearer " + order_.token}});
  if (wired_ != nullptr) wired_->connect(epoch, url, order_.token);
}

void Device::write(const client::StoreWrite& write) {
  if (fault_ == StoreFault::hold) return held_writes_.push_back(write);
  bool ok = fault_ != StoreFault::full;
  if (fault_ == StoreFault::fail_next && fail_next_ > 0) {
    --fail_next_;
    ok = false;
  }
  ok = ok && (!alteration_.keeps(write) || store_->write(write.puts));
  alteration_.left_behind(order_.folder);
  due_.emplace_back(client::StoreWritten{write.write, ok});
  if (!ok) return emit({{"effect", "store.failed"}});
  emit({{"effect", "store.write"}, {"rows", write.puts.size()}});
}

bool Device::advance(std::uint64_t to_ms) {
  const auto next = next_timer_ms();
  if (wired_ != nullptr || to_ms < now_ms_ || (next && to_ms > *next)) return false;
  now_ms_ = to_ms;
  if (!client_) return true;
  constexpr int kTimersAtOnceMax = 1'000;
  for (int i = 0; i < kTimersAtOnceMax; ++i) {
    if (!next_timer_us_ || *next_timer_us_ > now().monotonic_us) break;
    tell(client::TimerFired{});
  }
  return true;
}

void Device::set_wall(std::uint64_t wall_ms) {
  wall_minus_monotonic_ms_ =
      static_cast<std::int64_t>(wall_ms) - static_cast<std::int64_t>(now_ms());
}

void Device::sleep(std::uint64_t for_ms) {
  wall_minus_monotonic_ms_ += static_cast<std::int64_t>(for_ms);
}

void Device::set_store_fault(StoreFault fault, std::uint64_t count) {
  fault_ = fault;
  fail_next_ = count;
  if (fault == StoreFault::hold) return;
  for (const client::StoreWrite& one : std::exchange(held_writes_, {})) write(one);
  settle();
}

void Device::hold_seals(bool on) {
  seals_held_ = on;
  if (on) return;
  for (const SealId& one : std::exchange(held_seals_, {})) {
    due_.emplace_back(client::SealTurnCame{one});
  }
  settle();
}

void Device::lock(bool locked) {
  if (locked) return tell(client::Locked{});
  tell(client::Unlocked{key_});
}

std::optional<std::uint64_t> Device::next_timer_ms() const {
  if (!client_ || !next_timer_us_) return std::nullopt;
  const Micros at = std::max<Micros>(*next_timer_us_, 0);
  const auto ms = static_cast<std::uint64_t>((at + kMillisecond - 1) / kMillisecond);
  return std::max(ms, now_ms());
}

Json Device::previews() {
  tell(client::PreviewsNeeded{});
  Json out = Json::array();
  for (const client::ChatListEntry& entry : client_->view().chats) {
    const auto preview = client_->cached_preview(entry.chat, now());
    out.push_back({{"chat_id", entry.chat.text()},
                   {"preview", preview && !preview->empty() ? Json(*preview) : Json()}});
  }
  return out;
}

Json Device::state() const {
  client::View view = client_->view();
  alteration_.view(view);
  std::vector<client::SlotFacts> slots = client_->slots();
  alteration_.slots(slots);
  Json chats = Json::array();
  for (const client::ChatListEntry& entry : view.chats) {
    chats.push_back({{"chat_id", entry.chat.text()},
                     {"has_draft", entry.has_draft},
                     {"draft_only", entry.draft_only}});
  }
  Json drafts = Json::array();
  for (const client::SlotFacts& slot : slots) {
    if (slot.local.is_tombstone() && !slot.pending) continue;
    if (slot.local.vv.empty()) continue;
    drafts.push_back(draft_state(slot));
  }
  Json archive = Json::array();
  for (const client::ArchivedText& one : client_->archive()) {
    archive.push_back({{"chat_id", one.chat.text()},
                       {"reason", one.reason},
                       {"text", draft::join_lines(one.lines)}});
  }
  const auto nullable = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json();
  };
  return {{"current_chat", view.current_chat ? Json(view.current_chat->text()) : Json()},
          {"editor_text", view.editor_text},
          {"focused", view.focused},
          {"draft_version", view.draft_version},
          {"unsaved", view.unsaved_changes},
          {"unsynced", view.unsynced_changes},
          {"too_long", view.too_long},
          {"last_saved_text", nullable(view.last_saved_text)},
          {"connection", client::word_of(view.connection)},
          {"chats", std::move(chats)},
          {"drafts", std::move(drafts)},
          {"archive", std::move(archive)}};
}

}  // namespace dp::kit
