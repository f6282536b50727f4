// Plays a history on a server and writes down what it said.
//
// Guarantees: each history plays in chats of its own, and in accounts of its own where the server is
// a program; at most one change of a slot is under way on a device, as the protocol asks of clients;
// in the end every device is connected, nothing is under way, and everybody looks at everything.
// Does not: judge; an answer that never comes ends the case by itself.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "conformance/suites/server/bench.h"
#include "conformance/suites/server/history.h"
#include "conformance/suites/server/history_laws.h"

namespace dp::conformance {

class HistoryPlayer {
 public:
  // The three accounts in the order of history.h. `subject` may be killed if the history says so.
  HistoryPlayer(Bench& bench, Subject& subject, std::vector<SubjectAccount> accounts,
                std::uint64_t seed, Micros window_us);

  Record play(const History& history);

 private:
  struct Pending {
    std::size_t chat = 0;
    std::string change;
    bool is_question = false;
    bool wants_receipt = false;  // of a message
    bool wants_draft = false;    // of its draft, or of a change
  };
  struct Device {
    std::size_t account = 0;
    Connection* line = nullptr;  // null: offline
    std::vector<Slot> slots;
    std::vector<Version> informed;  // highest version told, shown or stored on this connection
    std::map<std::string, Pending> pending;
    std::map<std::size_t, wire::OfflineChange> offline;     // by chat
    std::map<std::size_t, wire::ClientFrame> last;          // said, by chat
    std::size_t questions = 0;
    std::size_t question_chat = 0;
  };

  void act(const HistoryAction& action);
  void change(Device& device, std::size_t index, const HistoryAction& action);
  void save_offline(Device& device, std::size_t chat);
  void say(std::size_t index, std::size_t chat, const wire::ClientFrame& frame);
  void note_asked(std::size_t index, std::size_t chat, const wire::ClientFrame& frame);
  void repeat(std::size_t index, std::size_t chat);
  void read(std::size_t index, std::size_t chat);
  void join(std::size_t index);
  void replay(std::size_t index);
  void cut(std::size_t index);
  void settle();
  void hear(std::size_t index);
  bool is_informed(std::size_t index) const;
  void wait_for_news();
  void restart(HistoryVerb verb);
  void conclude();

  void take(std::size_t index, const wire::ServerFrame& frame);
  void take_receipt(std::size_t index, const ChatId& chat, const std::optional<ChangeId>& id,
                    Version version, bool repeated);
  void take_state(std::size_t index, Observed::Kind kind, const ChatId& chat, Version version,
                  const wire::NullableText& draft, const wire::NullableText& tombstone,
                  bool deleted, const std::string& change);
  void take_details(std::size_t index, const wire::ChatDetails& details);
  void take_results(std::size_t index, const wire::OfflineSyncComplete& complete);

  std::optional<std::size_t> chat_of(const Device& device, const ChatId& chat) const;
  Observed& write(Observed::Kind kind, std::size_t index, std::size_t chat);
  void learn(Device& device, std::size_t chat, Version version, const std::string& sealed,
             bool is_draft);

  Bench& bench_;
  Subject* subject_;
  Micros window_us_;
  std::deque<Party> parties_;
  std::vector<Device> devices_;
  Record record_;
  std::map<std::pair<std::size_t, std::size_t>, Version> stored_;  // newest, by account and chat
  bool counting_ = false;
};

}  // namespace dp::conformance
