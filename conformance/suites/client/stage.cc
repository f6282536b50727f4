#include "conformance/suites/client/stage.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/wire/codec.h"

namespace dp::conformance {
namespace {

constexpr std::int64_t kWallStartMs = 1'767'225'600'000;
constexpr std::int64_t kSettleLimitMs = 90'000;
constexpr int kMovesMax = 100'000;
constexpr int kStuckMax = 200;
constexpr std::int64_t kWiredLimitMs = 20'000;  // in place of minutes
constexpr std::int64_t kWiredLookMs = 10;       // between two questions, if nothing arrives

Micros us(std::int64_t ms) {
  return ms * kMillisecond;
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

Stage::Stage(Crew& crew, std::uint64_t seed, std::string case_id, std::filesystem::path folder,
             bool wired)
    : crew_(crew),
      case_id_(std::move(case_id)),
      folder_(std::move(folder)),
      vault_(seed),
      watch_(vault_),
      server_(seed, vault_.account(), vault_.cipher()) {
  std::filesystem::create_directories(folder_);
  author_ = WriterId{vault_.draw()};
  server_.set_now(0, us(kWallStartMs));
  if (wired) listen();
}

std::int64_t Stage::wall_ms() const {
  return kWallStartMs;
}

Stage::~Stage() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Stage::config_json() const {
  const auto member = [](std::string_view name, std::int64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
  };
  return "{" + member("debounce_ms", settings.debounce_ms) + "," +
         member("preview_cache_ms", settings.preview_cache_ms) + "," +
         member("receipt_timeout_ms", 10'000) + "," + member("reconnect_min_ms", 1'000) + "," +
         member("reconnect_max_ms", 30'000) + "," +
         member("ping_interval_ms", settings.ping_interval_ms) + "," +
         member("pong_timeout_ms", 10'000) + "," +
         member("persistence_window_ms", settings.persistence_window_ms) + "," +
         member("max_draft_chars", settings.max_draft_chars) + "," +
         member("suite", settings.suite) + "," + member("queue_changes_max", 1'000) + "," +
         member("replay_changes_max", 100) + "}";
}

// ---- who plays ----------------------------------------------------------------------------------

Device& Stage::device(std::size_t index) {
  while (devices_.size() <= index) {
    if (devices_.empty()) {
      // A client that seals with the second suite only is judged in that one.
      if (settings.suite == 1 && !crew().can("suite:1")) settings.suite = 2;
      watch_.expect_limit(static_cast<std::size_t>(settings.max_draft_chars));
      vault_.use_suite(static_cast<crypto::Suite>(settings.suite));
    }
    devices_.push_back(std::make_unique<Device>(*this, devices_.size()));
  }
  return *devices_[index];
}

Device& Stage::ready(std::size_t index) {
  Device& one = device(index);
  one.open();
  settle();
  one.switch_to(chat());
  one.focus();
  settle();
  return one;
}

Device& Stage::ready() {
  return ready(0);
}

std::string Stage::chat(std::size_t ordinal) {
  while (chats_.size() <= ordinal) chats_.push_back(vault_.draw_chat());
  return chats_[ordinal];
}

std::optional<Head> Stage::head(std::string_view chat) {
  const auto& drafts = server_.table().drafts();
  const auto at = drafts.find({vault_.account(), *ChatId::parse(chat)});
  if (at == drafts.end()) return std::nullopt;
  const server::DraftRow& row = at->second;
  const std::string sealed = (row.deleted ? row.tombstone : row.draft).value_or("");
  const auto opened = vault_.open_draft(chat, sealed);
  if (!opened) return std::nullopt;
  return Head{*opened, sealed, row.preview.value_or(""), row.deleted};
}

std::string Stage::server_text(std::string_view chat) {
  const auto now = head(chat);
  return now ? now->text() : "";
}

void Stage::author_frame(std::string_view frame) {
  if (author_conn_.value == 0) {
    author_conn_ = server_.connect();
    route();
  }
  server_.frame(author_conn_, frame);
  route();
  pump();
}

bool Stage::upload(std::string_view chat, const draft::Draft& draft) {
  const auto now = head(chat);
  const Version base = now ? now->opened.version : 0;
  const Hash32 parent = now ? now->opened.hash : Hash32{};
  const std::string sealed = vault_.seal_draft(chat, draft, base + 1, parent);
  const ChangeId id{"author-" + std::to_string(++changes_)};
  if (draft.is_tombstone()) {
    wire::DeleteDraft frame;
    frame.chat_id = *ChatId::parse(chat);
    frame.base_version = base;
    frame.proposed_v = base + 1;
    frame.change_id = id;
    frame.encrypted_tombstone = sealed;
    author_frame(wire::encode(wire::ClientFrame(frame)));
  } else {
    wire::UpdateDraft frame;
    frame.chat_id = *ChatId::parse(chat);
    frame.encrypted_draft_md = sealed;
    frame.encrypted_draft_preview = {
        true, vault_.seal_preview(chat, draft::text_of(draft), base + 1, sealed)};
    frame.base_version = base;
    frame.proposed_v = base + 1;
    frame.change_id = id;
    author_frame(wire::encode(wire::ClientFrame(frame)));
  }
  const auto after = head(chat);
  return after && after->opened.version == base + 1;
}

std::string Stage::author_saves(std::string_view chat, std::string_view text) {
  watch_.typed(text);
  const auto now = head(chat);
  const draft::Draft* before = now ? &now->opened.draft : nullptr;
  const std::uint64_t clock = (before != nullptr ? before->logical_clock : 0) + 1;
  upload(chat, draft::saved(before, text, author_dot(), clock));
  return head(chat)->sealed;
}

std::string Stage::author_clears(std::string_view chat) {
  const auto now = head(chat);
  const draft::Draft* before = now ? &now->opened.draft : nullptr;
  const std::uint64_t clock = (before != nullptr ? before->logical_clock : 0) + 1;
  upload(chat, draft::consumed(before, draft::Operation::clear, author_dot(), clock));
  return head(chat)->sealed;
}

// ---- time ---------------------------------------------------------------------------------------

std::optional<std::int64_t> Stage::next_ms() const {
  std::optional<std::int64_t> next;
  const auto consider = [&](std::int64_t at) {
    if (!next || at < *next) next = at;
  };
  for (const auto& one : devices_) {
    if (one->is_open() && one->next_timer_ms) {
      consider(static_cast<std::int64_t>(*one->next_timer_ms));
    }
  }
  if (const auto at = server_.next_timer_us()) consider((*at + kMillisecond - 1) / kMillisecond);
  return next;
}

void Stage::advance(std::int64_t ms) {
  if (wired()) return advance_wired(ms);
  const std::int64_t target = now_ms_ + ms;
  int stuck = 0;
  for (;;) {
    const auto next = next_ms();
    const std::int64_t at = next ? std::max(std::min(*next, target), now_ms_) : target;
    stuck = at == now_ms_ ? stuck + 1 : 0;
    check(stuck < kStuckMax, "timers that end", "a timer that is due again and again",
          "timer-loop");
    const bool due = next && *next <= at;
    now_ms_ = at;
    server_.set_now(us(now_ms_), us(kWallStartMs + now_ms_));
    if (!due && at == target) break;
    for (const auto& one : devices_) {
      if (!one->is_open() || !one->next_timer_ms) continue;
      if (static_cast<std::int64_t>(*one->next_timer_ms) > now_ms_) continue;
      one->now_ms_ = now_ms_;
      const Reply reply = call(*one, Operation("clock.advance").with("to_ms", now_ms_));
      check(reply.ok(), "time goes on", reply.error_code, "clock-refused");
      one->took(reply);
    }
    server_.fire();
    route();
    pump();
  }
  pump();
}

bool Stage::until(const std::function<bool()>& holds, std::int64_t limit_ms) {
  if (wired()) limit_ms = std::min(limit_ms, kWiredLimitMs);
  const std::int64_t end = now_ms_ + limit_ms;
  for (;;) {
    if (holds()) return true;
    if (now_ms_ >= end) return false;
    if (wired()) {
      hear_wires(kWiredLookMs);
      continue;
    }
    const auto next = next_ms();
    const std::int64_t step = next ? std::max<std::int64_t>(*next - now_ms_, 1) : end - now_ms_;
    advance(std::min(step, end - now_ms_));
  }
}

void Stage::settle() {
  const auto quiet = [&] {
    return std::ranges::all_of(devices_, [this](const auto& one) {
      if (!one->is_open() || !one->online) return true;
      if (!one->connected()) return false;
      const ClientState state = one->state();
      // In real time the save may still be to come.
      return state.connection == "online" && !state.unsynced && !(wired() && state.unsaved) &&
             std::ranges::none_of(state.drafts, &DraftState::pending);
    });
  };
  if (until(quiet, kSettleLimitMs)) return barrier();
  std::string seen;
  for (const auto& one : devices_) {
    if (!one->is_open()) continue;
    const ClientState state = one->state();
    seen += state.connection + (state.unsynced ? ", unsynced " : " ");
  }
  check(false, "everything asked for is answered and sent within 90 s", seen, "never-settles");
}

// ---- network
// --------------------------------------------------------------------------------------

void Stage::answer_attempts() {
  for (const auto& one : devices_) {
    if (one->asked_conn_ == 0 || !one->is_open() || one->hold_accept) continue;
    const std::uint64_t conn = std::exchange(one->asked_conn_, 0);
    const auto number = static_cast<std::int64_t>(conn);
    if (!one->online) {
      const Reply reply = one->attempt(Operation("conn.refuse").with("conn", number));
      check(reply.ok(), "conn.refuse is performed", reply.error_code, "operation-refused");
      continue;
    }
    one->conn_ = conn;
    watch_.connected(one->index_);
    if (!scripted) {
      one->server_conn_ = server_.connect();
      by_server_conn_[one->server_conn_.value] = one->index_;
    }
    const Reply reply = one->attempt(Operation("conn.accept").with("conn", number));
    check(reply.ok(), "conn.accept is performed", reply.error_code, "operation-refused");
    route();
  }
}

void Stage::route() {
  for (ServerSaid& said : server_.take()) {
    if (said.conn == author_conn_) {
      if (said.closes) {
        author_conn_ = {};
      } else {
        author_heard_.push_back(std::move(said.text));
      }
      continue;
    }
    const auto at = by_server_conn_.find(said.conn.value);
    if (at == by_server_conn_.end()) continue;
    Device& to = *devices_[at->second];
    if (to.server_conn_ != said.conn) continue;
    if (said.closes) {
      to.disconnect(said.code);
    } else {
      to.down_.push_back(std::move(said.text));
    }
  }
}

void Stage::pump() {
  if (pumping_) return;  // the outer call goes on
  pumping_ = true;
  const struct Done {
    bool& flag;
    ~Done() { flag = false; }
  } done{pumping_};
  for (int moves = 0; moves < kMovesMax; ++moves) {
    answer_attempts();
    bool moved = false;
    for (const auto& one : devices_) {
      if (!one->hold_up && one->deliver_up()) moved = true;
      if (!one->hold_down && one->deliver_down()) moved = true;
    }
    const bool attempts = std::ranges::any_of(devices_, [](const auto& one) {
      return one->asked_conn_ != 0 && one->is_open() && !one->hold_accept;
    });
    if (!moved && !attempts) return;
  }
  check(false, "a bounded number of frames", "frames without end", "frame-storm");
}

void Stage::restore() {
  server_ = *backup_;
  server_.forget_connections();
  server_.set_now(us(now_ms_), us(kWallStartMs + now_ms_));
  server_.restart();
  author_conn_ = {};
  for (const auto& one : devices_) {
    if (one->is_open()) one->disconnect();
  }
}

// ---- verdicts
// -------------------------------------------------------------------------------------

void Stage::check(bool holds, std::string_view expected, std::string_view actual,
                  std::string_view tag) {
  if (holds) return;
  throw CaseEnd{Verdict::fail, std::string(tag), std::string(expected),
                std::string(actual.empty() ? "it is not so" : actual), ""};
}

void Stage::check_text(std::string_view expected, std::string_view actual, std::string_view what) {
  check(expected == actual, std::string(what) + " \"" + std::string(expected) + "\"",
        "\"" + std::string(actual) + "\"", "other-text");
}

void Stage::should(bool holds, std::string_view expected, std::string_view actual,
                   std::string_view tag) {
  if (holds || loose_) return;
  loose_ =
      CaseEnd{Verdict::loose, std::string(tag), std::string(expected), std::string(actual), ""};
}

void Stage::cannot_tell(std::string_view why) {
  throw CaseEnd{Verdict::untestable, "cannot-tell", "something to observe", std::string(why), ""};
}

void Stage::does_not_apply(std::string_view why) {
  throw CaseEnd{Verdict::not_applicable, "does-not-apply", "", std::string(why), ""};
}

Reply Stage::call(Device& device, const Operation& operation) {
  const auto adapter = crew_.adapter(device.index());
  if (!adapter) {
    throw CaseEnd{Verdict::harness_error, "cannot-start", "an adapter that starts",
                  adapter.error().code + " " + adapter.error().detail, ""};
  }
  auto reply = (*adapter)->call(operation);
  if (!reply) {
    throw CaseEnd{Verdict::fail, reply.error().code, "a reply to " + operation.name(),
                  reply.error().code + " " + reply.error().detail, ""};
  }
  return std::move(*reply);
}

void Stage::judge_leftovers() {
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_, error)) {
    watch_.seen("the store: " + entry.path().filename().string(), entry.path().filename().string());
    if (entry.is_regular_file()) {
      watch_.seen("the store: " + entry.path().filename().string(), file_text(entry.path()));
    }
  }
}

void Stage::finish() {
  for (const auto& one : devices_) {
    const auto adapter = crew_.adapter(one->index());
    if (!adapter) continue;
    static_cast<void>((*adapter)->call(Operation("case.end")));
    watch_.seen("standard error", (*adapter)->errors());
  }
  judge_leftovers();
}

std::string words(Stage& stage, std::string_view beginning) {
  return std::string(beginning) + stage.vault().draw_words();
}

}  // namespace dp::conformance
