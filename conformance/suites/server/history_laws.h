// What was asked of a server and what it said, in the order the harness saw it, and the laws it is
// held to.
//
// The laws are the simulator's, under their names (sim/oracles), as far as they concern a server
// that is seen from outside:
//   version_ledger      versions of a slot grow on each connection; none is given to other bytes
//   no_lost_text        of changes with one base one is acknowledged; none that was acknowledged,
//                       and durable if the server was killed, is missing from what is shown later
//   no_resurrection     nothing that a deletion covers is shown after it
//   sent_is_gone        a draft that was sent is not shown again; a message is stored once
//   session_guarantees  no device is shown an older version than before
//   convergence         in the end all devices are shown the same, and everybody had been told
//   authenticity        what is shown was asked for, byte for byte, in that slot at that version
//   isolation           nobody hears of another account's chats
// Guarantees: pure; the first breach in the order of the record. Versions that a kill may have cost
// (acknowledged less than the window before it) are never missed, and their numbers are free again.
// Does not check: what nobody asked to see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"

namespace dp::conformance {

struct Observed {
  enum class Kind : std::uint8_t {
    asked,       // a change was said
    stored,      // and acknowledged as new: `version`
    repeated,    // acknowledged once more, or as superseded
    refused,     // answered with an error
    conflicted,  // answered with draft_conflict: `version` and `content` are what the slot holds
    told,        // news
    reading,     // a question was said
    shown,       // and answered
    messaged,    // a message was acknowledged
    counted,     // the number of messages in the end: `version`
    joined,
    uninformed,  // connected all the while, and not told of `version` in time
    unanswered,
    foreign,  // a frame about a chat that is not the account's
    killed,
    stopped,
    ended,  // what follows is the last look: all devices connected, nothing under way
  };
  Kind kind = Kind::asked;
  std::size_t device = 0;
  std::size_t account = 0;
  std::size_t chat = 0;
  std::string change = {};   // id of what is asked or answered; of the question for `shown`
  Version base = 0;          // of a sealed change
  Version version = 0;       // proposed, stored or shown; 0: the field dialect, or nothing
  std::string content = {};  // "draft ..." or "deleted ..."; "" is nothing
  bool sealed = true;
  bool of_message = false;  // the deletion that goes with a message
  Micros at_us = 0;
};
using Record = std::vector<Observed>;

struct LawBroken {
  std::string law;
  std::string requirement;
  std::string expected;
  std::string actual;
};

std::optional<LawBroken> judge_history(const Record& record, Micros window_us);

}  // namespace dp::conformance
