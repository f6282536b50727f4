// How well a suite judges: what became of each implementation that is wrong on purpose, and of each
// legal twin, as a table for people and as JSON for programs.
//
// Guarantees: counts are counted from the rows; a table and the JSON made of the same rows agree.
// Does not: judge. conformance/broken/client and conformance/broken/server do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dp::conformance {

struct ScoreRow {
  enum class Came : std::uint8_t {
    caught,        // by a case of the requirement it breaks
    by_bystander,  // by a case of another requirement only
    missed,
    clean,    // a twin that nothing accused
    accused,  // a twin, wrongly
  };
  std::string name;
  std::string requirement;  // "" for a twin
  std::string what;
  bool grave = false;
  Came came = Came::missed;
  std::string by;      // the case
  std::string detail;  // what it expected and saw
  double seconds = 0;
  bool good() const { return came == Came::caught || came == Came::clean; }
};

struct ScoreSum {
  std::size_t wrong = 0;
  std::size_t caught = 0;
  std::size_t by_bystander = 0;
  std::size_t missed = 0;
  std::size_t grave = 0;
  std::size_t grave_caught = 0;
  std::size_t twins = 0;
  std::size_t clean = 0;
  // At least 98 of 100 caught, every grave one, and no twin accused.
  bool good_enough() const;
};

std::string_view name(ScoreRow::Came came);  // "caught", "by-bystander", ...
ScoreSum sum_of(const std::vector<ScoreRow>& rows);
std::string said_in_short(const ScoreSum& sum);  // a sentence

// `suite` is "client" or "server".
std::string score_markdown(std::string_view suite, const std::vector<ScoreRow>& rows);
std::string score_json(std::string_view suite, const std::vector<ScoreRow>& rows);

// The document with the suite's part replaced, or added if it has none; parts of other suites stay
// as they are. An empty document gets its heading.
std::string with_score_part(std::string document, std::string_view suite, std::string_view part);

}  // namespace dp::conformance
