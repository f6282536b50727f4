#include "sim/capsule/promotion.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "sim/player/player.h"
#include "sim/scenario/bind.h"
#include "sim/scenario/document.h"
#include "sim/scenario/duration.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kSeedsTried = 40;

// Collects steps from what is traced in the phase of faults.
class Retelling : public Observer {
 public:
  void observe(const TraceEvent& event, const World& world) override {
    if (world.phase() != Phase::safety) {
      if (end_us_ < 0) end_us_ = event.time_us;
      return;
    }
    const std::string node = node_name(event.node);
    name_composed(event, world);
    switch (event.kind) {
      case EventKind::person:
        return retell_person(event, node, world);
      case EventKind::lifecycle:
        return retell_lifecycle(event, node);
      case EventKind::fault:
        return retell_fault(event);
      case EventKind::fault_ended:
        return retell_end(event);
      case EventKind::store_synced:
        return retell_slow_write(event, node);
      case EventKind::crash:
        if (!is_of_a_wipe(event)) say(event.time_us, node, "\"do\": \"crash\"");
        return;
      case EventKind::boot:
        return retell_boot(event, node, world);
      default:
        return;
    }
  }

  const std::set<std::string>& unspeakable() const { return unspeakable_; }
  std::string devices(const RunPlan& plan) const {
    std::map<DeviceId, std::size_t> accounts = account_of_;  // others join on the way
    for (std::size_t i = 0; i < plan.world.devices.size(); ++i) {
      accounts[DeviceId{static_cast<std::uint32_t>(i)}] = plan.world.devices[i].account;
    }
    std::string out;
    for (const auto& [device, account] : accounts) {
      out += fmt::format("{}{{\"name\": \"d{}\", \"account\": \"person{}\"{}}}",
                         out.empty() ? "" : ", ", device.index, account,
                         on_at_first_.contains(device) ? "" : ", \"power\": \"off\"");
    }
    return out;
  }

  std::string steps() const {
    std::vector<Step> ordered = steps_;
    std::ranges::stable_sort(ordered, {}, &Step::time_us);
    std::string out;
    Micros now_us = 0;
    const auto add = [&](const std::string& text) {
      out += fmt::format("{}\n    {}", out.empty() ? "" : ",", text);
    };
    const auto wait_until = [&](Micros time_us) {
      if (time_us <= now_us) return;
      add(fmt::format("{{\"wait\": \"{}\"}}", duration_text(time_us - now_us)));
      now_us = time_us;
    };
    for (const Step& step : ordered) {
      wait_until(step.time_us);
      add(step.text);
    }
    if (end_us_ > 0) wait_until(end_us_);
    return out;
  }
  std::string chats() const {
    std::string out;
    for (std::size_t i = 0; i < chats_.size(); ++i) {
      if (chats_[i].composed) continue;  // it is made on the way
      out += fmt::format("{}{{\"name\": \"chat{}\", \"account\": \"person{}\"}}",
                         out.empty() ? "" : ", ", i, chats_[i].account);
    }
    return out;
  }

 private:
  struct Chat {
    ChatId id;
    std::size_t account = 0;
    bool composed = false;
  };
  struct Step {
    Micros time_us;
    std::string text;
  };

  void say(Micros time_us, std::string_view node, std::string_view what) {
    steps_.push_back(
        {std::max<Micros>(0, time_us), fmt::format("{{\"on\": \"{}\", {}}}", node, what)});
  }
  // Has to be so before the event that it strikes.
  void say_before(Micros time_us, std::string_view node, std::string_view what) {
    say(time_us - 1, node, what);
  }

  // A composer's chat has its id from the first keystroke on; its step was told before.
  void name_composed(const TraceEvent& event, const World& world) {
    const auto composing = composers_.find(event.node);
    if (composing == composers_.end()) return;
    const std::optional<ChatId> chat = world.view(device_of(event.node)).current_chat;
    if (!chat) return;
    chats_.push_back({*chat, world.account_of(device_of(event.node)), true});
    Step& step = steps_[composing->second];
    step.text.insert(step.text.size() - 1, fmt::format(", \"as\": \"chat{}\"", chats_.size() - 1));
    composers_.erase(composing);
  }

  std::string chat_name(const ChatId& chat, std::size_t account) {
    const auto known = std::ranges::find(chats_, chat, &Chat::id);
    const auto index = static_cast<std::size_t>(known - chats_.begin());
    if (known == chats_.end()) chats_.push_back({chat, account});
    return fmt::format("chat{}", index);
  }

  void retell_person(const TraceEvent& event, const std::string& node, const World& world) {
    const auto* typed = std::get_if<const client::Event*>(&event.detail);
    if (typed == nullptr || *typed == nullptr) return;
    if (const auto* opened = std::get_if<client::ChatOpened>(*typed)) {
      return say(event.time_us, node,
                 fmt::format("\"do\": \"open\", \"chat\": \"{}\", \"focus\": false",
                             chat_name(opened->chat, world.account_of(device_of(event.node)))));
    }
    if (const auto* gone = std::get_if<client::ChatDeletePressed>(*typed)) {
      return say(event.time_us, node,
                 fmt::format("\"do\": \"delete_chat\", \"chat\": \"{}\"",
                             chat_name(gone->chat, world.account_of(device_of(event.node)))));
    }
    if (std::holds_alternative<client::ComposerOpened>(**typed)) {
      composers_[event.node] = steps_.size();
      return say(event.time_us, node, "\"do\": \"compose\"");
    }
    // The verb puts the cursor there by itself.
    if (event.name == "focused" && composers_.contains(event.node)) return;
    if (event.name == "edited") {
      return say(event.time_us, node,
                 fmt::format("\"do\": \"set_text\", \"text\": {}", json_quoted(event.bytes)));
    }
    static const std::map<std::string_view, std::string_view> kVerbs{
        {"focused", "focus"},
        {"blurred", "blur"},
        {"clear_pressed", "clear"},
        {"send_pressed", "send"},
        {"hidden", "hide"},
        {"shown", "show"},
        {"chat_closed", "leave"},
        {"closing", "close"},
        {"editor_reset", "reset_editor"},
        {"previews_needed", "look_at_list"}};
    const auto verb = kVerbs.find(event.name);
    if (verb == kVerbs.end()) {
      unspeakable_.insert(std::string(event.name));
      return;
    }
    say(event.time_us, node, fmt::format("\"do\": \"{}\"", verb->second));
  }

  void retell_lifecycle(const TraceEvent& event, const std::string& node) {
    if (event.name == "net_hint_down") say(event.time_us, node, "\"do\": \"go_offline\"");
    if (event.name == "net_hint_up") say(event.time_us, node, "\"do\": \"go_online\"");
  }

  void retell_boot(const TraceEvent& event, const std::string& node, const World& world) {
    if (is_of_a_wipe(event)) return;
    if (event.node == kServerNode) {
      if (event.number > 0) say(event.time_us, "server", "\"do\": \"start\"");
      return;
    }
    const DeviceId device = device_of(event.node);
    const bool is_first = account_of_.emplace(device, world.account_of(device)).second;
    if (is_first && event.time_us == 0) {
      on_at_first_.insert(device);
    } else {
      say(event.time_us, node, "\"do\": \"power_on\"");
    }
  }

  // The verb kills the program and starts it again by itself.
  bool is_of_a_wipe(const TraceEvent& event) const {
    const auto wiped = wiped_us_.find(event.node);
    return wiped != wiped_us_.end() && wiped->second == event.time_us;
  }

  // How slow a write was is known when it is durable. One that never is takes a minute.
  void begin_slow_write(const TraceEvent& event, NodeId node) {
    slow_writes_[node] = {event.time_us, steps_.size()};
    say_before(event.time_us, node_name(node), "\"do\": \"slow_disk\", \"delay\": \"1m\"");
    say(event.time_us + 1, node_name(node), "\"do\": \"disk_heals\"");
  }
  void retell_slow_write(const TraceEvent& event, const std::string& node) {
    const auto slow = slow_writes_.find(event.node);
    if (slow == slow_writes_.end()) return;
    const auto [begun_us, step] = slow->second;
    steps_[step].text = fmt::format("{{\"on\": \"{}\", \"do\": \"slow_disk\", \"delay\": \"{}\"}}",
                                    node, duration_text(event.time_us - begun_us));
    slow_writes_.erase(slow);
  }

  void retell_fault(const TraceEvent& event) {
    const auto kind = static_cast<FaultKind>(event.number);
    const NodeId struck{static_cast<std::uint32_t>(event.other)};
    const std::string node = node_name(struck);
    switch (kind) {
      case FaultKind::disconnect:
      case FaultKind::flapping:
      case FaultKind::lost_receipt:
        return say(event.time_us, node, "\"do\": \"disconnect\"");
      case FaultKind::reconnect_storm:
        return say(event.time_us, "everyone", "\"do\": \"disconnect\"");
      case FaultKind::half_open:
        return say(event.time_us, node, "\"do\": \"stall\"");
      case FaultKind::partition_up:
        return say(event.time_us, node, "\"do\": \"partition\", \"way\": \"up\"");
      case FaultKind::partition_down:
        return say(event.time_us, node, "\"do\": \"partition\", \"way\": \"down\"");
      case FaultKind::slow_reader:
        return say(event.time_us, node, "\"do\": \"read_slowly\"");
      case FaultKind::device_pause:
      case FaultKind::device_hidden:
        return say(event.time_us, node, "\"do\": \"pause\"");
      case FaultKind::device_suspend:
        return say(event.time_us, node, "\"do\": \"suspend\"");
      case FaultKind::device_logout:
        return say(event.time_us, node, "\"do\": \"lock\"");
      case FaultKind::slow_write:
        return begin_slow_write(event, struck);
      case FaultKind::store_wiped:
        wiped_us_[struck] = event.time_us;
        return say(event.time_us, node, "\"do\": \"wipe\"");
      case FaultKind::failed_write:
        return say_before(event.time_us, node, "\"do\": \"fail_writes\"");
      case FaultKind::disk_full:
        return say(event.time_us, node, "\"do\": \"fill_disk\"");
      case FaultKind::lost_unsynced:
        return say_before(event.time_us, node, "\"do\": \"crashes_leave\", \"unsynced\": \"lost\"");
      case FaultKind::torn_write:
        return say_before(event.time_us, node, "\"do\": \"crashes_leave\", \"unsynced\": \"torn\"");
      case FaultKind::device_crash:
      case FaultKind::server_crash:
        return;  // the crash itself is told
      case FaultKind::cache_unavailable:
        return say(event.time_us, "server", "\"do\": \"cache_down\"");
      case FaultKind::server_restart:
        return say(event.time_us, "server", "\"do\": \"stop\"");
      default:
        unspeakable_.insert(std::string(event.name));
    }
  }

  void retell_end(const TraceEvent& event) {
    const auto kind = static_cast<FaultKind>(event.number);
    const std::string node = node_name({static_cast<std::uint32_t>(event.other)});
    static const std::map<FaultKind, std::string_view> kVerbs{
        {FaultKind::half_open, "unstall"},          {FaultKind::partition_up, "unpartition"},
        {FaultKind::partition_down, "unpartition"}, {FaultKind::slow_reader, "read_normally"},
        {FaultKind::device_pause, "resume"},        {FaultKind::device_hidden, "resume"},
        {FaultKind::device_suspend, "resume"},      {FaultKind::device_logout, "unlock"},
        {FaultKind::disk_full, "disk_heals"}};
    if (kind == FaultKind::cache_unavailable) {
      return say(event.time_us, "server", "\"do\": \"cache_up\"");
    }
    const auto verb = kVerbs.find(kind);
    if (verb == kVerbs.end()) return;
    say(event.time_us, node, fmt::format("\"do\": \"{}\"", verb->second));
  }

  std::map<DeviceId, std::size_t> account_of_;
  std::set<DeviceId> on_at_first_;
  std::vector<Step> steps_;
  std::vector<Chat> chats_;
  std::set<std::string> unspeakable_;
  std::map<NodeId, std::size_t> composers_;  // without a chat so far: their steps
  std::map<NodeId, std::pair<Micros, std::size_t>> slow_writes_;  // since when, and their steps
  std::map<NodeId, Micros> wiped_us_;
  Micros end_us_ = -1;
};

std::string text_of_scenario(const FuzzCase& one, const RunPlan& plan, const Retelling& retelling,
                             std::string_view signature, std::string_view name, std::uint64_t seed,
                             Delays delays) {
  std::string accounts;
  for (std::size_t i = 0; i < plan.world.accounts.size(); ++i) {
    const AccountConfig& account = plan.world.accounts[i];
    accounts += fmt::format(
        "{}{{\"name\": \"person{}\", \"dialect\": \"{}\", \"suite\": \"{}\"}}", i == 0 ? "" : ", ",
        i, account.dialect == Dialect::field ? "field" : "sealed",
        account.suite == crypto::Suite::aes256_gcm ? "aes-256-gcm" : "xchacha20-poly1305");
  }
  const std::string network =
      delays == Delays::shortest
          ? fmt::format("  \"network\": {{\"delay\": \"{}\", \"jitter\": \"0ms\"}},\n",
                        duration_text(plan.world.network.up.quantiles_us.front()))
          : std::string();
  return fmt::format(
      "{{\n  \"format\": \"draftproof-scenario/1\",\n  \"name\": {},\n"
      "  \"story\": {},\n  \"covers\": [\"FLOW-sync\"],\n  \"seeds\": \"{}\",\n"
      "  \"accounts\": [{}],\n  \"devices\": [{}],\n  \"chats\": [{}],\n{}  \"steps\": [{}\n  "
      "]\n}}\n",
      json_quoted(name),
      json_quoted(
          fmt::format("Found by fuzzing (mix {}, seed {}): {}.", one.mix, one.seed, signature)),
      seed, accounts, retelling.devices(plan), retelling.chats(), network, retelling.steps());
}

bool breaks(const Scenario& scenario, std::uint64_t seed, std::string_view law) {
  PlayOptions options;
  options.seed = seed;
  const Played played = play(scenario, options);
  return std::ranges::any_of(played.record.violations, [&](const ReportedViolation& violation) {
    return violation.rule == law;
  });
}

}  // namespace

std::expected<std::string, std::string> retold(const FuzzCase& one, std::string_view signature,
                                               std::string_view scenario_name, std::uint64_t seed,
                                               Delays delays) {
  if (!is_one_run(one)) return std::unexpected("a scenario is one run, and this is none");
  const RunPlan plan = plan_of(one);
  Retelling retelling;
  JudgeOptions options;
  options.watchers.push_back(&retelling);
  judge(plan, options);
  if (!retelling.unspeakable().empty()) {
    return std::unexpected(
        fmt::format("the scenario language has no words for {}", *retelling.unspeakable().begin()));
  }
  return text_of_scenario(one, plan, retelling, signature, scenario_name, seed, delays);
}

std::expected<std::string, std::string> promoted(const FuzzCase& one, std::string_view signature,
                                                 std::string_view scenario_name) {
  const std::string_view law = signature.substr(0, signature.find('/'));
  for (const Delays delays : {Delays::shortest, Delays::drawn}) {
    for (std::uint64_t seed = 1; seed <= kSeedsTried; ++seed) {
      auto text = retold(one, signature, scenario_name, seed, delays);
      if (!text) return text;
      const auto scenario = bind_scenario("promoted.json", scenario_name, *text);
      if (!scenario) return std::unexpected(scenario.error().front().text());
      if (breaks(*scenario, seed, law)) return text;
    }
  }
  return std::unexpected(
      "the same acts do not fail as a scenario: the race needs delays that only the tape can say");
}

}  // namespace dp::sim
