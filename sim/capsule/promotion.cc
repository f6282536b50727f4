#include "sim/capsule/promotion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/player/player.h"
#include "sim/scenario/bind.h"
#include "sim/scenario/document.h"
#include "sim/scenario/duration.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kSeedsTried = 40;
constexpr std::size_t kPlaysWhileShortening = 600;

// A run in the words of a scenario; what is shortened are its steps.
struct Retold {
  std::string head;  // the file up to its steps, but for the seed
  std::vector<ToldStep> steps;
  Micros end_us = 0;
  std::set<std::string> unspeakable;  // left out
};

// What a deployment may choose and a generated one does, if it is not the default.
std::string settings_of(const RunPlan& plan) {
  const server::Config& chosen = plan.world.server;
  const server::Config usual;
  std::string out;
  const auto add = [&](std::string_view key, const std::string& value) {
    out += fmt::format("{}\"{}\": {}", out.empty() ? "" : ", ", key, value);
  };
  if (chosen.max_draft_chars != usual.max_draft_chars) {
    add("MAX_DRAFT_CHARS", std::to_string(chosen.max_draft_chars));
  }
  if (chosen.initial_sync_page != usual.initial_sync_page) {
    add("initial_sync_page", std::to_string(chosen.initial_sync_page));
  }
  if (chosen.persistence_window_us != usual.persistence_window_us) {
    add("persistence_window", fmt::format("\"{}\"", duration_text(chosen.persistence_window_us)));
  }
  return out.empty() ? "" : fmt::format("  \"settings\": {{\"server\": {{{}}}}},\n", out);
}

std::string accounts_of(const RunPlan& plan) {
  std::string out;
  for (std::size_t i = 0; i < plan.world.accounts.size(); ++i) {
    const AccountConfig& account = plan.world.accounts[i];
    out += fmt::format(
        "{}{{\"name\": \"person{}\", \"dialect\": \"{}\", \"suite\": \"{}\"}}", i == 0 ? "" : ", ",
        i, account.dialect == Dialect::field ? "field" : "sealed",
        account.suite == crypto::Suite::aes256_gcm ? "aes-256-gcm" : "xchacha20-poly1305");
  }
  return out;
}

std::string head_of(const FuzzCase& one, const RunPlan& plan, const Retelling& retelling,
                    std::string_view signature, std::string_view name, Delays delays) {
  const std::string network =
      delays == Delays::shortest
          ? fmt::format("  \"network\": {{\"delay\": \"{}\", \"jitter\": \"0ms\"}},\n",
                        duration_text(plan.world.network.up.quantiles_us.front()))
          : std::string();
  const std::string healed = retelling.healed();
  return fmt::format(
      "{{\n  \"format\": \"draftproof-scenario/1\",\n  \"name\": {},\n"
      "  \"story\": {},\n  \"covers\": [\"FLOW-sync\"],\n{}"
      "  \"accounts\": [{}],\n  \"devices\": [{}],\n  \"chats\": [{}],\n{}{}",
      json_quoted(name),
      json_quoted(
          fmt::format("Found by fuzzing (mix {}, seed {}): {}.", one.mix, one.seed, signature)),
      settings_of(plan), accounts_of(plan), retelling.devices(plan), retelling.chats(), network,
      healed.empty() ? "" : fmt::format("  \"heal\": [{}],\n", healed));
}

std::string text_of(const Retold& retold, std::uint64_t seed) {
  return fmt::format("{}  \"seeds\": \"{}\",\n  \"steps\": [{}\n  ]\n}}\n", retold.head, seed,
                     steps_text(retold.steps, retold.end_us));
}

std::expected<Retold, std::string> retelling_of(const FuzzCase& one, std::string_view signature,
                                                std::string_view name, Delays delays) {
  if (!is_one_run(one)) return std::unexpected("a scenario is one run, and this is none");
  const RunPlan plan = plan_of(one);
  Retelling retelling(delays);
  JudgeOptions options;
  options.watchers.push_back(&retelling);
  judge(plan, options);
  return Retold{head_of(one, plan, retelling, signature, name, delays), retelling.steps(),
                retelling.end_us(), retelling.unspeakable()};
}

// One seed of one retelling, as a scenario that breaks a law or does not.
class Trial {
 public:
  Trial(std::string_view name, std::string_view law, std::uint64_t seed)
      : name_(name), law_(law), seed_(seed) {}

  bool fails(const Retold& retold) const {
    const auto scenario = bind_scenario("promoted.json", name_, text_of(retold, seed_));
    if (!scenario) return false;
    PlayOptions options;
    options.seed = seed_;
    const Played played = play(*scenario, options);
    return played.record.status == RunStatus::failed &&
           std::ranges::any_of(played.record.violations, [&](const ReportedViolation& violation) {
             return violation.rule == law_;
           });
  }
  // Fewer and fewer steps at once are left out, as long as the law stays broken without them.
  Retold shortened(Retold retold) const {
    std::size_t plays = 0;
    for (std::size_t many = std::max<std::size_t>(1, retold.steps.size() / 2);; many /= 2) {
      for (std::size_t from = retold.steps.size(); from > 0 && plays < kPlaysWhileShortening;) {
        const std::size_t first = from > many ? from - many : 0;
        Retold less = retold;
        less.steps.erase(less.steps.begin() + static_cast<std::ptrdiff_t>(first),
                         less.steps.begin() + static_cast<std::ptrdiff_t>(from));
        ++plays;
        if (fails(less)) retold = std::move(less);
        from = first;
      }
      if (many <= 1) return retold;
    }
  }

 private:
  std::string_view name_;
  std::string_view law_;
  std::uint64_t seed_;
};

}  // namespace

std::expected<std::string, std::string> retold(const FuzzCase& one, std::string_view signature,
                                               std::string_view scenario_name, std::uint64_t seed,
                                               Delays delays) {
  const auto told = retelling_of(one, signature, scenario_name, delays);
  if (!told) return std::unexpected(told.error());
  return text_of(*told, seed);
}

std::expected<std::string, std::string> promoted(const FuzzCase& one, std::string_view signature,
                                                 std::string_view scenario_name) {
  const std::string_view law = signature.substr(0, signature.find('/'));
  std::set<std::string> unspeakable;
  for (const Delays delays : {Delays::shortest, Delays::drawn}) {
    const auto told = retelling_of(one, signature, scenario_name, delays);
    if (!told) return std::unexpected(told.error());
    unspeakable = told->unspeakable;
    const auto bound = bind_scenario("promoted.json", scenario_name, text_of(*told, 1));
    if (!bound) return std::unexpected(bound.error().front().text());
    // With the seed of the run clients draw the same ids and the same pauses before connecting.
    for (std::uint64_t turn = 0; turn <= kSeedsTried; ++turn) {
      const std::uint64_t seed = turn == 0 ? one.seed : turn;
      const Trial trial(scenario_name, law, seed);
      if (trial.fails(*told)) return text_of(trial.shortened(*told), seed);
    }
  }
  if (!unspeakable.empty()) {
    return std::unexpected(fmt::format(
        "the scenario language has no words for {}, and without that the same acts do not fail",
        *unspeakable.begin()));
  }
  return std::unexpected(
      "the same acts do not fail as a scenario: the race needs delays that only the tape can say");
}

}  // namespace dp::sim
