#include "conformance/hosts/conversation.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/draft/preview.h"

namespace dp::hosts {
namespace {

constexpr Micros kLeaveUs = 5 * kSecond;

ShownChat shown_from(const client::SlotFacts& facts) {
  ShownChat shown;
  shown.has_draft = !facts.local.lines.empty();
  shown.pending = facts.pending;
  shown.version = facts.base_version;
  shown.text = draft::text_of(facts.local);
  for (const draft::Copy& copy : facts.local.copies) {
    shown.copies.push_back(draft::join_lines(copy.lines));
  }
  return shown;
}

}  // namespace

Conversation::Conversation(net::Loop& loop, DeviceVoice& voice)
    : loop_(loop), voice_(voice), wait_timer_(loop, [this] {
        if (leaving_) return leave(false);
        waited(false);
      }) {}

DeviceHost::Ears Conversation::ears() {
  return {[this](const client::Effect& effect) { hear(effect); }, [this] { stepped(); }};
}

void Conversation::begin(DeviceHost& host, std::function<void(sim::ExitCode)> ended) {
  host_ = &host;
  ended_ = std::move(ended);
  voice_.ready(host.client().view().chats.size());
  stepped();
}

// ---- what the device says -----------------------------------------------------------------------

void Conversation::hear(const client::Effect& effect) {
  if (host_ == nullptr) return;  // what is found at the start is in `ready`
  if (const auto* replaced = std::get_if<client::EditorReplaced>(&effect)) {
    voice_.editor(chat(replaced->chat), replaced->text);
  } else if (const auto* announced = std::get_if<client::DraftAnnounced>(&effect)) {
    voice_.draft(chat(announced->chat));
  } else if (const auto* notice = std::get_if<client::Notice>(&effect)) {
    voice_.notice(*notice);
  }
}

void Conversation::stepped() {
  if (host_ == nullptr) return;
  const ShownState now = state();
  if (now != told_) voice_.state(now);
  told_ = now;
  if (waiting_ && is_settled()) waited(true);
  if (leaving_ && is_saved() && (is_settled() || now.connection != client::Connection::online)) {
    leave(true);
  }
}

ShownState Conversation::state() const {
  const client::View view = host_->client().view();
  ShownState now;
  now.chat = view.current_chat;
  now.connection = view.connection;
  now.unsaved = view.unsaved_changes;
  now.unsynced = view.unsynced_changes;
  now.too_long = view.too_long;
  now.version = view.draft_version;
  return now;
}

bool Conversation::is_saved() const {
  return host_->idle() && !host_->client().view().unsaved_changes;
}

bool Conversation::is_settled() const {
  if (!is_saved()) return false;
  const client::Connection connection = host_->client().view().connection;
  if (!host_->online() || connection == client::Connection::signed_out) return true;
  return connection == client::Connection::online && host_->client().pending().empty();
}

// ---- chats --------------------------------------------------------------------------------------

std::size_t Conversation::number_of(const ChatId& chat) {
  const auto at = std::ranges::find(numbered_, chat);
  if (at != numbered_.end()) return static_cast<std::size_t>(at - numbered_.begin()) + 1;
  numbered_.push_back(chat);
  return numbered_.size();
}

std::optional<ChatId> Conversation::chat_named(const std::string& which) const {
  if (const auto id = ChatId::parse(which)) return id;
  std::size_t number = 0;
  const char* end = which.data() + which.size();
  const auto [stop, error] = std::from_chars(which.data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > numbered_.size()) {
    return std::nullopt;
  }
  return numbered_[number - 1];
}

std::vector<ShownChat> Conversation::chats() {
  const client::View view = host_->client().view();
  const std::vector<client::SlotFacts> slots = host_->client().slots();
  std::vector<ShownChat> shown;
  for (const client::ChatListEntry& entry : view.chats) {
    const auto facts = std::ranges::find(slots, entry.chat, &client::SlotFacts::chat);
    ShownChat one = facts == slots.end() ? ShownChat{} : shown_from(*facts);
    one.chat = entry.chat;
    one.has_draft = entry.has_draft;
    one.open = view.current_chat == entry.chat;
    one.number = number_of(entry.chat);
    one.preview = host_->client().cached_preview(entry.chat, net::Loop::now()).value_or("");
    shown.push_back(std::move(one));
  }
  return shown;
}

ShownChat Conversation::chat(const ChatId& id) {
  const std::vector<client::SlotFacts> slots = host_->client().slots();
  const auto facts = std::ranges::find(slots, id, &client::SlotFacts::chat);
  ShownChat shown = facts == slots.end() ? ShownChat{} : shown_from(*facts);
  shown.chat = id;
  shown.open = host_->client().view().current_chat == id;
  shown.number = number_of(id);
  shown.preview = draft::preview_of(shown.text).value_or("");
  return shown;
}

// ---- orders -------------------------------------------------------------------------------------

void Conversation::take(const std::optional<std::string>& line) {
  if (leaving_) return;
  if (!line) return quit();
  const auto order = parse_order(*line);
  if (!order) return problem(order.error());
  obey(*order);
}

void Conversation::obey(const Order& order) {
  switch (order.verb) {
    case Verb::nothing:
      return;
    case Verb::help:
      return voice_.help(orders_help());
    case Verb::list:
      return list();
    case Verb::create:
      host_->step(client::ComposerOpened{});
      return host_->step(client::Focused{});
    case Verb::open:
      return open(order.text, false);
    case Verb::remove:
      return open(order.text, true);
    case Verb::close:
      return host_->step(client::ChatClosed{});
    case Verb::show:
      return show();
    case Verb::type:
    case Verb::line:
    case Verb::set:
      return obey_text(order.verb, order.text);
    case Verb::save:
      host_->step(client::Blurred{});
      return host_->step(client::Focused{});
    case Verb::clear:
      return press(client::ClearPressed{});
    case Verb::send:
      return press(client::SendPressed{});
    case Verb::archive:
      return voice_.archive(host_->client().archive());
    case Verb::offline:
      return host_->set_online(false);
    case Verb::online:
      return host_->set_online(true);
    case Verb::wait:
      return wait(order.seconds);
    case Verb::quit:
      return quit();
  }
}

void Conversation::obey_text(Verb verb, const std::string& text) {
  const client::View view = host_->client().view();
  std::string whole = verb == Verb::set ? std::string() : view.editor_text;
  if (verb == Verb::line && !whole.empty()) whole += '\n';
  whole += text;
  host_->step(client::Edited{whole});
  if (!whole.empty() && host_->client().view().editor_text.empty()) {
    problem("no chat is open: new begins one, open CHAT opens one");
  }
}

void Conversation::press(const client::Event& event) {
  if (host_->client().view().editor_text.empty()) return problem("the open draft is empty");
  host_->step(event);
}

void Conversation::open(const std::string& which, bool remove) {
  const auto id = chat_named(which);
  if (!id) return problem("there is no such chat; list shows them");
  if (remove) return host_->step(client::ChatDeletePressed{*id});
  host_->step(client::ChatOpened{*id});
  host_->step(client::Focused{});
}

void Conversation::list() {
  host_->step(client::PreviewsNeeded{});
  voice_.chats(chats());
}

void Conversation::show() {
  const client::View view = host_->client().view();
  ShownChat shown = view.current_chat ? chat(*view.current_chat) : ShownChat{};
  shown.text = view.editor_text;
  voice_.shown(shown, state());
}

void Conversation::problem(const std::string& sentence) {
  code_ = sim::ExitCode::bad_input;
  voice_.problem(sentence);
}

// ---- waiting and leaving ------------------------------------------------------------------------

void Conversation::wait(int seconds) {
  waiting_ = true;
  loop_.pause_lines(true);
  wait_timer_.arm(net::Loop::now().monotonic_us + seconds * kSecond);
  stepped();
}

void Conversation::waited(bool settled) {
  if (!std::exchange(waiting_, false)) return;
  wait_timer_.disarm();
  std::string still = settled ? "" : host_->client().pending();
  if (!settled && still.empty()) still = "a connection";
  if (!settled && code_ == sim::ExitCode::all_hold) code_ = sim::ExitCode::incomplete;
  voice_.waited(settled, still);
  loop_.pause_lines(false);
}

void Conversation::quit() {
  if (std::exchange(leaving_, true)) return;
  waiting_ = false;
  loop_.pause_lines(true);
  wait_timer_.arm(net::Loop::now().monotonic_us + kLeaveUs);
  host_->step(client::Closing{});
}

void Conversation::leave(bool in_time) {
  const auto ended = std::exchange(ended_, nullptr);
  if (!ended) return;
  wait_timer_.disarm();
  if (!in_time && !is_saved()) code_ = sim::ExitCode::broken;
  voice_.bye(!state().unsynced);
  host_->hang_up([ended, code = code_] { ended(code); });
}

}  // namespace dp::hosts
