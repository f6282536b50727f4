// One adapter process in lockstep: an operation out, its reply back.
//
//   auto adapter = Adapter::start("./my-adapter");
//   auto reply = adapter->call(Operation("ui.edit").with("text", "hello"));
//
// Guarantees: requests are numbered and replies matched; what went over the line is kept for the
// report, bounded; every call returns within the limits of Process; after the first breach of the
// protocol the process is killed and every later call fails with the same error.
// Does not: know what a client has to do.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/adapter/process.h"
#include "conformance/adapter/reply.h"

namespace dp::conformance {

// A request in the making: JSON text, members in the order they were named.
class Operation {
 public:
  explicit Operation(std::string_view op) : name_(op) {}
  Operation& with(std::string_view member, std::string_view text);
  Operation& with(std::string_view member, const char* text) {
    return with(member, std::string_view(text));
  }
  Operation& with(std::string_view member, std::int64_t number);
  Operation& with(std::string_view member, bool value);
  Operation& with_null(std::string_view member);
  Operation& with_json(std::string_view member, std::string_view json);  // as it is
  const std::string& name() const { return name_; }
  std::string line(std::uint64_t id) const;

 private:
  std::string name_;
  std::string members_;
};

std::string json_quoted(std::string_view text);  // bytes that are not UTF-8 become U+FFFD

class Adapter {
 public:
  static Result<Adapter> start(const std::string& command, ProcessLimits limits = {});

  // Errors, all Fault::peer: those of Process, "bad_reply", "wrong_id", "unasked_output".
  Result<Reply> call(const Operation& operation);
  const Introduction& introduction() const { return introduction_; }
  bool can(std::string_view capability) const;

  bool alive() const { return !broken_; }
  void kill();
  std::string ending() { return process_.ending(); }
  std::string_view errors() { return process_.errors(); }
  void forget_transcript() { transcript_.clear(); }
  const std::deque<std::string>& transcript() const { return transcript_; }
  // Every line of the adapter since the last call of this, for comparisons and searches.
  std::string take_said() { return std::exchange(said_, {}); }

 private:
  explicit Adapter(Process process) : process_(std::move(process)) {}
  Result<Reply> breach(Error error);
  void remember(std::string_view mark, std::string_view line);

  Process process_;
  Introduction introduction_;
  std::uint64_t next_id_ = 1;
  std::optional<Error> broken_;
  std::deque<std::string> transcript_;
  std::string said_;
};

}  // namespace dp::conformance
