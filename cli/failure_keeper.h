// What is done once about a failure: run it again in detail, shrink it, keep both as capsules, and
// tell the story.
//
// Guarantees: what it keeps was run from exactly what is written in the capsule. A failure that
// does not come again the second time is itself reported: the program is then not deterministic.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "cli/corpus.h"
#include "cli/fuzz_options.h"
#include "cli/terminal.h"

namespace dp::cli {

struct KeptFailure {
  std::string story;              // the report for a person
  std::filesystem::path capsule;  // the smaller one if there are two
  sim::FuzzCase one;              // of that capsule
};

// The error says what could not be written.
std::expected<KeptFailure, std::string> keep_failure(const sim::FuzzCase& one,
                                                     const std::string& signature, Corpus& corpus,
                                                     const FuzzOptions& options, Terminal& out,
                                                     const sim::ForeignClients* clients = nullptr);

// How a person runs it again.
std::string replay_again(const std::string& program, const std::filesystem::path& capsule,
                         const std::string& client);

// Why no scenario can be written to this file, whatever fails, so that it is known before hours of
// looking; "" if one can.
std::string cannot_promote(const std::string& file);

// Writes the failing case as a scenario; the name of the file, without .json, becomes its name.
Kept promote(const sim::FuzzCase& one, const std::string& signature, const std::string& file);

}  // namespace dp::cli
