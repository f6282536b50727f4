// libFuzzer: any bytes as a scenario file, and as the tree of values beneath it.
//
// Checked on every input: reading returns; a refusal has between one and twenty problems, each at a
// place inside the file and in one printable line; what is read is written as a document that reads
// as the same tree; what binds binds again the same. The seeds are files of scenarios/, so the name
// that a file must repeat is taken from its bytes.
#include <cstdint>

#include "core/vocabulary/bytes.h"
#include "sim/scenario/bind.h"
#include "tests/fuzz/script.h"

namespace {

using namespace dp::sim;
using dp::fuzz::require;

constexpr std::string_view kFile = "fuzzed.json";

bool is_one_line(const Problem& problem) {
  const std::string text = problem.text();
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
  }
  return dp::is_valid_utf8(text) && text.size() < 4'096;
}

void check_problem(const Problem& problem, std::string_view bytes) {
  require(problem.file == kFile, "a problem names its file");
  const auto lines = 1 + static_cast<std::uint32_t>(std::ranges::count(bytes, '\n'));
  require(problem.at.line >= 1 && problem.at.line <= lines, "a problem lies inside the file");
  require(problem.at.column >= 1 && problem.at.column <= bytes.size() + 1, "in its line");
  require(!problem.message.empty() && is_one_line(problem), "a problem is one printable line");
}

void check_as_document(std::string_view bytes) {
  const auto root = read_document(kFile, bytes);
  if (!root) return check_problem(root.error(), bytes);
  const std::string written = to_json(*root);
  const auto again = read_document(kFile, written);
  require(again.has_value(), "what was read can be written and read");
  require(to_json(*again) == written, "as the same tree");
}

// What stands after the first "name", so that most files have the stem they ask for.
std::string stem_of(std::string_view bytes) {
  const std::size_t key = bytes.find("\"name\"");
  if (key == bytes.npos) return "fuzzed";
  const std::size_t begin = bytes.find('"', key + 6);
  if (begin == bytes.npos) return "fuzzed";
  const std::size_t end = bytes.find('"', begin + 1);
  return std::string(bytes.substr(begin + 1, end == bytes.npos ? end : end - begin - 1));
}

std::size_t count(const std::vector<Step>& steps) {
  std::size_t all = steps.size();
  for (const Step& step : steps) {
    if (const auto* repeat = std::get_if<Repeat>(&step.what)) all += count(repeat->steps);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_as_document(bytes);
  const std::string stem = stem_of(bytes);
  const auto scenario = bind_scenario(kFile, stem, bytes);
  if (!scenario) {
    require(!scenario.error().empty() && scenario.error().size() <= kProblemsMax,
            "one to twenty problems");
    for (const Problem& problem : scenario.error()) check_problem(problem, bytes);
    return 0;
  }
  require(scenario->name == stem, "a scenario has the name of its file");
  require(!scenario->devices.empty() || scenario->steps.empty() || !scenario->accounts.empty(),
          "somebody is there");
  require(scenario->seeds.first <= scenario->seeds.last, "its seeds are a range");
  const auto again = bind_scenario(kFile, stem, bytes);
  require(again.has_value() && again->powers_needed() == scenario->powers_needed() &&
              count(again->steps) == count(scenario->steps),
          "a file is one scenario");
  return 0;
}
