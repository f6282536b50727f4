// What happens to text that a person paused on: never lost, never back from the dead.
//
// Four oracles over the same SlotHistory; each is one law and one class.
#pragma once

#include <map>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

// CONV-02. At quiescence every line of every save is in the final text, in a kept copy or in an
// archive, unless somebody who knew the line took it out, or a clear or send covers it.
// Does not check: text that was never saved (see debounce_exactness), saves of devices that were
// switched off for good, or of stores that were wiped or put back, before the server had them;
// which of two lines of the same text survived.
class NoLostText : public Oracle {
 public:
  explicit NoLostText(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void at_quiescence(const World& world) override;

 private:
  struct Final;
  void judge_save(const Save& save, const AccountChat& slot, const Final& final_state);
  bool removed_knowingly(const draft::Line& line, const AccountChat& slot) const;

  const SlotHistory& history_;
};

// CONV-06. A line whose dot a clear or send covers is in no draft that knows of the clear or send,
// at any instant on any device, and no device forgets a clear or send it knew.
// Does not check: archives, which keep cleared text on purpose.
class NoResurrection : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  bool changed_ = false;
};

// CONV-07. At quiescence no line that was part of a sent text is in any draft of any device, in the
// cache or in the database, counted by dots.
// Does not check: messages, or text that only looks like the sent one.
class SentIsGone : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  std::map<AccountChat, draft::VersionVector> sent_;
};

// CONV-08. While one device alone writes to a slot there are no kept copies, whatever else happens.
// Does not check: slots in which a second device saved, or whose device's store was replaced by an
// older one (then one person is two writers).
class OneWriterNoCopies : public Oracle, public SlotWatcher {
 public:
  explicit OneWriterNoCopies(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  bool one_writer(const AccountChat& slot) const;

  const SlotHistory& history_;
};

}  // namespace dp::sim
