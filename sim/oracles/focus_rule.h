// CONV-11: the text under a person's cursor is never replaced.
//
// Law: while an editor is focused and holds text that was typed and not yet saved, no
// editor_replaced may happen to it. A text that was typed back to what the editor held before is
// saved as soon as the device says so: its save may have been under way all the time. A chat
// deleted elsewhere takes its editor along, but only once the very text is in the archive. Does not
// check: replacements in an unfocused editor or of saved text, which are how updates of other
// devices become visible; devices of the field dialect, whose scripted client takes the last
// arrival by design; the archives of foreign clients.
#pragma once

#include <map>
#include <set>
#include <string>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class FocusRule : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  struct Editor {
    bool focused = false;
    bool unsaved = false;
    bool gave_up = false;  // sent, cleared or left it, and typed nothing since
    std::string given;     // the text that was sent or cleared, until it went; "" if none
    bool cleared = false;  // nothing is what was asked for, until it came
    std::string text;
    std::set<std::string> earlier;  // what it held since it was last opened or replaced
    bool said_saved = false;        // by the device, before what it is doing now
  };
  void listen(const TraceEvent& event, const World& world, Editor& editor);
  void replaced(const TraceEvent& event, Editor& editor);
  static void person_did(const TraceEvent& event, Editor& editor);

  std::map<DeviceId, Editor> editors_;
  bool replaced_any_ = false;
};

}  // namespace dp::sim
