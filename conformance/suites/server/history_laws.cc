#include "conformance/suites/server/history_laws.h"

#include <algorithm>
#include <map>
#include <set>

namespace dp::conformance {
namespace {

using Kind = Observed::Kind;
using SlotName = std::pair<std::size_t, std::size_t>;  // account, chat
using Place = std::pair<std::size_t, SlotName>;        // device, slot

struct Asked {
  SlotName slot;
  Version base = 0;
  Version proposed = 0;
  std::string content;
  bool sealed = true;
  bool of_message = false;
  Version newest_before = 0;  // acknowledged when it was asked
};

struct Acknowledged {
  Version base = 0;
  std::string change;
  Micros at_us = 0;
  bool deletes = false;
  bool of_message = false;
  bool sealed = true;
};

struct SlotBook {
  std::map<Version, Acknowledged> acknowledged;
  std::map<Version, std::string> contents;  // as shown or acknowledged
  std::set<std::string> asked_contents;     // of the field dialect
  std::map<std::string, Micros> messages;   // acknowledged, and when
  std::set<std::string> messages_asked;
  std::optional<Observed> last_look;
  Version newest() const { return acknowledged.empty() ? 0 : acknowledged.rbegin()->first; }
};

std::string number(Version version) {
  return "version " + std::to_string(version);
}

class Judge {
 public:
  explicit Judge(Micros window_us) : window_us_(window_us) {}
  std::optional<LawBroken> judge(const Record& record) {
    for (const Observed& one : record) {
      look_at(one);
      if (broken_) return broken_;
    }
    return std::nullopt;
  }

 private:
  void look_at(const Observed& one);
  void asked(const Observed& one);
  void stored(const Observed& one);
  void state_seen(const Observed& one, bool answers_question);
  void judge_origin(const Observed& one, const SlotBook& book);
  void judge_freshness(const Observed& one, const SlotBook& book, Version at_least);
  void counted(const Observed& one, const SlotBook& book);
  void last_look(const Observed& one, SlotBook& book);
  void restarted(const Observed& one, bool durable);
  void breaks(std::string law, std::string requirement, std::string expected, std::string actual) {
    if (broken_) return;
    broken_ =
        LawBroken{std::move(law), std::move(requirement), std::move(expected), std::move(actual)};
  }
  static std::string who(const Observed& one) {
    return "d" + std::to_string(one.device) + ", c" + std::to_string(one.chat);
  }

  Micros window_us_;
  std::optional<LawBroken> broken_;
  std::map<SlotName, SlotBook> books_;
  std::map<std::string, Asked> asked_;      // by change id
  std::map<std::string, Version> reading_;  // newest acknowledged when the question was asked
  std::map<Place, Version> told_;           // on the present connection
  std::map<Place, Version> seen_;           // by the device
  bool was_killed_ = false;
  bool ended_ = false;
};

void Judge::look_at(const Observed& one) {
  SlotBook& book = books_[{one.account, one.chat}];
  switch (one.kind) {
    case Kind::asked:
      return asked(one);
    case Kind::stored:
      return stored(one);
    case Kind::told: {
      Version& last = told_[{one.device, {one.account, one.chat}}];
      if (one.version <= last) {
        breaks("version_ledger", "DP-CONN-011", "news of a slot with growing versions",
               who(one) + ": " + number(one.version) + " after " + number(last));
      }
      last = one.version;
      return state_seen(one, false);
    }
    case Kind::conflicted:
      return state_seen(one, true);
    case Kind::reading:
      reading_[one.change] = book.newest();
      return;
    case Kind::shown:
      state_seen(one, true);
      if (ended_) last_look(one, book);
      return;
    case Kind::messaged:
      book.messages.emplace(one.change, one.at_us);
      return;
    case Kind::counted:
      return counted(one, book);
    case Kind::joined:
      std::erase_if(told_, [&](const auto& entry) { return entry.first.first == one.device; });
      return;
    case Kind::uninformed:
      return breaks("convergence", "DP-FRAME-041", "every connection is told of a stored change",
                    who(one) + " was not told of " + number(one.version));
    case Kind::unanswered:
      return breaks("convergence", "DP-FRAME-020", "each request is answered",
                    who(one) + " got no answer to a change");
    case Kind::foreign:
      return breaks("isolation", "DP-FRAME-042", "nobody hears of another account's chats",
                    "d" + std::to_string(one.device) + " was sent a frame about one");
    case Kind::killed:
      return restarted(one, false);
    case Kind::stopped:
      return restarted(one, true);
    case Kind::ended:
      ended_ = true;
      return;
    case Kind::repeated:
    case Kind::refused:
      return;
  }
}

void Judge::asked(const Observed& one) {
  const SlotName slot{one.account, one.chat};
  SlotBook& book = books_[slot];
  if (one.of_message) book.messages_asked.insert(one.change);
  if (!one.sealed) book.asked_contents.insert(one.content);
  asked_[one.change] = {slot,       one.base,       one.version,  one.content,
                        one.sealed, one.of_message, book.newest()};
}

void Judge::stored(const Observed& one) {
  SlotBook& book = books_[{one.account, one.chat}];
  const auto asked = asked_.find(one.change);
  if (asked == asked_.end()) {
    return breaks("authenticity", "DP-FRAME-020", "answers to what was asked",
                  who(one) + ": a receipt for a change that nobody asked");
  }
  const Asked& change = asked->second;
  if (change.sealed && one.version != change.proposed) {
    return breaks("version_ledger", "DP-VER-005", "a receipt with the number that was sealed",
                  number(one.version) + " for " + number(change.proposed));
  }
  // A field message that found no draft names the newest deletion, which is somebody else's.
  if (!change.sealed && change.of_message) return;
  const auto same = book.acknowledged.find(one.version);
  if (same != book.acknowledged.end()) {
    if (same->second.change == one.change) return;  // the answer to a repetition
    return breaks(change.sealed ? "no_lost_text" : "version_ledger",
                  change.sealed ? "DP-VER-010" : "DP-VER-021",
                  "a number is given to one change of a slot",
                  who(one) + ": two changes were acknowledged as " + number(one.version));
  }
  for (const auto& [version, other] : book.acknowledged) {
    if (!change.sealed || !other.sealed || other.base != change.base) continue;
    return breaks("no_lost_text", "DP-VER-010", "of changes with one base one is acknowledged",
                  who(one) + ": " + number(version) + " and " + number(one.version) +
                      " were, both on " + number(change.base));
  }
  const bool deletes = !change.content.starts_with("draft ");
  book.acknowledged[one.version] = {change.base, one.change,        one.at_us,
                                    deletes,     change.of_message, change.sealed};
  book.contents.try_emplace(one.version, change.content);
  if (change.newest_before >= one.version) {
    breaks("version_ledger", "DP-VER-030", "numbers above all that were acknowledged",
           who(one) + ": " + number(one.version) + " after " + number(change.newest_before));
  }
  Version& seen = seen_[{one.device, {one.account, one.chat}}];
  seen = std::max(seen, one.version);
}

// What is shown was asked for: byte for byte, there, and, if sealed, as that version.
void Judge::judge_origin(const Observed& one, const SlotBook& book) {
  if (one.content.empty()) return;
  if (book.asked_contents.contains(one.content)) return;  // field: the server chose the number
  for (const auto& [id, change] : asked_) {
    const bool fits = change.sealed && change.slot == SlotName{one.account, one.chat} &&
                      change.content == one.content && change.proposed == one.version;
    if (!fits) continue;
    for (const auto& [version, other] : book.acknowledged) {
      if (version <= change.base || version >= one.version) continue;
      const bool undone = other.deletes && one.content.starts_with("draft ");
      return breaks(undone ? "no_resurrection" : "no_lost_text",
                    undone ? "DP-DEL-003" : "DP-VER-001",
                    "a change on " + number(version) + ", which was acknowledged, or after it",
                    who(one) + ": " + number(one.version) + " is on " + number(change.base));
    }
    return;
  }
  breaks("authenticity", "DP-WIRE-019", "what was asked for in that slot, byte for byte",
         who(one) + ": " + number(one.version) + " has other bytes");
}

void Judge::judge_freshness(const Observed& one, const SlotBook& book, Version at_least) {
  if (one.version >= at_least) return;
  const auto newest = book.acknowledged.find(at_least);
  const bool of_message = newest != book.acknowledged.end() && newest->second.of_message;
  const bool deletes = newest != book.acknowledged.end() && newest->second.deletes;
  const std::string actual = who(one) + ": " + number(one.version) + " after " + number(at_least) +
                             " had been acknowledged";
  const std::string requirement = was_killed_ ? "DP-RUN-002" : "";
  if (of_message) {
    return breaks("sent_is_gone", was_killed_ ? requirement : "DP-MSG-003",
                  "a draft that was sent is not shown again", actual);
  }
  if (deletes && one.content.starts_with("draft ")) {
    return breaks("no_resurrection", was_killed_ ? requirement : "DP-DEL-003",
                  "a deleted draft is not shown again", actual);
  }
  breaks("no_lost_text", was_killed_ ? requirement : "DP-READ-002",
         "what was acknowledged, or something newer", actual);
}

void Judge::state_seen(const Observed& one, bool answers_question) {
  SlotBook& book = books_[{one.account, one.chat}];
  judge_origin(one, book);
  if (!one.content.empty()) {
    const auto [at, fresh] = book.contents.emplace(one.version, one.content);
    if (!fresh && at->second != one.content) {
      breaks("version_ledger", "DP-VER-031", "one content for each version of a slot",
             who(one) + ": " + number(one.version) + " with other bytes than before");
    }
  }
  if (answers_question) {
    const auto question = reading_.find(one.change);
    const auto change = asked_.find(one.change);
    Version at_least = question != reading_.end() ? question->second : 0;
    if (one.kind == Kind::conflicted && change != asked_.end()) {
      at_least = change->second.newest_before;
    }
    // What a kill cost is not missed.
    judge_freshness(one, book, std::min(at_least, book.newest()));
  }
  Version& seen = seen_[{one.device, {one.account, one.chat}}];
  if (answers_question && one.version < seen) {
    breaks("session_guarantees", was_killed_ ? "DP-RUN-002" : "DP-READ-002",
           "no older version than the device was shown before",
           who(one) + ": " + number(one.version) + " after " + number(seen));
  }
  seen = std::max(seen, one.version);
}

void Judge::counted(const Observed& one, const SlotBook& book) {
  const std::size_t least = book.messages.size();
  const std::size_t most = book.messages_asked.size();
  if (one.version >= least && one.version <= most) return;
  breaks("sent_is_gone", one.version < least ? "DP-MSG-002" : "DP-MSG-001",
         "between " + std::to_string(least) + " acknowledged and " + std::to_string(most) +
             " messages asked for",
         who(one) + ": " + std::to_string(one.version));
}

void Judge::last_look(const Observed& one, SlotBook& book) {
  if (!book.last_look) {
    book.last_look = one;
    return;
  }
  if (book.last_look->version == one.version && book.last_look->content == one.content) return;
  breaks("convergence", "DP-READ-002", "all devices are shown the same in the end",
         who(one) + ": " + number(one.version) + ", d" + std::to_string(book.last_look->device) +
             ": " + number(book.last_look->version));
}

// Everything acknowledged a window ago is durable, or all of it if the server was asked to stop.
void Judge::restarted(const Observed& one, bool durable) {
  if (!durable) was_killed_ = true;
  for (auto& [slot, book] : books_) {
    if (!durable) {
      std::erase_if(book.messages,
                    [&](const auto& entry) { return entry.second + window_us_ > one.at_us; });
    }
    Version floor = 0;
    for (const auto& [version, acknowledged] : book.acknowledged) {
      if (durable || acknowledged.at_us + window_us_ <= one.at_us) floor = version;
    }
    std::erase_if(book.acknowledged, [&](const auto& entry) { return entry.first > floor; });
    std::erase_if(book.contents, [&](const auto& entry) { return entry.first > floor; });
    for (auto& [place, version] : seen_) {
      if (place.second == slot) version = std::min(version, floor);
    }
  }
  told_.clear();
}

}  // namespace

std::optional<LawBroken> judge_history(const Record& record, Micros window_us) {
  return Judge(window_us).judge(record);
}

}  // namespace dp::conformance
