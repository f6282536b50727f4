// Plays a history on a server and writes down what it said.
//
// Guarantees: at most one change of a slot is under way on a device, as the protocol asks of
// clients; in the end every device is connected, nothing is under way, and everybody looks at
// everything. Chats are drawn from the seed: another seed is other chats.
// Does not: judge; an answer that never comes ends the case by itself.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "conformance/suites/server/bench.h"
#include "conformance/suites/server/history.h"
#include "conformance/suites/server/history_laws.h"

namespace dp::conformance {

struct HistoryOrder {
  Bench* bench = nullptr;
  Subject* subject = nullptr;            // killed if the history says so
  std::vector<SubjectAccount> accounts;  // the three of history.h, in its order
  std::uint64_t seed = 1;
  Micros window_us = 0;  // the server's W
};

class HistoryPlayer {
 public:
  explicit HistoryPlayer(HistoryOrder order);
  ~HistoryPlayer();  // cuts its connections
  HistoryPlayer(const HistoryPlayer&) = delete;
  HistoryPlayer& operator=(const HistoryPlayer&) = delete;

  Record play(const History& history);              // once
  const Record& record() const { return record_; }  // as far as it went

 private:
  struct Pending {
    std::size_t chat = 0;
    bool is_question = false;
    bool wants_receipt = false;  // of a message
    bool wants_draft = false;    // of a change, or of a message's draft
  };
  struct Device {
    std::size_t account = 0;
    Connection* line = nullptr;  // null: offline
    std::vector<Slot> slots;
    std::vector<Version> informed;  // newest told, shown or stored on this connection
    std::map<std::string, Pending> pending;
    std::map<std::size_t, wire::OfflineChange> offline;  // by chat
    std::map<std::size_t, wire::ClientFrame> last;       // said, by chat
  };
  struct State {
    Version version = 0;
    wire::NullableText draft;
    wire::NullableText tombstone;
    bool deleted = false;
  };

  void act(const HistoryAction& action);
  void change(const HistoryAction& action);
  void save_offline(Device& device, const HistoryAction& action);
  void say(std::size_t index, std::size_t chat, const wire::ClientFrame& frame);
  void note_asked(std::size_t index, std::size_t chat, const Observed& wanted);
  void repeat(std::size_t index, std::size_t chat);
  void read(std::size_t index, std::size_t chat);
  void join(std::size_t index);
  void replay(std::size_t index);
  void cut(std::size_t index);
  void settle();
  void hear(std::size_t index);
  void wait_for_news();
  std::optional<std::size_t> uninformed_about(std::size_t index) const;
  void restart(HistoryVerb verb);
  void conclude();

  void take(std::size_t index, const wire::ServerFrame& frame);
  void take_receipt(std::size_t index, const ChatId& chat, const std::optional<ChangeId>& id,
                    Version version, bool superseded);
  void stored(std::size_t index, std::size_t chat, const std::string& id, Version version,
              bool superseded);
  void take_refusal(std::size_t index, const ChatId& chat, const std::optional<ChangeId>& id,
                    bool whole);
  void take_state(std::size_t index, Observed::Kind kind, std::size_t chat, const State& state,
                  const std::string& change);
  void take_details(std::size_t index, const wire::ChatDetails& details);
  void take_results(std::size_t index, const wire::OfflineSyncComplete& complete);

  static bool is_busy(const Device& device, std::size_t chat);
  static void answered(Device& device, const std::string& id, bool as_message);
  static void learn(Slot& slot, Version version, const std::string& content);
  std::optional<std::size_t> chat_of(std::size_t index, const ChatId& chat);
  Observed& write(Observed::Kind kind, std::size_t index, std::size_t chat);

  HistoryOrder order_;
  std::deque<Party> parties_;
  std::vector<Device> devices_;
  Record record_;
  std::map<std::pair<std::size_t, std::size_t>, Version> stored_;  // newest, by account and chat
  std::map<std::string, std::string> asked_contents_;              // by change
  std::size_t questions_ = 0;
  bool counting_ = false;
};

}  // namespace dp::conformance
