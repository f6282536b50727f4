#include "sim/people/people.h"

#include <algorithm>
#include <array>

#include "sim/people/person_text.h"
#include "sim/tape/tape.h"

namespace dp::sim {

namespace {

constexpr std::uint32_t kCertainPpm = 1'000'000;
constexpr std::uint64_t kWhole = 1'000;  // verbs are drawn per mille

// Pauses that end a burst: most of them cross the debounce edge on one side or the other.
constexpr std::array<Micros, 9> kPauses{
    1'000 * kMillisecond, 1'199 * kMillisecond, 1'200 * kMillisecond,
    1'201 * kMillisecond, 1'300 * kMillisecond, 1'500 * kMillisecond,
    2 * kSecond,          4 * kSecond,          9 * kSecond};
// Waits on either side of the receipt timeout, the ping interval, the backoff and the idle timeout.
constexpr std::array<Micros, 10> kLongWaits{
    9'999 * kMillisecond,  10'000 * kMillisecond, 10'001 * kMillisecond, 15 * kSecond,
    24'999 * kMillisecond, 25'001 * kMillisecond, 31 * kSecond,          36 * kSecond,
    89 * kSecond,          91 * kSecond};
// How long everybody is away: around the preview cache, the server's cache, its counters, and the
// life of an unsealed tombstone.
constexpr std::array<Micros, 9> kSleeps{14 * kMinute + 59 * kSecond,
                                        15 * kMinute + kSecond,
                                        44 * kMinute + 59 * kSecond,
                                        45 * kMinute + kSecond,
                                        8 * kHour,
                                        7 * kDay - kSecond,
                                        8 * kDay,
                                        399 * kDay,
                                        401 * kDay};
// Whatever faults had in store has happened by then, and nobody is awake by mistake.
constexpr Micros kFallingAsleep = 90 * kSecond;

}  // namespace

Micros usual_time_us(DeviceId device, std::uint32_t operation) {
  constexpr Micros kFirst = 200 * kMillisecond;
  return kFirst + device.index * kMillisecond + operation * kPauses.front();
}

People::People(const World& world, PeopleConfig config) : config_(config) {
  for (std::size_t i = 0; i < world.device_count(); ++i) {
    Person person;
    person.device = {static_cast<std::uint32_t>(i)};
    person.next_us = usual_time_us(person.device, 0);
    people_.push_back(person);
  }
}

std::size_t People::due_person() const {
  std::size_t due = people_.size();
  for (std::size_t i = 0; i < people_.size(); ++i) {
    if (people_[i].done) continue;
    if (due == people_.size() || people_[i].next_us < people_[due].next_us) due = i;
  }
  return due;
}

std::optional<Micros> People::next_us() const {
  if (wake_us_) return wake_us_;
  const std::size_t due = due_person();
  if (due == people_.size()) return std::nullopt;
  return people_[due].next_us;
}

void People::act(World& world) {
  if (wake_us_) return wake(world);
  const std::size_t due = due_person();
  if (due == people_.size()) return;
  Person& person = people_[due];
  if (person.online_again_us && *person.online_again_us <= person.next_us) {
    person.online_again_us.reset();
    world.set_online(person.device, true);
  }
  operate(world, person);
  ++person.operation;
  person.next_us += pause(world, person);
  if (person.operation >= config_.operations || person.next_us > config_.until_us) {
    person.done = true;
    if (person.online_again_us) world.set_online(person.device, true);
  }
  const Person present = person;  // joining may move the people
  if (config_.new_device_mid_run && !new_device_added_ && world.now_us() > config_.until_us / 2) {
    join(world, present);
  }
}

void People::join(World& world, const Person& like) {
  new_device_added_ = true;
  DeviceConfig fresh = world.device_config(like.device);
  fresh.powered_on = true;
  Person newcomer;
  newcomer.device = world.add_device(fresh);
  newcomer.operation = config_.operations / 2;
  newcomer.next_us = world.now_us() + kSecond;
  people_.push_back(newcomer);
}

Micros People::pause(World& world, Person& person) {
  Tape& tape = world.tape();
  const std::uint32_t node = node_of(person.device).value;
  const DecisionKey key{kPersonPauseSite, node, person.operation};
  const std::uint64_t drawn = tape.pick_at(key, std::uint64_t{1} << 32);
  if (person.burst_left > 0) {
    --person.burst_left;
    return static_cast<Micros>(40 + drawn % 360) * kMillisecond;
  }
  person.burst_left = static_cast<std::uint32_t>((drawn >> 16) % (config_.burst_edits_max + 1));
  if (config_.long_waits && (drawn >> 20) % 12 == 1) {
    return kLongWaits[(drawn >> 24) % kLongWaits.size()];
  }
  return kPauses[drawn % kPauses.size()];
}

void People::open_chat(World& world, Person& person, std::size_t chat) {
  person.chat = chat;
  const std::size_t account = world.account_of(person.device);
  const ChatId id = world.chat(account, chat);
  if (person.deleting == chat) {
    // It is on its way out for as long as its device still shows it.
    const std::vector<client::SlotFacts> slots = world.slots(person.device);
    if (std::ranges::find(slots, id, &client::SlotFacts::chat) != slots.end()) {
      world.act(person.device, client::ChatClosed{});
      person.chat_open = false;
      return;
    }
    person.deleting.reset();
  }
  person.chat_open = world.act(person.device, client::ChatOpened{id});
  world.act(person.device, client::Focused{});
}

void People::type(World& world, Person& person) {
  Tape& tape = world.tape();
  const std::uint32_t node = node_of(person.device).value;
  const DecisionKey key{kPersonTextSite, node, person.operation};
  const std::uint64_t bits = tape.pick_at(key, std::uint64_t{1} << 62);
  if (config_.family != SecretFamily::letters) {
    const std::string before = world.view(person.device).editor_text;
    const SecretPlace place{world.config().seed, person.device.index, person.operation, before};
    world.act(person.device, client::Edited{secret_text(config_.family, config_.secret, place)});
    return;
  }
  std::string text = next_text(world, person, bits);
  world.act(person.device, client::Edited{disguised(std::move(text), config_.secret)});
}

std::string People::next_text(const World& world, const Person& person, std::uint64_t bits) const {
  const std::string before = revealed(world.view(person.device).editor_text, config_.secret);
  if (person.operation % 16 == 3) {
    const std::string start = before.empty() ? std::string() : before + "\n";
    return start + canary_text(world.config().seed, person.device.index, person.operation);
  }
  std::uint64_t kind = bits % kWhole;
  const std::uint64_t rest = bits >> 10;
  if (kind < config_.odd_per_mille) {
    // Half of the odd texts stand alone.
    const bool alone = config_.habit == Habit::wild && (rest >> 8) % 2 == 1;
    return (alone ? std::string() : before) + odd_text(rest);
  }
  kind -= config_.odd_per_mille;
  if (kind < config_.long_per_mille) return long_text(rest);
  kind -= config_.long_per_mille;
  if (kind < config_.huge_per_mille) {
    return huge_text(world.device_config(person.device).client.max_draft_chars, rest);
  }
  kind -= config_.huge_per_mille;
  if (kind < config_.same_text_per_mille) {
    const auto moment = static_cast<std::uint64_t>(world.now_us() / (4 * kSecond));
    return shared_text(world.config().seed, person.chat, moment, rest);
  }
  return edited_text(before, rest);
}

void People::operate(World& world, Person& person) {
  Tape& tape = world.tape();
  const std::uint32_t node = node_of(person.device).value;
  // Ordinal 2n says whether operation n happens at all, 2n + 1 what it is.
  if (!tape.chance_at({kPersonSite, node, 2 * person.operation}, kCertainPpm)) return;
  ++acted_;
  if (!world.view(person.device).current_chat) person.chat_open = false;
  if (!person.chat_open) {
    open_chat(world, person, person.chat);
    if (!person.chat_open) return;
  }
  const std::uint64_t verb = tape.pick_at({kPersonSite, node, 2 * person.operation + 1}, kWhole);
  if (config_.habit == Habit::plain) {
    plainly(world, person, verb);
  } else {
    wildly(world, person, verb);
  }
}

void People::open_drawn_chat(World& world, Person& person) {
  const std::uint32_t node = node_of(person.device).value;
  const std::uint64_t chat =
      world.tape().pick_at({kPersonTargetSite, node, person.operation}, config_.chats);
  open_chat(world, person, static_cast<std::size_t>(chat));
}

void People::go_offline(World& world, Person& person) {
  if (person.online_again_us) return;
  const std::uint32_t node = node_of(person.device).value;
  const std::uint64_t spell =
      world.tape().pick_at({kPersonTargetSite, node, person.operation}, 20'000);
  person.online_again_us = world.now_us() + static_cast<Micros>(spell) * kMillisecond;
  world.set_online(person.device, false);
}

void People::plainly(World& world, Person& person, std::uint64_t verb) {
  if (verb < 880) {
    type(world, person);
  } else if (verb < 920) {
    open_drawn_chat(world, person);
  } else if (verb < 935) {
    world.act(person.device, client::ClearPressed{});
  } else if (verb < 955) {
    world.act(person.device, client::SendPressed{});
  } else if (verb < 970) {
    world.act(person.device, client::Blurred{});
  } else if (verb < 980) {
    world.act(person.device, client::Focused{});
  } else if (verb < 990) {
    world.act(person.device, client::PreviewsNeeded{});
  } else if (verb < 992) {
    world.act(person.device, client::Edited{});
  } else if (verb < 992 + config_.offline_per_mille) {
    go_offline(world, person);
  }
}

// The shares are of a thousand operations. A person whose page is hidden comes back first.
void People::wildly(World& world, Person& person, std::uint64_t verb) {
  const DeviceId device = person.device;
  if (person.hidden) {
    person.hidden = false;
    world.act(device, client::Shown{});
    return;
  }
  if (verb < 820) {
    type(world, person);
  } else if (verb < 850) {
    open_drawn_chat(world, person);
  } else if (verb < 868) {
    world.act(device, client::ClearPressed{});
  } else if (verb < 892) {
    world.act(device, client::SendPressed{});
  } else if (verb < 906) {
    world.act(device, client::Blurred{});
  } else if (verb < 916) {
    world.act(device, client::Focused{});
  } else if (verb < 932) {
    world.act(device, client::PreviewsNeeded{});
  } else if (verb < 940) {
    world.act(device, client::Edited{});
  } else if (verb < 948) {
    person.hidden = world.act(device, client::Hidden{});
  } else if (verb < 952) {
    world.act(device, client::Closing{});
  } else if (verb < 956) {
    world.act(device, client::EditorReset{});
  } else if (verb < 959) {
    world.act(device, client::ChatClosed{});
  } else if (verb < 963) {
    world.act(device, client::ComposerOpened{});
    world.act(device, client::Focused{});
    type(world, person);
  } else if (verb < 967 && config_.deletes_chats) {
    delete_chat(world, person);
  } else if (verb < 972) {
    world.crash(device);
    world.power_on(device);
  } else if (verb < 976) {
    sleep(world, person);
  } else if (verb < 976 + 2 * config_.offline_per_mille) {
    go_offline(world, person);
  }
}

// Nobody goes on writing in a chat they have just deleted. A chat that this device alone has ever
// heard of would be deleted here alone, but in these worlds other devices have opened it unasked.
void People::delete_chat(World& world, Person& person) {
  const ChatId chat = world.chat(world.account_of(person.device), person.chat);
  const std::vector<client::SlotFacts> slots = world.slots(person.device);
  const auto known = [&](const client::SlotFacts& one) {
    return one.chat == chat && one.known_to_server;
  };
  if (std::ranges::none_of(slots, known)) return;
  world.act(person.device, client::ChatDeletePressed{chat});
  person.deleting = person.chat;
  open_chat(world, person, (person.chat + 1) % config_.chats);
}

// Everybody switches their devices off for a while. Very long nights begin only when no planned
// fault can wake a device, which would then ping its server for weeks.
void People::sleep(World& world, Person& person) {
  const std::uint32_t node = node_of(person.device).value;
  const std::uint64_t drawn =
      world.tape().pick_at({kPersonTargetSite, node, person.operation}, kSleeps.size() + 1);
  if (drawn == 0) return;
  Micros night = kSleeps[drawn - 1];
  const bool calm = world.now_us() > world.config().fault_phase_us;
  if (!calm && night > kHour) night = kSleeps[drawn % 4];
  asleep_.clear();
  deep_sleep_ = false;
  switch_off_all(world);
  const Micros asleep = kFallingAsleep + night;
  config_.until_us += asleep;
  for (Person& one : people_) {
    one.next_us += asleep;
    if (one.online_again_us) *one.online_again_us += asleep;
    one.hidden = false;
  }
  wake_us_ = world.now_us() + kFallingAsleep;
  night_us_ = night;
}

void People::switch_off_all(World& world) {
  for (std::size_t i = 0; i < world.device_count(); ++i) {
    const DeviceId device{static_cast<std::uint32_t>(i)};
    if (world.crash(device)) asleep_.insert(device);
    // Whoever is to start again by itself would be awake all night: months of pings.
    if (deep_sleep_ && world.call_off_restart(device)) asleep_.insert(device);
  }
}

void People::wake(World& world) {
  if (!deep_sleep_) {
    deep_sleep_ = true;
    switch_off_all(world);
    *wake_us_ += night_us_;
    return;
  }
  for (const DeviceId device : asleep_) world.power_on(device);
  wake_us_.reset();
}

}  // namespace dp::sim
