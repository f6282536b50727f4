// A small model of one slot: a few devices that save, clear and send, a server that keeps one head,
// and the rules of reconciliation between them. It drives the pure draft code through whole
// histories and says, in words, which law a history broke.
//
// The model's server is the sealed rule alone: a write is accepted if it was made on the current
// head. It can lose its newest heads (a restored backup). Receipts can be lost, stores cloned,
// devices restarted (a fresh writer id).
// Does not: know frames, envelopes, timing or limits other than MergeLimits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/draft/draft.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"
#include "tests/core/draft/edits.h"

namespace dp::draft::test {

class History {
 public:
  explicit History(std::size_t devices, MergeLimits limits = {}) : limits_(limits) {
    for (std::size_t i = 0; i < devices; ++i) {
      devices_.push_back({});
      restart(devices_.back());
    }
  }

  void perform(const Step& step) {
    Device& device = devices_[step.device % devices_.size()];
    switch (step.act) {
      case Act::clear:
        return consume(device, Operation::clear);
      case Act::send:
        return consume(device, Operation::sent);
      case Act::fetch:
        return fetch(device);
      case Act::push:
        return push(device, true);
      case Act::push_unheard:
        return push(device, false);
      case Act::restart:
        return restart(device);
      case Act::clone:
        return clone(devices_[step.place % devices_.size()], device);
      case Act::server_loss:
        return lose_heads(step.place % 3);
      case Act::retype_line:
        retype(device, step.place);
        return;
      default:
        return save(device, edited(texts_in(device), step));
    }
  }

  // Everyone online until nobody has anything to say. In each round all devices look first and
  // then write, so that several resolve the same conflict at once.
  void quiesce() {
    const std::size_t writes_before = writes_;
    std::size_t rounds = 0;
    for (bool busy = true; busy && rounds <= 2 * devices_.size() + 2; ++rounds) {
      const std::size_t changes_before = changes_;
      for (Device& device : devices_) fetch(device);
      for (Device& device : devices_) push(device, true);
      busy = changes_ != changes_before;
    }
    last_writes_ = writes_ - writes_before;
    if (rounds > 2 * devices_.size() + 2) complain("devices keep changing: they play ping-pong");
    if (last_writes_ > 2 * devices_.size() - 1) complain("more than 2D-1 writes to settle");
    check_convergence();
    check_nothing_lost();
    check_nothing_returned();
  }

  // The first law that was broken, or "".
  const std::string& complaint() const { return complaint_; }
  std::size_t copies_ever() const { return copies_ever_; }
  std::size_t merges() const { return merges_; }
  std::size_t conflicts() const { return conflicts_; }
  const Draft* head() const { return current_ ? &heads_[*current_] : nullptr; }

 private:
  struct Device {
    WriterId writer;
    std::uint64_t sequence = 0;
    std::optional<Draft> local;
    std::vector<Draft> ancestors;     // newest first
    std::optional<std::size_t> seen;  // the head this device believes current
    std::vector<Copy> archive;
  };

  static constexpr std::size_t kAncestorsMax = 4;

  void complain(const std::string& what) {
    if (complaint_.empty()) complaint_ = what;
  }

  // ---- people -----------------------------------------------------------------------------------
  static Texts texts_in(const Device& device) {
    return device.local ? texts_of(device.local->lines) : Texts{};
  }

  static const Draft* local_of(const Device& device) {
    return device.local ? &*device.local : nullptr;
  }

  static std::uint64_t next_clock(const Device& device) {
    return device.local ? device.local->logical_clock + 1 : 1;
  }

  static bool has(const Lines& lines, const Line& line) {
    return std::ranges::find(lines, line) != lines.end();
  }

  void save(Device& device, const Texts& texts) {
    const std::string text = text_from(texts);
    if (text.empty()) return consume(device, Operation::clear);
    const Draft* before = local_of(device);
    const Dot dot{device.writer, ++device.sequence};
    Draft after = saved(before, text, dot, next_clock(device));
    if (text_of(after) != text) complain("a save changed the text");
    if (before != nullptr) {
      for (const Line& line : before->lines) {
        if (!has(after.lines, line)) removed_.insert(line);
      }
    }
    for (const Line& line : after.lines) ever_saved_.insert(line);
    replace_local(device, std::move(after));
  }

  void retype(Device& device, std::uint8_t place) {
    const Texts before = texts_in(device);
    if (before.size() < 2) return;
    save(device, edited(before, {Act::delete_line, 0, place, 0}));
    save(device, before);
  }

  void consume(Device& device, Operation operation) {
    const Draft* before = local_of(device);
    if (before == nullptr) return;
    archive(device, before->copies);
    const Dot dot{device.writer, ++device.sequence};
    Draft after = consumed(before, operation, dot, next_clock(device));
    all_cleared_.join(after.cleared);
    replace_local(device, std::move(after));
  }

  // ---- devices and the server -------------------------------------------------------------------
  void restart(Device& device) {
    device.writer = {(++writers_ * 0x9E3779B97F4A7C15ull) | 1};  // ids in no particular order
    device.sequence = 0;
  }

  void clone(const Device& from, Device& to) {
    if (&from == &to || !covered_by_head(to)) return;
    std::vector<Copy> kept = std::move(to.archive);
    to = from;
    to.archive = std::move(kept);
    restart(to);
  }

  bool covered_by_head(const Device& device) const {
    if (!device.local) return true;
    return current_ && heads_[*current_].vv.covers(device.local->vv);
  }

  // Heads nobody else holds would be lost for real, so a device must still cover what goes.
  void lose_heads(std::size_t count) {
    if (!current_ || *current_ < count) return;
    for (std::size_t gone = *current_ + 1 - count; gone <= *current_; ++gone) {
      const bool held = std::ranges::any_of(devices_, [&](const Device& device) {
        return device.local && device.local->vv.covers(heads_[gone].vv);
      });
      if (!held) return;
    }
    *current_ -= count;
  }

  void archive(Device& device, const std::vector<Copy>& copies) {
    device.archive.insert(device.archive.end(), copies.begin(), copies.end());
  }

  void replace_local(Device& device, Draft draft) {
    if (!device.local || !(*device.local == draft)) ++changes_;
    check_normal_form(draft);
    copies_ever_ += draft.copies.size();
    device.local = std::move(draft);
  }

  static void remember(Device& device, const Draft& ancestor) {
    std::erase(device.ancestors, ancestor);
    device.ancestors.insert(device.ancestors.begin(), ancestor);
    if (device.ancestors.size() > kAncestorsMax) device.ancestors.pop_back();
  }

  void fetch(Device& device) {
    if (!current_) {
      device.seen.reset();
      return;
    }
    const Draft& remote = heads_[*current_];
    const Reconciled decided = reconcile(local_of(device), remote, device.ancestors, limits_);
    archive(device, decided.displaced);
    if (decided.verdict == Verdict::merge) {
      ++merges_;
      conflicts_ += decided.conflict ? 1 : 0;
      note_joined_lines(*device.local, remote, decided.draft);
      check_merge_is_final(*device.local, remote, decided.draft);
    }
    replace_local(device, decided.draft);
    remember(device, remote);
    device.seen = current_;
  }

  void push(Device& device, bool heard) {
    if (!device.local) return;
    if (device.seen && heads_[*device.seen].vv.covers(device.local->vv)) return;
    if (device.seen != current_) return fetch(device);  // draft_conflict
    heads_.push_back(*device.local);
    current_ = heads_.size() - 1;
    ++writes_;
    ++changes_;
    remember(device, *device.local);
    if (heard) device.seen = current_;
  }

  // ---- laws -------------------------------------------------------------------------------------
  // Two lines of one text became one: whoever asks for the dropped dot is shown the kept one. A
  // kept dot that the dropped line had already replaced would not do.
  void note_joined_lines(const Draft& a, const Draft& b, const Draft& result) {
    note_joined_lines_of(a, b, result);
    note_joined_lines_of(b, a, result);
  }

  void note_joined_lines_of(const Draft& mine, const Draft& other, const Draft& result) {
    for (const Line& line : mine.lines) {
      if (has(result.lines, line)) continue;
      for (const Line& kept : result.lines) {
        const bool outdated = mine.vv.covers(kept.dot) && !other.vv.covers(line.dot);
        if (kept.text == line.text && !outdated) joined_[line].insert(kept);
      }
    }
  }

  void check_merge_is_final(const Draft& a, const Draft& b, const Draft& result) {
    for (const Draft* side : {&a, &b}) {
      const Reconciled again = reconcile(side, result, {}, limits_);
      if (again.verdict != Verdict::adopt || !(again.draft == result)) {
        complain("a device does not adopt the merge of its own draft");
      }
    }
    if (!(result.vv == joined(a.vv, b.vv))) complain("a merge's vector is not the join");
  }

  void check_normal_form(const Draft& draft) {
    const Result<Draft> read = decode_payload(encode_payload(draft));
    if (!read) return complain("a draft is not in normal form: " + read.error().detail);
    if (!(*read == draft)) complain("a draft changed in its payload");
    if (draft.copies.size() > kCopiesMax) complain("more copies than allowed");
  }

  void check_convergence() {
    if (!current_) return;
    for (const Device& device : devices_) {
      if (!device.local || !(*device.local == heads_[*current_])) {
        complain("devices disagree at quiescence");
      }
    }
  }

  bool accounted(const Line& line, std::set<Line>& asked) const {
    if (!asked.insert(line).second) return false;
    if (line.text.empty() || removed_.contains(line) || all_cleared_.covers(line.dot)) return true;
    const Draft& draft = heads_[*current_];
    const auto holds = [&line](const Copy& copy) { return has(copy.lines, line); };
    if (has(draft.lines, line) || std::ranges::any_of(draft.copies, holds)) return true;
    for (const Device& device : devices_) {
      if (std::ranges::any_of(device.archive, holds)) return true;
    }
    const auto joined = joined_.find(line);
    return joined != joined_.end() && std::ranges::any_of(joined->second, [&](const Line& kept) {
             return accounted(kept, asked);
           });
  }

  void check_nothing_lost() {
    if (!current_) return;
    for (const Line& line : ever_saved_) {
      std::set<Line> asked;
      if (!accounted(line, asked)) complain("a saved line is gone: \"" + line.text + "\"");
    }
  }

  void check_nothing_returned() {
    if (!current_) return;
    const Draft& draft = heads_[*current_];
    const auto returned = [this](const Line& line) { return all_cleared_.covers(line.dot); };
    bool any = std::ranges::any_of(draft.lines, returned);
    for (const Copy& copy : draft.copies) any = any || std::ranges::any_of(copy.lines, returned);
    if (any) complain("a cleared or sent line came back");
  }

  MergeLimits limits_;
  std::vector<Device> devices_;
  std::vector<Draft> heads_;            // everything the server ever accepted
  std::optional<std::size_t> current_;  // what it shows now
  std::uint64_t writers_ = 0;

  std::set<Line> ever_saved_;
  std::set<Line> removed_;  // by a person who had it in the text
  std::map<Line, std::set<Line>> joined_;
  VersionVector all_cleared_;

  std::size_t writes_ = 0;
  std::size_t last_writes_ = 0;
  std::size_t changes_ = 0;
  std::size_t merges_ = 0;
  std::size_t conflicts_ = 0;
  std::size_t copies_ever_ = 0;
  std::string complaint_;
};

}  // namespace dp::draft::test
