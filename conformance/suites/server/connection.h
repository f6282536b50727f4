// One socket of the harness, open to a server under test.
//
//   Connection& line = bench.connect(party);
//   const auto receipt = line.answer<wire::DraftUpdateReceipt>(slot.update());
//   line.refused(bad_frame, wire::ErrorCode::invalid_frame);
//
// A server handles the frames of a connection in order and finishes one before the next, so the
// pong of a ping proves that everything before it is done and that nothing else will come: no call
// waits for silence. News (what other connections' changes cause) is kept apart from replies.
// Guarantees: bounded waits; what does not come as it should ends the case (CaseOver).
// Does not: hide anything: frames that break RFC 6455 or the catalogue are breaches of the watch.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conformance/net/raw_client.h"
#include "conformance/suites/server/case_over.h"
#include "conformance/suites/server/patience.h"
#include "core/wire/codec.h"

namespace dp::conformance {

// What happened in a case, and what nobody may do whatever a case is about.
struct CaseBook {
  struct Breach {
    std::string requirement;
    std::string expected;
    std::string actual;
  };
  static constexpr std::size_t kLinesMax = 400;
  static constexpr std::size_t kLineChars = 400;

  std::vector<std::string> transcript;
  std::vector<Breach> breaches;  // the first of each requirement
  void write(std::string line);
  void accuse(std::string requirement, std::string expected, std::string actual);
};

struct Heard {
  std::string text;
  std::optional<wire::ServerFrame> frame;  // none if it is not one of the catalogue
  bool is_unknown_type = false;            // to be ignored, as the specification says
  template <class T>
  const T* as() const {
    return frame ? std::get_if<T>(&*frame) : nullptr;
  }
  bool is_news() const;
};

struct Ending {
  bool ended = false;
  std::uint16_t code = 0;  // 0: no close frame came
  std::string reason;
  std::string how;  // a sentence
};

class Connection {
 public:
  Connection(Patience& patience, CaseBook& book, std::string name, net::RawOrder order);

  // ---- opening ----
  bool opened();                                          // waits for the upgrade or its refusal
  bool reached() const { return raw_->was_connected(); }  // somebody listens there
  std::string never_opened() const;                       // why not, for a person
  void must_open();                                       // ends the case if it does not
  net::RawClient& raw() { return *raw_; }
  void expect_session() { has_session_ = true; }  // its token is good: 1008 would be a breach

  // ---- saying ----
  void say(const wire::ClientFrame& frame);
  void say_text(std::string_view text);
  void say_frame(const net::RawFrame& frame);
  void say_bytes(std::string bytes, std::string_view what);
  void leave();  // a close frame with 1000
  void cut() { raw_->cut(); }

  // ---- hearing ----
  // Everything up to the pong of a ping that is sent now.
  std::vector<Heard> hear_all();
  std::vector<Heard> replies_to(std::string_view text);  // without news
  std::vector<Heard> replies_to(const wire::ClientFrame& frame);
  std::optional<Heard> next();  // the next message of any kind; none when none comes
  std::vector<Heard> news();    // kept aside since the last call; after a barrier

  // The one reply to a request, of this type and no other.
  template <class T>
  T answer(const wire::ClientFrame& frame) {
    return only<T>(replies_to(frame));
  }
  template <class T>
  T answer_to_text(std::string_view text) {
    return only<T>(replies_to(text));
  }
  template <class T>
  T only(const std::vector<Heard>& replies);
  wire::ErrorFrame refused(std::string_view text, wire::ErrorCode code);
  wire::ErrorFrame refused(const wire::ClientFrame& frame, wire::ErrorCode code);
  // The first piece of news of this type, waited for; other news stays.
  template <class T>
  T await();
  void no_news(std::string_view why);  // a barrier proves it

  // ---- the end ----
  const Ending& ending();  // as far as it is known now
  const Ending& wait_for_end();
  bool is_open();
  // Payloads of the pong frames so far (of the transport, not of the protocol).
  const std::vector<std::string>& transport_pongs();

  const std::string& name() const { return name_; }
  static std::string described(const std::vector<Heard>& heard);

 private:
  void pump();
  void take_frame(net::RawFrame frame);
  void take_close(const net::RawFrame& frame);
  void take_message(std::string text);
  void check_order(const Heard& heard);
  Heard take_first();
  [[noreturn]] void unanswered(const std::vector<Heard>& heard);
  [[noreturn]] void unexpected(std::string_view wanted, const std::vector<Heard>& heard);
  [[noreturn]] void missing_news(std::string_view wanted);

  Patience& patience_;
  CaseBook& book_;
  std::string name_;
  std::unique_ptr<net::RawClient> raw_;
  std::deque<Heard> inbox_;
  std::vector<Heard> news_;
  std::string fragments_;
  bool in_fragments_ = false;
  Ending ending_;
  bool close_said_ = false;
  bool has_session_ = false;
  std::vector<std::string> pongs_;
  std::map<ChatId, Version> told_;  // newest version told of each slot, as news
};

template <class T>
T Connection::only(const std::vector<Heard>& replies) {
  if (replies.size() == 1 && replies[0].as<T>() != nullptr) return *replies[0].as<T>();
  unexpected(wire::type_name(wire::ServerFrame{T{}}), replies);
}

template <class T>
T Connection::await() {
  std::optional<T> found;
  const auto look = [&] {
    pump();
    while (!inbox_.empty()) {
      Heard heard = take_first();
      if (heard.is_news()) news_.push_back(std::move(heard));
    }
    for (std::size_t i = 0; i < news_.size() && !found; ++i) {
      if (news_[i].as<T>() == nullptr) continue;
      found = *news_[i].as<T>();
      news_.erase(news_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return found.has_value() || ending_.ended;
  };
  patience_.until(look);
  if (found) return std::move(*found);
  missing_news(wire::type_name(wire::ServerFrame{T{}}));
}

}  // namespace dp::conformance
