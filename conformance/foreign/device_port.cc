#include "conformance/foreign/device_port.h"

#include <algorithm>

#include "core/vocabulary/bytes.h"

namespace dp::conformance {
namespace {

constexpr std::string_view kUrl = "ws://draftproof.test/ws";
constexpr std::int64_t kWallSlackMs = 5;  // two clocks rounded down, and their drift
// Timers that fire one after another while the device slept, and those that never come to rest.
constexpr int kTimersAtOnceMax = 5'000;
constexpr int kTimersInPlaceMax = 1'000;
constexpr std::string_view kSessionEnded = "Invalid session";
constexpr std::uint16_t kPolicyViolation = 1008;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::int64_t ms(Micros us) {
  return us / kMillisecond;
}

std::string config_json(const client::Config& config) {
  const auto member = [](std::string_view name, std::int64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
  };
  const auto count = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  return "{" + member("debounce_ms", ms(config.debounce_us)) + "," +
         member("preview_cache_ms", ms(config.preview_cache_us)) + "," +
         member("receipt_timeout_ms", ms(config.receipt_timeout_us)) + "," +
         member("reconnect_min_ms", ms(config.reconnect_min_us)) + "," +
         member("reconnect_max_ms", ms(config.reconnect_max_us)) + "," +
         member("ping_interval_ms", ms(config.ping_interval_us)) + "," +
         member("pong_timeout_ms", ms(config.pong_timeout_us)) + "," +
         member("persistence_window_ms", ms(config.persistence_window_us)) + "," +
         member("max_draft_chars", count(config.max_draft_chars)) + "," +
         member("suite", static_cast<std::int64_t>(config.suite)) + "," +
         member("queue_changes_max", count(config.outbox_changes_max)) + "," +
         member("replay_changes_max", count(config.replay_changes_max)) + "}";
}

Operation conn_operation(std::string_view name, ConnEpoch epoch) {
  return Operation(name).with("conn", static_cast<std::int64_t>(epoch.value));
}

Operation frame_operation(const client::FrameArrived& frame) {
  Operation out = conn_operation("conn.frame", frame.epoch);
  if (is_valid_utf8(frame.text)) return out.with("text", frame.text);
  return out.with("base64", base64_encode(as_bytes(frame.text)));
}

}  // namespace

DevicePort::DevicePort(std::shared_ptr<AdapterPool> pool, std::shared_ptr<FrameAudit> audit,
                       sim::PortOrder order)
    : pool_(std::move(pool)),
      audit_(std::move(audit)),
      order_(std::move(order)),
      key_(audit_->add_account(order_.master_key)),
      folder_(pool_->new_folder()) {}

DevicePort::~DevicePort() {
  if (adapter_ && !fault_ && open_) perform(Operation("case.end"));
  if (adapter_ && !fault_) pool_->give_back(std::move(adapter_));
  adapter_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::remove_all(folder_.string() + ".kept", ignored);
}

// ---- the conversation
// -----------------------------------------------------------------------------

void DevicePort::breach(std::string site, std::string detail, std::string expected,
                        std::string seen) {
  breaches_.push_back({std::move(site), std::move(detail), std::move(expected), std::move(seen)});
}

void DevicePort::dead(const Error& error) {
  const std::map<std::string_view, std::string_view> what = {
      {"closed", "the adapter ended"},
      {"timeout", "the adapter did not answer in time"},
      {"line_too_long", "the adapter wrote a line beyond the limit"},
      {"unasked_output", "the adapter wrote something nobody had asked for"},
      {"wrong_id", "the adapter answered another request"}};
  const auto known = what.find(error.code);
  breach("line_" + std::string(error.code),
         known == what.end() ? "the adapter's reply is not as its protocol says"
                             : std::string(known->second),
         "one reply of docs/adapter.md within the limits",
         error.detail.empty() ? error.code : error.detail);
  fault_ = breaches_.back();
  adapter_.reset();
  open_ = false;
}

std::optional<Reply> DevicePort::call(const Operation& operation) {
  if (fault_ || !adapter_) return std::nullopt;
  ++operations_;
  auto reply = adapter_->call(operation);
  if (!reply) {
    dead(reply.error());
    return std::nullopt;
  }
  next_timer_ms_.reset();
  if (reply->next_timer_ms) next_timer_ms_ = static_cast<std::int64_t>(*reply->next_timer_ms);
  if (!reply->ok()) {
    breach("operation_refused", operation.name() + " was answered " + reply->error_code,
           operation.name() + " is performed", reply->error_code + ": " + reply->error_message);
    return std::nullopt;
  }
  if (operation.name() != "state.get" && !was_keepalive(operation, *reply)) {
    state_.reset();
    slots_.reset();
    ++revision_;
  }
  take(*reply);
  see_errors();
  return std::move(*reply);
}

sim::PortOutcome DevicePort::outcome() {
  sim::PortOutcome out;
  out.effects = std::exchange(effects_, {});
  if (open_ && next_timer_ms_) {
    out.next_timer_us = (offset_ms_ + *next_timer_ms_) * kMillisecond;
  }
  return out;
}

void DevicePort::begin_case(Now now) {
  offset_ms_ = ms(now.monotonic_us);
  now_ms_ = 0;
  wall_ms_ = ms(now.wall_us);
  store_mode_ = "none";
  Operation begin("case.begin");
  begin.with("case", "simulated/device-" + std::to_string(order_.device)).with("level", "L3");
  perform(begin.with("wall_ms", wall_ms_).with_json("config", config_json(order_.config)));
}

sim::PortOutcome DevicePort::boot(const sim::PortBoot& boot) {
  if (fault_) return {};
  if (!adapter_) {
    auto taken = pool_->take();
    if (!taken) {
      dead(taken.error());
      return {};
    }
    adapter_ = std::move(*taken);
    errors_seen_ = adapter_->errors().size();
  }
  closed_ = false;
  locked_ = false;
  store_owes_ = false;
  last_conn_ = 0;
  now_us_ = boot.now.monotonic_us;
  last_activity_us_ = now_us_;
  awaited_.clear();
  previews_.clear();
  begin_case(boot.now);
  const std::string account = "{\"account_id\":\"" + hex_encode(order_.config.account.bytes) +
                              "\",\"master_key\":\"" + hex_encode(order_.master_key) +
                              "\",\"epoch\":1}";
  Operation open("client.open");
  open.with("dir", folder_.string()).with("entropy", hex_encode(boot.entropy));
  open.with("boot", static_cast<std::int64_t>(boot.number)).with("url", kUrl);
  open.with("token", order_.token).with_json("account", account);
  open_ = call(open).has_value();
  if (!open_ && !fault_) dead({Fault::peer, "closed", "client.open was refused"});
  if (open_) apply_store_mode();
  if (open_ && hold_seals_) perform(Operation("seal.hold").with("on", true));
  return outcome();
}

// The client's clock never passes a timer of its own without firing it, however long the device
// slept.
void DevicePort::sync(Now now) {
  now_us_ = now.monotonic_us;
  const std::int64_t goal = ms(now.monotonic_us) - offset_ms_;
  int in_place = 0;
  for (int fired = 0; open_ && fired < kTimersAtOnceMax; ++fired) {
    const bool due = next_timer_ms_ && *next_timer_ms_ <= goal;
    if (!due && now_ms_ >= goal) break;
    const std::int64_t to = due ? std::max(*next_timer_ms_, now_ms_) : goal;
    in_place = to == now_ms_ ? in_place + 1 : 0;
    if (in_place > kTimersInPlaceMax) {
      return dead({Fault::peer, "timer_in_place", "next_timer_ms stays where the clock is"});
    }
    now_ms_ = to;
    perform(Operation("clock.advance").with("to_ms", to));
  }
  if (!open_ || !pool_->can("wall")) return;
  const std::int64_t wall = ms(now.wall_us);
  const std::int64_t off = wall - (wall_ms_ + now_ms_);
  if (off <= kWallSlackMs && off >= -kWallSlackMs) return;
  wall_ms_ = wall - now_ms_;
  perform(Operation("clock.wall").with("wall_ms", wall));
}

sim::PortOutcome DevicePort::step(const client::Event& event, Now now) {
  if (!open_) return {};
  sync(now);
  if (open_) tell(event);
  return outcome();
}

void DevicePort::tell(const client::Event& event) {
  const auto say = [this](const Operation& operation) { perform(operation); };
  std::visit(
      Overloaded{
          [&](const client::ChatOpened& one) {
            say(Operation("ui.switch").with("chat_id", one.chat.text()));
          },
          [&](const client::ComposerOpened&) { say(Operation("ui.switch").with("new", true)); },
          [&](const client::ChatClosed&) { say(Operation("ui.switch").with_null("chat_id")); },
          [&](const client::Edited& one) { say(Operation("ui.edit").with("text", one.text)); },
          [&](const client::EditorReset&) { say(Operation("ui.set_text").with("text", "")); },
          [&](const client::Focused&) { say(Operation("ui.focus")); },
          [&](const client::Blurred&) { say(Operation("ui.blur")); },
          [&](const client::Hidden&) { say(Operation("app.visibility").with("visible", false)); },
          [&](const client::Shown&) { say(Operation("app.visibility").with("visible", true)); },
          [&](const client::ClearPressed&) { say(Operation("ui.clear")); },
          [&](const client::SendPressed&) { say(Operation("ui.send")); },
          [&](const client::ChatDeletePressed& one) {
            say(Operation("ui.delete_chat").with("chat_id", one.chat.text()));
          },
          [&](const client::PreviewsNeeded&) {
            const auto reply = call(Operation("ui.list"));
            if (!reply) return;
            previews_.clear();
            for (const PreviewState& each : reply->previews) previews_[each.chat] = each.preview;
          },
          [&](const client::Closing&) {
            state();  // nothing can be asked of a client that ended
            slots();
            last_sent_.clear();
            say(Operation("client.close"));
            closed_ = true;
            open_ = false;
            see_last_words();
          },
          [&](const client::NetHint& one) {
            say(Operation("net.hint").with("online", one.online));
          },
          [&](const client::Locked&) {
            locked_ = true;
            say(Operation("keys.lock"));
          },
          [&](const client::Unlocked&) {
            if (locked_) say(Operation("keys.unlock"));  // at client.open they are there
            locked_ = false;
          },
          [&](const client::ConnOpened& one) { say(conn_operation("conn.accept", one.epoch)); },
          [&](const client::ConnClosed& one) {
            awaited_.clear();
            if (one.code == 0) return say(conn_operation("conn.refuse", one.epoch));
            say(conn_operation("conn.closed", one.epoch)
                    .with("code", std::int64_t{one.code})
                    .with("reason", one.code == kPolicyViolation ? kSessionEnded : ""));
          },
          [&](const client::FrameArrived& one) {
            audit_->delivered(one.text);
            note_ids(one.text, false);
            say(frame_operation(one));
          },
          [](const client::TimerFired&) {},  // its time has come with the clock
          [](const client::StoreOpened&) {},
          [](const client::StoreWritten&) {},
          [](const client::SealTurnCame&) {},
      },
      event);
}

void DevicePort::kill() {
  if (!open_) forget_state();
  if (!adapter_ || !open_) return;
  if (pool_->can("crash")) {
    perform(Operation("client.crash"));
  } else {
    adapter_->kill();
    adapter_.reset();
  }
  effects_.clear();
  open_ = false;
  forget_state();
}

void DevicePort::forget_state() {
  state_.reset();
  slots_.reset();
  last_state_ = {};
  ++revision_;
}

// ---- the disk
// -------------------------------------------------------------------------------------

void DevicePort::apply_store_mode() {
  if (!open_) return;
  const std::string mode = full_            ? "full"
                           : fail_next_ > 0 ? "fail_next"
                           : hold_writes_   ? "hold"
                                            : "none";
  if (mode == store_mode_ && mode != "fail_next") return;
  store_mode_ = mode;
  Operation order("store.fault");
  order.with("mode", mode);
  if (mode == "fail_next") order.with("count", std::int64_t{fail_next_});
  perform(order);
}

void DevicePort::fail_writes(std::uint32_t count) {
  if (count == 0 && fail_next_ == 0) return;
  fail_next_ = count;
  apply_store_mode();
}

void DevicePort::set_store_full(bool full) {
  full_ = full;
  apply_store_mode();
}

void DevicePort::hold(bool writes, bool seals) {
  hold_writes_ = writes;
  apply_store_mode();
  if (seals == hold_seals_) return;
  hold_seals_ = seals;
  if (open_) perform(Operation("seal.hold").with("on", seals));
}

sim::PortOutcome DevicePort::release_seals(Now now) {
  if (!open_ || !hold_seals_) return outcome();
  sync(now);
  perform(Operation("seal.hold").with("on", false));
  perform(Operation("seal.hold").with("on", true));
  return outcome();
}

sim::PortOutcome DevicePort::release_writes(Now now) {
  if (!open_ || store_mode_ != "hold") return outcome();
  sync(now);
  perform(Operation("store.fault").with("mode", "none"));
  perform(Operation("store.fault").with("mode", "hold"));
  return outcome();
}

// The harness may kill a client at any moment and start another on the same folder, so what lies
// there while the client is idle is a whole store.
bool DevicePort::keep_snapshot() {
  const std::filesystem::path kept = folder_.string() + ".kept";
  std::error_code error;
  std::filesystem::remove_all(kept, error);
  std::filesystem::copy(folder_, kept, std::filesystem::copy_options::recursive, error);
  has_snapshot_ = !error;
  return has_snapshot_;
}

bool DevicePort::puts_store(const std::filesystem::path& from) {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  if (!error) {
    std::filesystem::copy(from, folder_, std::filesystem::copy_options::recursive, error);
  }
  return !error;
}

bool DevicePort::put_snapshot_back() {
  return has_snapshot_ && puts_store(folder_.string() + ".kept");
}

bool DevicePort::wipe() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  return std::filesystem::create_directories(folder_, error);
}

bool DevicePort::copy_store_of(sim::ClientPort& other) {
  auto* theirs = dynamic_cast<DevicePort*>(&other);
  return theirs != nullptr && puts_store(theirs->folder_);
}

}  // namespace dp::conformance
