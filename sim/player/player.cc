#include "sim/player/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "sim/oracles/oracle_set.h"
#include "sim/player/handlers.h"
#include "sim/player/narrator.h"
#include "sim/player/stage.h"
#include "sim/trace/digest.h"
#include "sim/world/foreign_plan.h"

namespace dp::sim {
namespace {

// Writes every event as a line of draftproof-trace/1.
class TraceWriter : public Observer {
 public:
  void observe(const TraceEvent& event, const World&) override {
    text_ += line_of(event);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

WorldConfig config_of(const Scenario& scenario, const PlayOptions& options) {
  WorldConfig config = scenario.world;
  config.seed = options.seed;
  config.cipher = options.cipher;
  for (const ScenarioDevice& device : scenario.devices) config.devices.push_back(device.config);
  if (options.clients != nullptr) hand_over(config, *options.clients);
  return config;
}

std::vector<DeviceId> ids_of(const std::vector<std::size_t>& devices) {
  std::vector<DeviceId> out;
  for (const std::size_t device : devices) out.push_back({static_cast<std::uint32_t>(device)});
  return out;
}

// One run of one scenario.
class Performance {
 public:
  Performance(const Scenario& scenario, const PlayOptions& options)
      : scenario_(scenario),
        options_(options),
        stage_(scenario, config_of(scenario, options)),
        oracles_(options.clients == nullptr ? Clients::ours : Clients::foreign) {
    stage_.world().attach(&oracles_);
    if (options.keep_trace) stage_.world().attach(&trace_);
  }
  ~Performance() {
    World& world = stage_.world();
    world.detach(&oracles_);
    world.detach(&trace_);
    if (narrator_) world.detach(narrator_.get());
  }
  Performance(const Performance&) = delete;
  Performance& operator=(const Performance&) = delete;

  // Before perform(): also keeps the story up to an event.
  void narrate(std::uint64_t last_sequence) {
    narrator_ = std::make_unique<Narrator>(stage_, last_sequence);
    stage_.world().attach(narrator_.get());
  }
  std::vector<std::string> story() const { return narrator_->lines(); }

  Played perform() {
    World& world = stage_.world();
    perform_all(scenario_.steps);
    bool quiet = false;
    if (!stopped_) {
      world.heal(ids_of(scenario_.healed));
      quiet = world.quiesce();
      const std::uint64_t events = world.events();
      if (quiet) perform_all(scenario_.finally);
      if (quiet && world.events() != events) quiet = world.quiesce();
      oracles_.conclude(world, quiet);
    }
    return {record(), stopped_, oracles_.tallies(), trace_.take()};
  }

  std::uint64_t last_sequence_of(std::size_t violation) const { return sequences_[violation]; }

 private:
  bool ended() {
    if (!stopped_ && options_.stop && options_.stop()) stopped_ = true;
    return stopped_ || !error_.empty() || !violations_.empty();
  }

  void perform_all(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (ended() || oracles_.any_violation()) return;
      perform(step);
      stage_.learn_composed_chats();
    }
  }

  void perform(const Step& step) {
    if (const auto* wait = std::get_if<Wait>(&step.what)) {
      wait_for(wait->duration_us);
    } else if (const auto* action = std::get_if<Action>(&step.what)) {
      perform(step, *action);
    } else if (const auto* expectation = std::get_if<Expectation>(&step.what)) {
      expect(step, *expectation);
    } else if (const auto* repeat = std::get_if<Repeat>(&step.what)) {
      for (std::int64_t round = 1; round <= repeat->times && !ended(); ++round) {
        stage_.enter_round(round);
        perform_all(repeat->steps);
        stage_.leave_round();
      }
    } else {
      if (std::holds_alternative<Settle>(step.what)) stage_.world().heal();
      if (!stage_.world().quiesce()) {
        violate(step, "world", "something goes on for ever", "a world that becomes quiet",
                stage_.world().pending());
      }
    }
  }

  // In slices, so that whoever wants the run to stop is heard.
  void wait_for(Micros duration_us) {
    const Micros until_us = stage_.world().now_us() + duration_us;
    while (stage_.world().now_us() < until_us && !ended()) {
      stage_.world().run_until(std::min(until_us, stage_.world().now_us() + 6 * kHour));
    }
  }

  void perform(const Step& step, const Action& action) {
    last_action_ = fmt::format("{} {}", time_text(stage_.world().now_us()), step.source);
    if (action.devices.empty()) {
      const ServerHandler handler = find_server_handler(action.verb->name);
      const std::string why = handler(stage_, action);
      if (!why.empty()) impossible(step, "the server", action, why);
      return;
    }
    const DeviceHandler handler = find_device_handler(action.verb->name);
    for (const DeviceId device : ids_of(action.devices)) {
      const std::string why = handler(stage_, device, action);
      if (why.empty() || action.if_running) continue;
      return impossible(step, stage_.node_text(node_of(device)), action, why);
    }
  }

  void impossible(const Step& step, std::string_view who, const Action& action,
                  std::string_view why) {
    error_ = fmt::format("{}: {} cannot do \"{}\" at {}: {}", place(step.at), who,
                         action.verb->name, time_text(stage_.world().now_us()), why);
  }

  // ---- expectations
  struct Missed {
    std::string where;
    const Check* check = nullptr;
    Seen seen;
  };

  Seen seen_at(const Expectation& expectation, const Check& check, std::size_t device) const {
    if (expectation.devices.empty()) return seen_on_server(stage_, expectation, check);
    return seen_on_device(stage_, {static_cast<std::uint32_t>(device)}, check);
  }

  std::optional<Missed> missed(const Expectation& expectation) {
    std::vector<std::size_t> devices = expectation.devices;
    if (devices.empty()) devices.push_back(0);
    for (const std::size_t device : devices) {
      for (const Check& check : expectation.checks) {
        Seen seen = seen_at(expectation, check, device);
        if (all_hold(with_rounds(check.conditions), seen)) continue;
        const std::string where =
            expectation.devices.empty() ? "server" : scenario_.devices[device].name;
        return Missed{where, &check, std::move(seen)};
      }
    }
    return std::nullopt;
  }

  std::vector<Condition> with_rounds(std::vector<Condition> conditions) const {
    for (Condition& condition : conditions) {
      if (auto* text = std::get_if<std::string>(&condition.operand)) {
        *text = stage_.with_round(*text);
      } else if (auto* texts = std::get_if<std::vector<std::string>>(&condition.operand)) {
        for (std::string& item : *texts) item = stage_.with_round(item);
      }
    }
    return conditions;
  }

  void expect(const Step& step, const Expectation& expectation) {
    comparisons_ += expectation.checks.size();
    std::optional<Missed> miss = missed(expectation);
    if (miss && expectation.within_us) {
      World& world = stage_.world();
      const Micros limit_us = world.now_us() + *expectation.within_us;
      while (miss && world.next_event_us() && *world.next_event_us() <= limit_us) {
        if (!world.step()) break;
        stage_.learn_composed_chats();
        miss = missed(expectation);
      }
      if (miss && world.now_us() < limit_us) world.run_until(limit_us);
    }
    if (!miss) return;
    const Check& check = *miss->check;
    const std::string what = check.key.empty()
                                 ? std::string(check.spec->name)
                                 : fmt::format("{} of {}", check.spec->name, check.key);
    violate(step, miss->where, what,
            fmt::format("{} to be {}", what, in_words(with_rounds(check.conditions))),
            in_words(miss->seen), check.at);
  }

  void violate(const Step& step, std::string_view where, std::string_view what,
               std::string expected, std::string seen, std::optional<Position> at = {}) {
    ReportedViolation out;
    out.rule = "expectation";
    out.signature = fmt::format("expectation/{}/{}", what, where);
    out.time_us = stage_.world().now_us();
    out.where = std::string(where);
    out.place = place(at.value_or(step.at));
    out.action = last_action_;
    out.expected = std::move(expected);
    out.seen = std::move(seen);
    violations_.push_back(std::move(out));
    sequences_.push_back(stage_.tally().last_sequence());
  }

  std::string place(Position at) const {
    return fmt::format("{}:{}:{}", scenario_.file, at.line, at.column);
  }

  // ---- the record
  static bool is_vacuous(const Violation& violation) {
    return violation.oracle == "compared_nothing" || violation.site == "compared_nothing";
  }

  RunRecord record() {
    const World& world = stage_.world();
    bool broken = false;
    for (const Violation& violation : oracles_.violations()) {
      ReportedViolation out;
      out.rule = violation.oracle;
      out.signature = violation.signature();
      out.time_us = violation.time_us;
      out.where = violation.node ? stage_.node_text(*violation.node) : "world";
      out.action = last_action_;
      out.expected = violation.expected;
      out.seen = violation.seen;
      violations_.push_back(std::move(out));
      sequences_.push_back(violation.sequence);
      broken = broken || !is_vacuous(violation);
    }
    broken = broken || (!violations_.empty() && violations_.front().rule == "expectation");
    RunRecord out;
    out.name = scenario_.name;
    out.file = scenario_.file;
    out.seed = options_.seed;
    out.error = error_;
    if (error_.empty() && !broken && !violations_.empty()) {
      out.error =
          fmt::format("{} applied to this run and compared nothing", violations_.front().rule);
    }
    out.status = broken               ? RunStatus::failed
                 : !out.error.empty() ? RunStatus::error
                                      : RunStatus::passed;
    out.events = world.events();
    out.simulated_us = world.now_us();
    out.digest = text_of(world.digest());
    out.comparisons = comparisons_ + oracles_.comparisons();
    out.violations = violations_;
    return out;
  }

  const Scenario& scenario_;
  const PlayOptions& options_;
  Stage stage_;
  OracleSet oracles_;
  TraceWriter trace_;
  std::unique_ptr<Narrator> narrator_;
  std::vector<ReportedViolation> violations_;
  std::vector<std::uint64_t> sequences_;  // of the event that showed each violation
  std::string last_action_;
  std::string error_;
  std::uint64_t comparisons_ = 0;
  bool stopped_ = false;
};

}  // namespace

Played play(const Scenario& scenario, const PlayOptions& options) {
  Performance performance(scenario, options);
  Played played = performance.perform();
  if (played.stopped || played.record.violations.empty()) return played;
  // What led to the first violation is seen by playing the same run again with a narrator.
  PlayOptions again = options;
  again.keep_trace = false;
  Performance retold(scenario, again);
  retold.narrate(performance.last_sequence_of(0));
  const Played second = retold.perform();
  played.stopped = second.stopped;
  played.record.violations.front().story = retold.story();
  return played;
}

}  // namespace dp::sim
