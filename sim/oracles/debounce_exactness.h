// The pause after which text is saved, to the microsecond.
//
// Law: after a change of the text, with no further change and no flush (blur, hidden, close, chat
// switch, clear, send), the device's timer fires exactly one debounce later on its monotonic clock,
// and no save of that text is durable before.
// Does not check: how long sealing and writing take after the timer, devices that were frozen,
// locked or killed meanwhile, nor a text that was asked to be saved once before.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class DebounceExactness : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  struct Editor {
    bool open = false;
    bool composer = false;
    bool locked = false;
    std::optional<Micros> due_us;  // monotonic; of the last change, if nothing flushed it since
    std::string text;
    std::set<std::string> asked;  // texts whose pause has ended or that something flushed
    bool owed = false;            // one of them was not seen saved yet

    void ask() {
      asked.insert(text);
      owed = true;
    }
    // Typed again while it was being written. What was sent meanwhile may be gone from it.
    bool has_asked_for(const std::vector<std::string_view>& lines) const {
      return std::ranges::any_of(asked, [&](const std::string& earlier) {
        const std::vector<std::string_view> said = draft::split_lines(earlier);
        return std::ranges::all_of(lines, [&](std::string_view line) {
          return std::ranges::find(said, line) != said.end();
        });
      });
    }
    // When its pause ends is not judged any more. It ends all the same.
    void stop_judging_pause() {
      if (std::exchange(due_us, std::nullopt)) ask();
    }
  };
  void person_did(const TraceEvent& event, const World& world, Editor& editor);
  void judge_time(const TraceEvent& event, const World& world, Editor& editor);

  std::map<DeviceId, Editor> editors_;
  bool paused_any_ = false;  // somebody paused long enough for the law to bite
};

}  // namespace dp::sim
