// The servers under test that cases share: one for each set of limits, started when first wanted
// and again if it died. Cases that share one have accounts of their own.
//
// Guarantees: may be used by several workers; every program is dead in the end.
// Does not: judge.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "conformance/suites/server/server_case.h"

namespace dp::conformance {

struct LobbyOrder {
  std::string command;  // S2
  std::string url;      // S1
  std::string ca_file;
  std::filesystem::path folder;
  std::vector<SubjectAccount> profile_accounts;  // S1
  SubjectLimits profile_limits;                  // S1
  std::uint64_t seed = 1;
  std::chrono::milliseconds ready_within{10'000};
  std::function<bool()> stop;
};

class Lobby {
 public:
  Lobby(LobbyOrder order, std::size_t cases);

  // The server that the case number `ordinal` is played on, shared with others.
  Result<std::shared_ptr<Subject>> shared(const SubjectLimits& limits);
  // One of the case's own.
  Result<std::shared_ptr<Subject>> own(const ServerCase& one, std::size_t ordinal);
  // S2: two sealed accounts and a field account, nobody else's. S1: the worker's.
  std::vector<SubjectAccount> accounts(std::size_t ordinal, std::size_t worker) const;
  // How many workers have accounts of their own.
  std::size_t workers_max() const;
  bool starts_programs() const { return !order_.command.empty(); }
  const std::filesystem::path& folder() const { return order_.folder; }
  std::size_t deaths() const { return deaths_; }
  // Every folder a program kept its data in, and every word of theirs: for the last look.
  std::vector<std::shared_ptr<Subject>> all() const;

 private:
  SubjectOrder subject_order(std::string name, SubjectLimits limits,
                             std::vector<SubjectAccount> accounts) const;

  struct Entry {
    std::mutex mutex;
    std::shared_ptr<Subject> subject;
    std::optional<Error> refusal;  // it does not start: asked once
  };

  LobbyOrder order_;
  std::vector<std::vector<SubjectAccount>> accounts_;  // by ordinal
  mutable std::mutex mutex_;
  std::map<SubjectLimits, std::unique_ptr<Entry>> entries_;
  std::atomic<std::size_t> started_{0};
  std::atomic<std::size_t> deaths_{0};
};

}  // namespace dp::conformance
