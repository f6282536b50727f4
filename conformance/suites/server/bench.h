// Where a case for servers is played: a server, accounts of it, connections to it.
//
//   void conflicting(Bench& bench) {
//     Connection& line = bench.connect(bench.party());
//     Slot slot = bench.party().slot();
//     bench.store(line, slot);
//     ...
//   }
//
// After a case was played and nothing was wrong, the suite has the bench show a positive control:
// the server still does its work, on the connections that are open and on a fresh one. So a server
// that refuses everything passes nothing.
// Guarantees: every wait is bounded; a check that fails ends the case (CaseOver).
// Does not: choose cases.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/server/connection.h"
#include "conformance/suites/server/party.h"
#include "conformance/suites/server/subject.h"
#include "conformance/verdict/case.h"

namespace dp::conformance {

struct BenchOrder {
  net::Loop& loop;
  Subject& subject;
  std::vector<SubjectAccount> accounts;  // for this case alone: sealed ones, then field ones
  std::uint64_t seed = 1;
  std::filesystem::path folder = {};  // for programs the case starts itself
  Micros answer_us = 5 * kSecond;
  Micros case_us = 30 * kSecond;
  std::function<bool()> stop = {};
};

class Bench {
 public:
  explicit Bench(BenchOrder order);
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  // ---- who plays --------------------------------------------------------------------------------
  Party& party() { return sealed(0); }
  Party& stranger() { return sealed(1); }
  Party& field_party();
  Subject& subject() { return order_.subject; }
  Patience& patience() { return patience_; }
  CaseBook& book() { return book_; }
  // A limit of the server; the case is not applicable if nobody says what it is.
  std::int64_t limit(const std::string& name) const;
  std::size_t size_limit(const std::string& name) const;
  // A program of the case's own, with the same accounts.
  SubjectOrder another_order(const std::string& name) const;
  Subject& start(SubjectOrder order);

  // ---- connections ------------------------------------------------------------------------------
  Connection& connect(Party& party);  // upgraded, or the case is over
  Connection& connect(Party& party, Subject& to);
  // A server may need a moment to know that a connection is gone.
  Connection& connect_when_there_is_room(Party& party);
  Connection& attempt(const std::string& token, bool as_protocol = false);  // not waited for
  Connection& attempt_bytes(std::string request);
  Connection& attempt_order(net::RawOrder order);
  net::UpgradeRequest request_for(const std::string& token) const;
  net::Url url() const;

  // ---- the usual --------------------------------------------------------------------------------
  wire::UpdateDraft store(Connection& line, Slot& slot);   // a sealed update, accepted
  wire::DeleteDraft remove(Connection& line, Slot& slot);  // a sealed deletion, accepted
  Version store_field(Connection& line, const Slot& slot, const wire::UpdateDraft& frame);
  wire::ChatDetails read(Connection& line, const Slot& slot);
  void check_holds(Connection& line, const Slot& slot);  // exactly what the slot thinks
  void check_empty(Connection& line, const Slot& slot);  // nothing ever happened to it

  // ---- verdicts ---------------------------------------------------------------------------------
  void check(bool holds, std::string_view expected, std::string_view actual = "",
             std::string_view tag = "");
  void check_number(std::uint64_t expected, std::uint64_t actual, std::string_view what);
  void check_text(std::string_view expected, std::string_view actual, std::string_view what);
  void should(bool holds, std::string_view expected, std::string_view actual,
              std::string_view tag);  // loose
  // How a connection ended, told apart from what the case is about: the case fails by it only if
  // the specification binds the code.
  void judge_close(const Ending& ending, std::uint16_t code, std::string_view reason = "",
                   bool is_binding = true);
  const CloseVerdict& close() const { return close_; }
  const std::optional<CaseOver>& loose() const { return loose_; }

  void control();                               // a positive one, on all that is open
  void without_control() { control_ = false; }  // the server was ended on purpose
  bool wants_control() const { return control_; }

  std::vector<std::string> secrets() const;  // texts drawn and tokens of this case

 private:
  Party& sealed(std::size_t index);
  Connection& add(std::string name, net::RawOrder order);

  BenchOrder order_;
  CaseBook book_;
  Patience patience_;
  std::vector<std::unique_ptr<Subject>> subjects_;
  std::deque<Party> parties_;
  std::vector<std::unique_ptr<Connection>> lines_;
  CloseVerdict close_;
  std::optional<CaseOver> loose_;
  bool control_ = true;
};

}  // namespace dp::conformance
