#include "sim/two_run/two_run.h"

#include <algorithm>
#include <vector>

#include "sim/tape/tape.h"
#include "sim/two_run/envelope_ledger.h"

namespace dp::sim {
namespace {

// What an adversary outside the devices sees of one run.
class ServerView : public Observer {
 public:
  explicit ServerView(TwoRunMode mode) : mode_(mode) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (event.kind == EventKind::cipher_seal) ledger_.sealed(event, world);
    if (event.kind == EventKind::person && event.name == "edited") {
      typed_.emplace_back(event.bytes);
    }
    if (is_visible(event)) seen(event);
  }

  const std::vector<std::string>& typed() const { return typed_; }
  const EnvelopeLedger& ledger() const { return ledger_; }

 protected:
  // `bytes` is what is compared: masked in Mode R.
  struct Line {
    TraceEvent event;
    std::string name;
    std::string bytes;
  };
  virtual void seen_line(Line line) = 0;

 private:
  static bool is_visible(const TraceEvent& event) {
    if (event.node == kServerNode) return true;
    switch (event.kind) {
      case EventKind::frame_sent:
      case EventKind::conn_asked:
      case EventKind::conn_closed:
      case EventKind::log:
        return true;
      default:
        return false;
    }
  }

  void seen(const TraceEvent& event) {
    Line line{event, std::string(event.name), {}};
    line.event.sequence = ordinal_++;  // the real one counts what happens inside devices too
    line.event.detail = {};
    line.bytes = mode_ == TwoRunMode::real ? ledger_.masked(event.bytes) : std::string(event.bytes);
    seen_line(std::move(line));
  }

  TwoRunMode mode_;
  EnvelopeLedger ledger_;
  std::vector<std::string> typed_;
  std::uint64_t ordinal_ = 0;
};

class FirstRun : public ServerView {
 public:
  using ServerView::ServerView;
  using Lines = std::vector<Line>;
  const Lines& lines() const { return lines_; }

 private:
  void seen_line(Line line) override { lines_.push_back(std::move(line)); }
  Lines lines_;
};

std::string told(const TraceEvent& event, std::string_view name, std::string_view bytes) {
  TraceEvent whole = event;
  whole.name = name;
  whole.bytes = bytes;
  return line_of(whole);
}

// The key of the JSON member in which two texts part, or where they do.
std::string field_of(std::string_view first, std::string_view second) {
  const auto at = static_cast<std::size_t>(
      std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first -
      first.begin());
  const std::size_t end = first.substr(0, at).rfind("\":");
  if (end == std::string_view::npos) return "bytes at " + std::to_string(at);
  const std::size_t start = first.substr(0, end).rfind('"');
  return "bytes, field " + std::string(first.substr(start + 1, end - start - 1));
}

// Compares as it goes, and stops at the first difference.
class SecondRun : public ServerView {
 public:
  SecondRun(TwoRunMode mode, const FirstRun& first, bool sizes_may_differ, TwoRunResult& result)
      : ServerView(mode),
        first_run_(first),
        first_(first.lines()),
        sizes_may_differ_(sizes_may_differ),
        result_(result) {}
  bool has_ended() const { return ended_; }
  std::size_t seen_lines() const { return next_; }

 private:
  void seen_line(Line line) override {
    if (ended_) return;
    if (next_ == first_.size()) return differ("the first run is over", nullptr, line);
    const Line& other = first_[next_];
    ++next_;
    const std::string field = differing_field(other, line);
    if (field.empty()) {
      ++result_.compared;
    } else if (sizes_may_differ_ && is_declassified(other, line)) {
      result_.declassified = true;
      ended_ = true;
    } else {
      differ(field, &other, line);
    }
  }

  static std::string differing_field(const Line& a, const Line& b) {
    if (a.event.time_us != b.event.time_us) return "time_us";
    if (a.event.node != b.event.node) return "node";
    if (a.event.kind != b.event.kind) return "kind";
    if (a.event.number != b.event.number) return "number";
    if (a.name != b.name) return "name";
    if (a.bytes != b.bytes) return field_of(a.bytes, b.bytes);
    if (a.event.other != b.event.other) return "other";
    return {};
  }

  // The same frame but for the size bucket or the kind of an envelope in it.
  bool is_declassified(const Line& a, const Line& b) const {
    const bool same = a.event.time_us == b.event.time_us && a.event.node == b.event.node &&
                      a.event.kind == b.event.kind && a.event.number == b.event.number;
    if (!same || a.event.kind != EventKind::frame_sent || !is_device(a.event.node)) return false;
    const auto is_change = [](std::string_view name) {
      return name == "update_draft" || name == "delete_draft" || name == "sync_offline_changes";
    };
    if (a.name != b.name) return is_change(a.name) && is_change(b.name);
    const auto plain = [](const ServerView& view, const Line& line) {
      return EnvelopeLedger::without_sizes(view.ledger().masked(line.bytes));
    };
    return a.bytes != b.bytes && plain(first_run_, a) == plain(*this, b);
  }

  void differ(std::string field, const Line* first, const Line& second) {
    ended_ = true;
    ViewDifference difference;
    difference.ordinal = second.event.sequence;
    difference.field = std::move(field);
    if (first != nullptr) difference.first = told(first->event, first->name, first->bytes);
    difference.second = told(second.event, second.name, second.bytes);
    result_.difference = std::move(difference);
  }

  const FirstRun& first_run_;
  const FirstRun::Lines& first_;
  bool sizes_may_differ_;
  TwoRunResult& result_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

void add_ledger(const EnvelopeLedger& ledger, TwoRunResult& result) {
  result.recomputed += ledger.recomputed();
  result.masked_bytes += ledger.masked_bytes();
  if (result.problem.empty()) result.problem = ledger.problem();
}

}  // namespace

TwoRunResult compare_runs(const RunPlan& first_plan, const RunPlan& second_plan, TwoRunMode mode,
                          bool sizes_may_differ) {
  TwoRunResult result;
  FirstRun first(mode);
  {
    GeneratedRun run(first_plan);
    run.world().attach(&first);
    run.finish();
    run.world().detach(&first);
  }
  SecondRun second(mode, first, sizes_may_differ, result);
  GeneratedRun run(second_plan);
  run.world().attach(&second);
  run.finish_until([&] { return second.has_ended(); });
  run.world().detach(&second);
  result.decisions = run.world().tape().log();
  result.ended_us = run.world().now_us();

  if (!second.has_ended() && second.seen_lines() < first.lines().size()) {
    const auto& line = first.lines()[second.seen_lines()];
    result.difference = ViewDifference{line.event.sequence, "the second run is over",
                                       told(line.event, line.name, line.bytes), ""};
  }
  const std::size_t texts = std::min(first.typed().size(), second.typed().size());
  for (std::size_t at = 0; at < texts; ++at) {
    if (first.typed()[at] != second.typed()[at]) ++result.texts;
  }
  if (mode == TwoRunMode::real) {
    add_ledger(first.ledger(), result);
    add_ledger(second.ledger(), result);
  }
  return result;
}

bool sizes_may_differ(PairFamily family) {
  return family == PairFamily::same_bucket || family == PairFamily::repetition ||
         family == PairFamily::overlap;
}

TwoRunResult two_run(std::uint64_t seed, const PairKind& kind) {
  return compare_runs(plan_of(seed, kind, 0), plan_of(seed, kind, 1), kind.mode,
                      sizes_may_differ(kind.family));
}

TwoRunResult two_run(std::uint64_t seed) {
  return two_run(seed, pair_kind(seed % kPairKindCount));
}

TwoRunResult compare_server_views(RunPlan plan, std::uint32_t first_secret,
                                  std::uint32_t second_secret) {
  plan.world.cipher = CipherMode::ideal;
  plan.people.secret = first_secret;
  RunPlan second = plan;
  second.people.secret = second_secret;
  return compare_runs(plan, second, TwoRunMode::ideal, false);
}

}  // namespace dp::sim
