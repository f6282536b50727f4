// Seeded random histories of many devices, judged by the laws of the simulator and shrunk.
#include <algorithm>

#include "conformance/suites/server/history_player.h"
#include "conformance/suites/server/history_shrink.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

constexpr std::int64_t kWindowMs = 1'000;
constexpr std::int64_t kDefaultWindowMs = 30'000;
constexpr std::size_t kTriesMax = 60;
constexpr Micros kShrinkUs = 8 * kSecond;
constexpr std::size_t kStoryActionsMax = 14;  // in the result; all of it is in the transcript

// A law broken by a history, or a conversation that could not be brought to its end.
struct Breach {
  LawBroken law;
  bool thrown = false;
  CaseOver over;
  bool is_like(const Breach& other) const {
    return law.law == other.law.law && thrown == other.thrown && over.tag == other.over.tag;
  }
};

class HistoryCase {
 public:
  HistoryCase(Bench& bench, HistoryShape shape)
      : bench_(bench), shape_(shape), seed_(bench.party().vault().draw()) {}

  void play() {
    choose_subject();
    const History history = draw_history(seed_, shape_);
    bench_.book().write("the history: " + described(history));
    const std::optional<Breach> breach = breach_of(history);
    if (!breach) return;
    const Micros until_us = net::Loop::now().monotonic_us + kShrinkUs;
    const History small =
        shrink_history(history, {.breaks =
                                     [&](const History& one) {
                                       const auto found = breach_of(one);
                                       return found && found->is_like(*breach);
                                     },
                                 .is_over =
                                     [&] {
                                       return bench_.patience().is_over() ||
                                              net::Loop::now().monotonic_us > until_us;
                                     },
                                 .tries_max = kTriesMax - tries_});
    tell(history, small, *breach);
  }

 private:
  // A program of the case's own, with accounts for every try; or the server there is.
  void choose_subject() {
    if (!bench_.subject().is_program()) {
      subject_ = &bench_.subject();
      for (Party* one : {&bench_.party(), &bench_.stranger(), &bench_.field_party()}) {
        accounts_.push_back(one->account());
      }
      return;
    }
    SubjectOrder order = bench_.another_order("histories");
    order.accounts.clear();
    for (std::size_t i = 0; i < kTriesMax; ++i) {
      for (const char* kind : {"own", "other", "field"}) {
        SubjectAccount one;
        one.name = kind + std::to_string(i);
        one.field = std::string_view(kind) == "field";
        one.tokens = {bench_.party().vault().draw_hex(16)};
        order.accounts.push_back(std::move(one));
      }
    }
    if (shape_.kills) order.limits["persistence_window_ms"] = kWindowMs;
    subject_ = &bench_.start(std::move(order));
    accounts_ = subject_->order().accounts;
  }

  std::vector<SubjectAccount> accounts_of_a_try() const {
    const std::size_t first = tries_ * kHistoryAccounts % accounts_.size();
    return {accounts_.begin() + static_cast<std::ptrdiff_t>(first),
            accounts_.begin() + static_cast<std::ptrdiff_t>(first + kHistoryAccounts)};
  }

  std::optional<Breach> breach_of(const History& history) {
    const Micros window_us = (shape_.kills ? kWindowMs : kDefaultWindowMs) * kMillisecond;
    HistoryPlayer player({.bench = &bench_,
                          .subject = subject_,
                          .accounts = accounts_of_a_try(),
                          .seed = seed_ + ++tries_ * 1'000,
                          .window_us = window_us});
    try {
      if (auto broken = judge_history(player.play(history), window_us)) {
        return Breach{std::move(*broken), false, {}};
      }
    } catch (const CaseOver& over) {
      // What was heard until then may say more than that it ended.
      if (auto broken = judge_history(player.record(), window_us)) {
        return Breach{std::move(*broken), false, {}};
      }
      revive();
      return Breach{{"liveness", over.requirement, over.expected, over.actual}, true, over};
    }
    return std::nullopt;
  }

  // The next try is to find a server.
  void revive() {
    if (subject_->is_program() && !subject_->alive()) {
      const auto launched = subject_->launch();
      if (!launched) bench_.book().write("it does not start again: " + launched.error().detail);
    }
  }

  void tell(const History& history, const History& small, const Breach& breach) {
    std::vector<std::string>& transcript = bench_.book().transcript;
    std::vector<std::string> story = {"law: " + breach.law.law,
                                      "shrunk from " + std::to_string(history.size()) + " to " +
                                          std::to_string(small.size()) + " actions in " +
                                          std::to_string(tries_) + " tries:"};
    for (const HistoryAction& one : small) story.push_back("  " + described(one));
    story.emplace_back("the last of what was said:");
    const std::size_t room = CaseBook::kLinesMax - std::min(CaseBook::kLinesMax, story.size());
    if (transcript.size() > room) {
      transcript.erase(transcript.begin(), transcript.end() - static_cast<std::ptrdiff_t>(room));
    }
    transcript.insert(transcript.begin(), story.begin(), story.end());
    const History shown(small.begin(), small.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                           small.size(), kStoryActionsMax)));
    const std::string more = shown.size() < small.size() ? "; ..." : "";
    throw CaseOver{breach.thrown ? breach.over.verdict : Verdict::fail, breach.law.law,
                   breach.law.expected,
                   breach.law.actual + " (" + std::to_string(small.size()) +
                       " actions: " + described(shown) + more + ")",
                   breach.law.requirement};
  }

  Bench& bench_;
  HistoryShape shape_;
  std::uint64_t seed_;
  Subject* subject_ = nullptr;
  std::vector<SubjectAccount> accounts_;
  std::size_t tries_ = 0;
};

std::function<void(Bench&)> a_history(HistoryShape shape) {
  return [shape](Bench& bench) { HistoryCase(bench, shape).play(); };
}

const std::vector<std::string> kLaws = {
    "DP-VER-001",  "DP-VER-010",   "DP-VER-021",   "DP-VER-030",  "DP-VER-031",
    "DP-CONN-011", "DP-DEL-003",   "DP-MSG-001",   "DP-MSG-003",  "DP-READ-002",
    "DP-WIRE-019", "DP-FRAME-020", "DP-FRAME-041", "DP-FRAME-042"};

}  // namespace

std::vector<ServerCase> server_history_cases() {
  std::vector<ServerCase> all;
  for (int i = 1; i <= 4; ++i) {
    all.push_back(server_case("DP-VER-002/history-" + std::to_string(i),
                              "Devices that race keep to the laws",
                              a_history({.actions = 70, .kills = false}), kLaws));
  }
  std::vector<std::string> durable = kLaws;
  durable.insert(durable.end(), {"DP-PERS-001", "DP-DEL-001", "DP-CONN-019"});
  for (int i = 1; i <= 3; ++i) {
    all.push_back(server_case("DP-RUN-002/history-" + std::to_string(i),
                              "Devices keep to the laws while the server is killed",
                              a_history({.actions = 40, .kills = true}), durable));
    all.back().about.level = "S2";
    all.back().about.needs = {"program"};
  }
  return all;
}

}  // namespace dp::conformance
