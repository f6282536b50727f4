// One device under test: an adapter, its folder, and its side of the network.
//
// What it did is kept with the time at which it did it; verbs of a person return what it did then.
// Does not: move time or frames by itself; the stage does.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/adapter/adapter.h"
#include "conformance/suites/client/watch.h"
#include "core/vocabulary/ids.h"
#include "core/wire/frames.h"

namespace dp::conformance {

class Stage;

struct SentFrame {
  std::int64_t at_ms = 0;
  std::uint64_t conn = 0;
  std::string type;  // "" if it is no frame of section 3.2
  std::string text;
  std::optional<wire::ClientFrame> frame;
  std::vector<SentChange> changes;
};

struct Did {
  std::int64_t at_ms = 0;
  AdapterEffect effect;
};

class Device {
 public:
  Device(Stage& stage, std::size_t index) : stage_(stage), index_(index) {}

  // ---- process ----------------------------------------------------------------------------------
  void open();
  void close();
  void crash();  // client.crash
  void kill();   // kill -9 of the adapter; the next open starts another
  void reopen() { open(); }
  bool is_open() const { return open_; }
  std::size_t index() const { return index_; }
  std::string folder() const;

  // ---- person -----------------------------------------------------------------------------------
  void switch_to(std::string_view chat);
  void compose();
  void leave_chat();
  void edit(std::string_view text);
  void focus() { op("ui.focus"); }
  void blur() { op("ui.blur"); }
  void clear() { op("ui.clear"); }
  void send() { op("ui.send"); }
  void hide() { perform(Operation("app.visibility").with("visible", false)); }
  void show() { perform(Operation("app.visibility").with("visible", true)); }
  void delete_chat(std::string_view chat);
  std::vector<PreviewState> list();
  ClientState state();

  // ---- network ----------------------------------------------------------------------------------
  void go_offline();                           // the connection breaks, attempts are refused
  void go_online() { online = true; }          // attempts succeed from now on
  void disconnect(std::uint16_t code = 1006);  // once
  void receive(std::string_view frame);        // now, whoever sent it
  void receive_bytes(std::string_view bytes);
  bool connected() const { return conn_ != 0; }
  bool deliver_up();    // the oldest frame that waits; false if there is none
  bool deliver_down();  // likewise

  // ---- anything
  // -----------------------------------------------------------------------------------
  Reply perform(const Operation& operation);  // an error reply ends the case
  Reply attempt(const Operation& operation);  // an error reply is returned
  void op(const char* name) { perform(Operation(name)); }

  // ---- what it did
  // --------------------------------------------------------------------------------
  const std::vector<SentFrame>& sent() const { return sent_; }
  std::vector<SentFrame> sent(std::string_view type) const;
  std::vector<SentChange> changes() const;  // all, in order
  std::vector<SentChange> changes(std::string_view chat) const;
  const std::vector<Did>& did() const { return did_; }
  std::size_t count(std::string_view effect) const;
  std::size_t notices(std::string_view kind) const;
  void forget();  // what it did so far is of no interest any more

  bool online = true;
  bool hold_up = false;
  bool hold_down = false;
  bool hold_accept = false;
  std::optional<std::uint64_t> next_timer_ms;

 private:
  friend class Stage;
  void took(const Reply& reply);
  void deliver_wired(std::string_view message);
  void sent_text(std::uint64_t conn, const std::string& text);
  std::string token() const;
  void note(const AdapterEffect& effect);
  void sync();
  void lost();
  void begin();

  Stage& stage_;
  std::size_t index_;
  bool open_ = false;
  bool begun_ = false;  // case.begin was said to the present process
  std::uint64_t boot_ = 0;
  std::int64_t now_ms_ = 0;
  std::uint64_t asked_conn_ = 0;  // waits for an answer
  std::uint64_t conn_ = 0;        // open; a wired one has the number of the harness's socket
  ConnId server_conn_;
  std::deque<std::string> up_;
  std::deque<std::string> down_;
  std::vector<SentFrame> sent_;
  std::vector<Did> did_;
};

}  // namespace dp::conformance
