#include "sim/people/people.h"

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

}  // namespace

People::People(const World& world, PeopleConfig config) : config_(config) {
  for (std::size_t i = 0; i < world.device_count(); ++i) {
    Person person;
    person.device = {static_cast<std::uint32_t>(i)};
    person.next_us = static_cast<Micros>(200 + 37 * i) * kMillisecond;
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
  const std::size_t due = due_person();
  if (due == people_.size()) return std::nullopt;
  return people_[due].next_us;
}

void People::act(World& world) {
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
  if (config_.new_device_mid_run && !new_device_added_ && world.now_us() > config_.until_us / 2) {
    new_device_added_ = true;
    DeviceConfig fresh = world.device_config(person.device);
    fresh.powered_on = true;
    Person newcomer;
    newcomer.device = world.add_device(fresh);
    newcomer.operation = config_.operations / 2;
    newcomer.next_us = world.now_us() + kSecond;
    people_.push_back(newcomer);
  }
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
  return kPauses[drawn % kPauses.size()];
}

void People::open_chat(World& world, Person& person, std::size_t chat) {
  person.chat = chat;
  const std::size_t account = world.account_of(person.device);
  person.chat_open = world.act(person.device, client::ChatOpened{world.chat(account, chat)});
  world.act(person.device, client::Focused{});
}

void People::type(World& world, Person& person) {
  Tape& tape = world.tape();
  const std::uint32_t node = node_of(person.device).value;
  const DecisionKey key{kPersonTextSite, node, person.operation};
  const std::uint64_t bits = tape.pick_at(key, std::uint64_t{1} << 62);
  const std::string before = revealed(world.view(person.device).editor_text, config_.secret);
  const std::uint64_t kind = bits % kWhole;
  std::string text;
  if (person.operation % 16 == 3) {
    text = before.empty() ? std::string() : before + "\n";
    text += canary_text(world.config().seed, person.device.index, person.operation);
  } else if (kind < config_.odd_per_mille) {
    text = before + odd_text(bits >> 10);
  } else if (kind < config_.odd_per_mille + config_.long_per_mille) {
    text = long_text(bits >> 10);
  } else {
    text = edited_text(before, bits >> 10);
  }
  world.act(person.device, client::Edited{disguised(std::move(text), config_.secret)});
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
  if (verb < 880) {
    type(world, person);
  } else if (verb < 920) {
    const std::uint64_t chat =
        tape.pick_at({kPersonTargetSite, node, person.operation}, config_.chats);
    open_chat(world, person, static_cast<std::size_t>(chat));
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
  } else if (verb < 992 + config_.offline_per_mille && !person.online_again_us) {
    const std::uint64_t spell = tape.pick_at({kPersonTargetSite, node, person.operation}, 20'000);
    person.online_again_us = world.now_us() + static_cast<Micros>(spell) * kMillisecond;
    world.set_online(person.device, false);
  }
}

}  // namespace dp::sim
