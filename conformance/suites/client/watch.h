// What is checked of everything a client sends, in every case, whatever the case is about.
//
// Every sealed byte is opened with the harness's keys; nonces are kept in a ledger; texts that were
// typed are searched for in every disguise. Breaches are kept, the first of each requirement.
// Guarantees: judges nothing but bytes that left the client.
// Does not: know whether a change was due (the cases do).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/client/vault.h"
#include "core/wire/frames.h"
#include "sim/oracles/pattern_index.h"

namespace dp::conformance {

struct Breach {
  std::string requirement;
  std::string expected;
  std::string actual;
};

// One change as it was sent: live, in a replay, or with a message.
struct SentChange {
  enum class Kind : std::uint8_t { update, erase, send };
  Kind kind = Kind::update;
  bool replayed = false;
  std::string chat;
  std::string id;
  std::optional<Version> base;
  std::optional<Version> proposed;
  std::string sealed;   // draft or tombstone, base64; "" if there was none
  std::string preview;  // base64, "" if there was none
  std::string content;  // of a message
};

std::vector<SentChange> changes_of(const wire::ClientFrame& frame);

class Watch {
 public:
  explicit Watch(const Vault& vault);

  void expect_limit(std::size_t max_draft_chars) { max_draft_chars_ = max_draft_chars; }
  void typed(std::string_view text);  // something no one outside may ever read
  void connected(std::size_t device);
  void sent(std::size_t device, std::string_view frame);
  void delivered(std::size_t device, std::string_view frame);
  // Anything else that left the process: a log line, a file, standard error, a URL.
  void seen(std::string_view where, std::string_view bytes);
  void breach(std::string requirement, std::string expected, std::string actual);

  const std::vector<Breach>& breaches() const { return breaches_; }

 private:
  void judge(std::size_t device, const SentChange& change);
  void judge_sealed(const SentChange& change);
  void judge_draft(const SentChange& change, const draft::Draft& draft);
  void judge_preview(const SentChange& change, const draft::Draft& draft);
  void judge_nonce(std::string_view base64);
  void judge_number(std::size_t device, const SentChange& change);

  struct DeviceLedger {
    std::map<std::string, std::set<std::string>> in_flight;  // ids by chat, this connection
    std::map<std::string, Version> highest;                  // authenticated, by chat
    std::map<std::string, Version> proposed;                 // by chat
    std::set<std::string> numbers_refused;                   // chats
  };

  const Vault& vault_;
  std::size_t max_draft_chars_ = 100'000;
  std::map<std::size_t, DeviceLedger> devices_;
  std::map<Bytes, Hash32> nonces_;
  sim::PatternIndex secrets_;
  std::vector<std::string> secret_names_;
  std::vector<Breach> breaches_;
};

}  // namespace dp::conformance
