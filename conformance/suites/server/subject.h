// The server under test: an address (drive level S1), or a program that is started for it (S2).
//
// Guarantees: what was started is dead when its Subject ends; starting again happens on the same
// data. Nothing waits longer than the limits say.
// Does not: speak to it; see connection.h.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/suites/server/program.h"

namespace dp::conformance {

struct SubjectAccount {
  std::string name;
  bool field = false;  // dialect
  std::vector<std::string> tokens;
  std::vector<std::string> unanswered_tokens;
};

// Limits a server is to have, by the names of the specification. Those that may stand in the
// environment too (DRAFT_PERSISTENCE_TTL_SECONDS, MAX_DRAFT_CHARS) are given there.
using SubjectLimits = std::map<std::string, std::int64_t>;

struct SubjectOrder {
  std::string command;           // S2
  std::filesystem::path folder;  // S2: data, profile and scratch are made in it
  std::string url;               // S1
  std::string ca_file;           // wss: trusted instead of the system's authorities
  std::vector<SubjectAccount> accounts;
  SubjectLimits limits;
  std::map<std::string, std::string> environment = {};  // S2: more of it
  std::string listen = "127.0.0.1:0";
  std::string profile = {};  // S2: its text instead of one made of the above
  std::chrono::milliseconds ready_within{10'000};
  std::function<bool()> stop = {};  // gives up waiting
};

class Subject {
 public:
  // Errors: "cannot_start", "not_ready" (it ended, or said nothing in time), "bad_ready_line"; the
  // detail is a sentence with the end of its standard error.
  static Result<std::unique_ptr<Subject>> start(SubjectOrder order);
  // The two halves of starting a program, for cases about programs that must not start: its folder
  // and profile, and what it is started with.
  static Result<void> prepare(SubjectOrder& order);
  static ProgramStart program_start(const SubjectOrder& order);

  const std::string& url() const { return url_; }
  const SubjectOrder& order() const { return order_; }
  std::optional<std::int64_t> limit(const std::string& name) const;

  bool is_program() const { return !order_.command.empty(); }
  // ---- programs only ----
  bool alive();
  void kill();            // -9
  Result<void> launch();  // again, on the same data
  // SIGTERM; how it ended, or nullopt if it did not in time (it is killed then).
  std::optional<std::string> stop(std::chrono::milliseconds at_most);
  Program& program() { return *program_; }
  std::filesystem::path data_folder() const { return order_.folder / "data"; }
  std::filesystem::path scratch_folder() const {
    return order_.folder / "scratch";
  }  // HOME, TMPDIR
  std::string said_before();  // everything earlier launches printed, both streams
  std::string everything_said();

 private:
  explicit Subject(SubjectOrder order) : order_(std::move(order)) {}

  SubjectOrder order_;
  std::string url_;
  std::unique_ptr<Program> program_;
  std::string said_;
};

// {"accounts":[...],"limits":{...}}, as the specification describes it.
std::string profile_json(const std::vector<SubjectAccount>& accounts, const SubjectLimits& limits);
// The url of a ready line; nullopt if it is none.
std::optional<std::string> ready_url(std::string_view line);
// The last lines of a text, on one line, for a message.
std::string tail_of(std::string_view text);

}  // namespace dp::conformance
