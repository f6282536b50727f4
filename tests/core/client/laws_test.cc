// Laws of the client under whatever happens: random acts, faults and crashes on two devices.
//
// What was typed and paused on is named by a token of its own line, so that loss shows as a missing
// token whatever merging did around it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

enum class Act : std::uint8_t {
  add_line,
  add_line_and_pause,
  add_line_unsaved,
  switch_chat,
  blur,
  offline,
  online,
  drop,
  crash_and_boot,
  crash_in_write,
  crash_in_seal,
  crash_in_torn_write,
  fail_store_for_a_while,
  lose_answers_for_a_while,
  lose_server_memory,
  wait,
};
constexpr std::uint8_t kActs = 16;

struct Step {
  std::uint8_t act = 0;
  std::uint8_t device = 0;
  std::uint8_t detail = 0;
};
void showValue(const Step& step, std::ostream& os) {
  os << int{step.act} << "@" << int{step.device} << ":" << int{step.detail};
}

rc::Gen<std::vector<Step>> steps() {
  constexpr int kStepsMax = 40;
  return rc::gen::resize(
      kStepsMax, rc::gen::container<std::vector<Step>>(rc::gen::apply(
                     [](std::uint8_t act, std::uint8_t device, std::uint8_t detail) {
                       return Step{act, device, detail};
                     },
                     rc::gen::inRange<std::uint8_t>(0, kActs), rc::gen::inRange<std::uint8_t>(0, 2),
                     rc::gen::inRange<std::uint8_t>(0, 255))));
}

// Two devices and the tokens each of their people paused on.
struct Play {
  Testbed bed{2};
  std::set<std::string> paused;
  int next_token = 0;
  FakeServer backup;

  Play() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{chat_named(1)}, i);
    }
  }

  // Types one line more, at a place that depends on the step.
  std::string add_line(const Step& step) {
    const std::string token = "token" + std::to_string(next_token++);
    std::string text = bed.client(step.device).view().editor_text;
    if (step.detail % 3 == 0) {
      text = text.empty() ? token : token + "\n" + text;
    } else {
      text = text.empty() ? token : text + "\n" + token;
    }
    bed.type(text, step.device);
    return token;
  }
  void reopen(std::size_t index) {
    bed.boot(index);
    bed.act(ChatOpened{chat_named(1)}, index);
  }
  // The text is durable once the client says so; only then may a crash not cost it.
  void note_if_saved(const std::string& token, std::size_t index) {
    if (!bed.client(index).view().unsaved_changes) paused.insert(token);
  }

  void perform(const Step& step) {
    const std::size_t d = step.device;
    Device& device = bed.device(d);
    switch (static_cast<Act>(step.act)) {
      case Act::add_line:
      case Act::add_line_and_pause: {
        const std::string token = add_line(step);
        bed.pass(1'200 * kMillisecond);
        note_if_saved(token, d);
        break;
      }
      case Act::add_line_unsaved:
        add_line(step);
        break;
      case Act::switch_chat:
        bed.act(ChatOpened{chat_named(1 + step.detail % 2)}, d);
        break;
      case Act::blur:
        bed.act(Blurred{}, d);
        break;
      case Act::offline:
        bed.go_offline(d);
        break;
      case Act::online:
        bed.go_online(d);
        break;
      case Act::drop:
        bed.drop_connection(d);
        break;
      case Act::crash_and_boot:
        bed.crash(d);
        reopen(d);
        break;
      case Act::crash_in_write:
      case Act::crash_in_torn_write:
        device.hold_store = true;
        device.torn_on_crash = static_cast<Act>(step.act) == Act::crash_in_torn_write;
        add_line(step);
        bed.pass(1'200 * kMillisecond);
        bed.crash(d);
        reopen(d);
        break;
      case Act::crash_in_seal:
        device.hold_seals = true;
        add_line(step);
        bed.pass(1'200 * kMillisecond);
        bed.crash(d);
        reopen(d);
        break;
      case Act::fail_store_for_a_while: {
        device.fail_store = true;
        const std::string token = add_line(step);
        bed.pass(3 * kSecond);
        const bool left = step.detail % 2 == 0;  // behind, and nobody looks at it again
        if (left) bed.act(ChatClosed{}, d);
        device.fail_store = false;
        bed.pass(kMinute);
        if (left) paused.insert(token);
        if (left) bed.act(ChatOpened{chat_named(1)}, d);
        note_if_saved(token, d);
        break;
      }
      case Act::lose_answers_for_a_while: {
        device.lose_down = true;
        const std::string token = add_line(step);
        bed.pass(1'200 * kMillisecond);
        note_if_saved(token, d);
        if (step.detail % 2 == 0) bed.crash(d);
        device.lose_down = false;
        if (step.detail % 2 == 0) reopen(d);
        break;
      }
      case Act::lose_server_memory:
        if (step.detail % 4 != 0) {
          backup = bed.server;
          break;
        }
        bed.go_offline(0);
        bed.go_offline(1);
        bed.server.slots = backup.slots;
        bed.go_online(0);
        bed.go_online(1);
        break;
      case Act::wait:
        bed.pass(5 * kSecond);
        break;
    }
  }

  void heal_and_rest() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.release(i);
      bed.device(i).network = true;
      bed.device(i).fail_store = bed.device(i).lose_down = false;
      bed.act(Blurred{}, i);
      bed.drop_connection(i);
    }
    bed.pass(3 * kMinute);
    for (std::size_t i = 0; i < 2; ++i) bed.drop_connection(i);
    bed.pass(3 * kMinute);
  }

  // Everything a device still holds, in drafts, copies and archive.
  std::string everything(std::size_t index) const {
    std::string all;
    const auto add = [&](const draft::Lines& lines) {
      for (const draft::Line& line : lines) all += line.text + "\n";
    };
    for (const SlotFacts& facts : bed_client(index).slots()) {
      add(facts.local.lines);
      for (const draft::Copy& copy : facts.local.copies) add(copy.lines);
    }
    for (const ArchivedText& text : bed_client(index).archive()) add(text.lines);
    return all;
  }
  const Client& bed_client(std::size_t index) const {
    return const_cast<Testbed&>(bed).client(index);
  }
};

bool holds(const std::string& all, const std::string& token) {
  return all.find(token + "\n") != std::string::npos;
}

RC_GTEST_PROP(ClientLaws, whatever_happens_a_paused_text_is_held_somewhere, ()) {
  Play play;
  for (const Step& step : *steps()) {
    play.perform(step);
    const std::string all = play.everything(0) + play.everything(1);
    for (const std::string& token : play.paused) {
      if (!holds(all, token)) RC_FAIL(token + " is lost");
    }
  }
}

RC_GTEST_PROP(ClientLaws, after_faults_end_devices_and_server_agree_and_hold_every_paused_text,
              ()) {
  Play play;
  for (const Step& step : *steps()) play.perform(step);
  play.heal_and_rest();
  Testbed& bed = play.bed;
  RC_ASSERT(bed.client(0).pending() == "");
  RC_ASSERT(bed.client(1).pending() == "");
  for (std::uint8_t chat = 1; chat <= 2; ++chat) {
    const SlotFacts a = bed.facts(chat_named(chat), 0);
    const SlotFacts b = bed.facts(chat_named(chat), 1);
    RC_ASSERT(a.local.lines == b.local.lines);
    RC_ASSERT(a.local.copies == b.local.copies);
    RC_ASSERT(!a.pending);
    RC_ASSERT(!b.pending);
    if (!bed.server.slots.contains(chat_named(chat))) continue;
    RC_ASSERT(bed.open_at_server(chat_named(chat)).lines == a.local.lines);
  }
  const std::string all = play.everything(0) + play.everything(1);
  for (const std::string& token : play.paused) {
    if (!holds(all, token)) RC_FAIL(token + " is lost");
  }
}

RC_GTEST_PROP(ClientLaws, one_writer_never_makes_a_copy, ()) {
  Play play;
  for (Step step : *steps()) {
    const auto act = static_cast<Act>(step.act);
    const bool types = act != Act::offline && act != Act::online && act != Act::drop &&
                       act != Act::crash_and_boot && act != Act::wait;
    if (types) step.device = 0;
    play.perform(step);
    for (std::size_t i = 0; i < 2; ++i) {
      for (const SlotFacts& facts : play.bed.client(i).slots()) {
        RC_ASSERT(facts.local.copies.empty());
      }
    }
  }
}

// The same event on a copy gives the same outcome.
RC_GTEST_PROP(ClientLaws, a_copy_takes_the_same_steps, ()) {
  Play play;
  for (const Step& step : *steps()) {
    Play copy = play;
    const std::size_t before = play.bed.device(0).effects.size();
    play.perform(step);
    copy.perform(step);
    for (std::size_t i = 0; i < 2; ++i) {
      RC_ASSERT(play.bed.client(i).view() == copy.bed.client(i).view());
      RC_ASSERT(play.bed.client(i).slots() == copy.bed.client(i).slots());
      RC_ASSERT(play.bed.device(i).disk == copy.bed.device(i).disk);
      RC_ASSERT(play.bed.device(i).timer_us == copy.bed.device(i).timer_us);
      RC_ASSERT(play.bed.seen<ConnSend>(i).size() == copy.bed.seen<ConnSend>(i).size());
    }
    RC_ASSERT(play.bed.device(0).effects.size() >= before);
  }
}

// ---- nonsense -----------------------------------------------------------------------------------

Event nonsense(std::uint8_t kind, std::uint64_t number) {
  const ChatId chat = chat_named(static_cast<std::uint8_t>(number % 3));
  switch (kind % 18) {
    case 0:
      return StoreWritten{{number}, number % 2 == 0};
    case 1:
      return SealTurnCame{{number}};
    case 2:
      return ConnOpened{{number}};
    case 3:
      return ConnClosed{{number}, static_cast<std::uint16_t>(number % 2 == 0 ? 1008 : 1006)};
    case 4:
      return FrameArrived{{number}, "{\"type\":\"pong\"}"};
    case 5:
      return ChatDeletePressed{chat};
    case 6:
      return Edited{std::string(number % 7, 'x')};
    case 7:
      return ChatOpened{chat};
    case 8:
      return ComposerOpened{};
    case 9:
      return ClearPressed{};
    case 10:
      return SendPressed{};
    case 11:
      return EditorReset{};
    case 12:
      return Locked{};
    case 13:
      return Unlocked{{static_cast<std::uint32_t>(number % 3)}};
    case 14:
      return StoreOpened{{{"junk", {1, 2, 3}}}, number};
    case 15:
      return TimerFired{};
    case 16:
      return NetHint{number % 2 == 0};
    default:
      return PreviewsNeeded{};
  }
}

RC_GTEST_PROP(ClientLaws, events_in_any_order_are_never_a_programmer_error,
              (std::vector<std::pair<std::uint8_t, std::uint64_t>> events)) {
  Testbed bed;
  bed.device().on = true;
  for (const auto& [kind, number] : events) {
    bed.device().inbox.push_back(nonsense(kind, number % 6));
    const bool orderly = number % 5 != 0;
    if (orderly) {
      bed.settle();
    } else {
      bed.step_one(0);
    }
    if (number % 4 == 0) bed.pass(2 * kSecond);
    (void)bed.client().view();
    (void)bed.client().pending();
  }
  RC_ASSERT(bed.device().disk.size() < 200);
}

}  // namespace
}  // namespace dp::client
