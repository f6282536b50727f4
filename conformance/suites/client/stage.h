// Where a case is played: devices under test, the network between them and a server, time.
//
//   void saves_after_the_pause(Stage& stage) {
//     Device& device = stage.ready();
//     device.edit("hello");
//     stage.advance(1'199);
//     stage.check(device.changes().empty(), "nothing sent yet", "a change");
//   }
//
// Everything the client sends passes the watch. A check that fails ends the case (CaseEnd is
// thrown and caught by the suite).
// Guarantees: a function of the seed and of what the adapter says; no real time passes but the
// adapter's own. A wired stage waits on its sockets, and every wait is longer by kWiredSlackMs.
// Does not: choose cases or write reports.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/client/crew.h"
#include "conformance/suites/client/device.h"
#include "conformance/suites/client/model_server.h"
#include "conformance/suites/client/vault.h"
#include "conformance/suites/client/watch.h"
#include "conformance/suites/client/wires.h"
#include "conformance/verdict/case.h"

namespace dp::conformance {

// What a wired client may be late by without being judged for it.
inline constexpr std::int64_t kWiredSlackMs = 40;

struct CaseEnd {  // thrown by checks; caught by the suite
  Verdict verdict = Verdict::fail;
  std::string tag;
  std::string expected;
  std::string actual;
  std::string requirement;  // "" is the first of the case
};

struct StageSettings {
  std::int64_t debounce_ms = 1'200;
  std::int64_t preview_cache_ms = 900'000;
  std::int64_t persistence_window_ms = 30'000;
  std::int64_t max_draft_chars = 100'000;
  std::int64_t ping_interval_ms = 25'000;
  std::int64_t suite = 1;
};

// What the server holds for a slot, opened by the harness.
struct Head {
  OpenedDraft opened;
  std::string sealed;
  std::string preview;
  bool deleted = false;
  std::string text() const { return draft::text_of(opened.draft); }
};

class Stage {
 public:
  // `wired`: real sockets and real time, drive level L2.
  Stage(Crew& crew, std::uint64_t seed, std::string case_id, std::filesystem::path folder,
        bool wired = false);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  bool wired() const { return wires_ != nullptr; }
  std::string url() const { return wires_ ? wires_->url() + "/ws" : "ws://draftproof.test/ws"; }

  // ---- before the first open --------------------------------------------------------------------
  StageSettings settings;
  bool scripted = false;  // no server behind the network: the case answers itself

  // ---- who plays --------------------------------------------------------------------------------
  Device& device(std::size_t index = 0);
  Device& ready();  // device 0, open, connected, reconciled, chat 0 in a focused editor
  Device& ready(std::size_t index);
  std::string chat(std::size_t ordinal = 0);
  Vault& vault() { return vault_; }
  ModelServer& server() { return server_; }
  Watch& watch() { return watch_; }
  Crew& crew() { return crew_; }

  // Another device of the account, played by the harness: it makes its change on what the server
  // holds now, and sends it at once. Returns the text of the frame's envelope.
  std::string author_saves(std::string_view chat, std::string_view text);
  std::string author_clears(std::string_view chat);
  draft::Dot author_dot() { return {author_, ++author_dots_}; }
  bool upload(std::string_view chat, const draft::Draft& draft);  // on what the server holds
  void author_frame(std::string_view frame);                      // raw, on its connection
  std::vector<std::string> author_heard() { return std::exchange(author_heard_, {}); }

  std::optional<Head> head(std::string_view chat);  // at the server
  std::string server_text(std::string_view chat);   // "" if there is none

  // ---- time and network
  // ---------------------------------------------------------------------------
  std::int64_t now_ms() const { return now_ms_; }
  std::int64_t wall_ms() const;  // when the case began: clocks start at 0 then
  void advance(std::int64_t ms);
  bool until(const std::function<bool()>& holds, std::int64_t limit_ms);
  void settle();  // everything asked for was answered; fails the case after 90 s
  void pump();    // frames that may move, move
  // Wired: every device's end has read what was sent to it, and what it sent has arrived.
  void barrier();
  std::function<bool(Device&, const std::string&)> on_up;  // true: swallowed
  std::function<std::vector<std::string>(Device&, const std::string&)> on_down;

  void backup() { backup_ = server_; }
  void restore();  // the server loses what came after the backup, and every connection

  // ---- verdicts
  // -----------------------------------------------------------------------------------
  void check(bool holds, std::string_view expected, std::string_view actual = "",
             std::string_view tag = "");
  void check_text(std::string_view expected, std::string_view actual, std::string_view what);
  void should(bool holds, std::string_view expected, std::string_view actual,
              std::string_view tag);  // loose
  [[noreturn]] void cannot_tell(std::string_view why);
  [[noreturn]] void does_not_apply(std::string_view why);
  const std::string& case_id() const { return case_id_; }
  const std::optional<CaseEnd>& loose() const { return loose_; }

  std::string config_json() const;
  void finish();  // ends the case at every adapter and looks into the folders
  Reply call(Device& device, const Operation& operation);

 private:
  friend class Device;
  void listen();
  void tick();  // wired: the time is what the clock says
  void hear_wires(std::int64_t wait_ms);
  void hear(const WireEvent& event);
  Device* device_of(const std::string& token);
  void break_wire(Device& device, std::uint16_t code);
  void advance_wired(std::int64_t ms);
  void route();  // what the server said, to whom it said it
  void answer_attempts();
  std::optional<std::int64_t> next_ms() const;
  void judge_leftovers();

  Crew& crew_;
  std::unique_ptr<Wires> wires_;
  std::size_t pongs_awaited_ = 0;
  std::string case_id_;
  std::filesystem::path folder_;
  Vault vault_;
  Watch watch_;
  ModelServer server_;
  std::optional<ModelServer> backup_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::string> chats_;
  std::int64_t now_ms_ = 0;
  bool pumping_ = false;
  std::map<std::uint64_t, std::size_t> by_server_conn_;
  WriterId author_;
  std::uint64_t author_dots_ = 0;
  ConnId author_conn_;
  std::vector<std::string> author_heard_;
  std::uint64_t changes_ = 0;
  std::optional<CaseEnd> loose_;
};

// Several words that occur nowhere else, so that finding them elsewhere means something.
std::string words(Stage& stage, std::string_view beginning = "");

}  // namespace dp::conformance
