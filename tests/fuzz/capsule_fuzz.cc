// libFuzzer: any bytes as each file a campaign leaves behind: a capsule, a journal, a summary.
//
// Checked on every input: reading returns; a refusal is one printable line that begins with the
// name of the file; a capsule that is read is written small enough, reads as an equal one and is
// written as the same bytes; so is a summary; a journal counts whole lines only.
#include <cstdint>

#include "core/vocabulary/bytes.h"
#include "sim/campaign/summary.h"
#include "sim/capsule/capsule.h"
#include "tests/fuzz/script.h"

namespace {

using namespace dp::sim;
using dp::fuzz::require;

constexpr std::string_view kFile = "fuzzed.json";

void check_refusal(std::string_view why) {
  require(why.starts_with("fuzzed.json:"), "a refusal names the file");
  require(why.size() > kFile.size() + 4 && why.size() < 4'096, "and says why");
  require(why.find_first_of("\n\r\t\x1b") == why.npos && dp::is_valid_utf8(why),
          "in one printable line");
}

void check_as_capsule(std::string_view bytes) {
  const auto capsule = read_capsule(kFile, bytes);
  if (!capsule) return check_refusal(capsule.error());
  const std::string written = capsule_text(*capsule);
  require(written.size() <= kCapsuleBytesMax, "a capsule has its size");
  const auto again = read_capsule(kFile, written);
  require(again.has_value(), "what is written can be read");
  require(capsule_text(*again) == written, "a capsule has one spelling");
  require(again->maker == capsule->maker && again->one == capsule->one, "and loses nothing");
  require(again->outcome.has_value() == capsule->outcome.has_value(), "nor its outcome");
}

void check_as_journal(std::string_view bytes) {
  const auto journal = read_journal(kFile, bytes);
  if (!journal) return check_refusal(journal.error());
  require(journal->whole_bytes <= bytes.size(), "a journal is within its file");
  require(journal->whole_bytes == 0 || bytes[journal->whole_bytes - 1] == '\n',
          "and ends with a line");
  const auto again = read_journal(kFile, bytes.substr(0, journal->whole_bytes));
  require(again.has_value() && again->done == journal->done, "half a line counts for nothing");
}

void check_as_summary(std::string_view bytes) {
  const auto summary = read_summary(kFile, bytes);
  if (!summary) return check_refusal(summary.error());
  const std::string written = summary_json(*summary);
  const auto again = read_summary(kFile, written);
  require(again.has_value() && summary_json(*again) == written, "a summary has one spelling");
  require(!summary_text(*summary).empty(), "and can be told");
  const auto alone = merged({{std::string(kFile), *summary}});
  require(alone.has_value() && alone->done == summary->done, "one part is the whole");
  const auto twice = merged({{"a", *summary}, {"b", *summary}});
  require(summary->done == SeedRanges{} || !twice, "the same seeds are not counted twice");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_as_capsule(bytes);
  check_as_journal(bytes);
  check_as_summary(bytes);
  return 0;
}
