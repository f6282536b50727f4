// No mark is dead: docs/marks.md says how often each was met in ten thousand runs and where first,
// and every one of them is still met.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "sim/marks/mark_observer.h"
#include "sim/runner/generated_run.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kRunsOfTable = 10'000;
constexpr std::uint64_t kSeedsPlayed = 100;
constexpr std::uint64_t kSeedsSearched = 2'000;

struct Row {
  std::uint64_t runs = 0;
  std::uint64_t first_seed = 0;
  std::string meaning;
};

// | name | runs | first seed | meaning |
std::map<std::string, Row> table() {
  std::map<std::string, Row> rows;
  std::ifstream file(DP_SOURCE_DIR "/docs/marks.md");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| ") || line.starts_with("| mark")) continue;
    std::istringstream in(line);
    std::string bar;
    std::string name;
    Row row;
    in >> bar >> name >> bar >> row.runs >> bar >> row.first_seed >> bar;
    std::getline(in >> std::ws, row.meaning, '|');
    row.meaning.erase(row.meaning.find_last_not_of(' ') + 1);
    rows[name] = row;
  }
  return rows;
}

MarkSet met_by(std::uint64_t seed) {
  GeneratedRun run(default_mix(seed));
  MarkObserver observer;
  run.world().attach(&observer);
  run.finish();
  return observer.marks();
}

std::string missing_in(const MarkSet& met) {
  std::string names;
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    const auto mark = static_cast<Mark>(i);
    if (!met.has(mark)) names += std::string(card(mark).name) + " ";
  }
  return names;
}

TEST(Census, the_table_has_every_mark_and_many_are_rare) {
  const auto rows = table();
  EXPECT_EQ(rows.size(), kMarkCount);
  std::size_t rare = 0;
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    const MarkCard& one = card(static_cast<Mark>(i));
    const auto row = rows.find(std::string(one.name));
    ASSERT_NE(row, rows.end()) << one.name;
    EXPECT_EQ(row->second.meaning, one.meaning);
    EXPECT_GT(row->second.runs, 0u) << one.name << " is dead";
    if (20 * row->second.runs < kRunsOfTable) ++rare;
  }
  EXPECT_GE(rare, 60u);
}

// What the table remembers is tried first, so this is quick until behaviour changes.
TEST(Census, no_mark_is_dead) {
  const auto rows = table();
  MarkSet met;
  for (std::uint64_t seed = 0; seed < kSeedsPlayed; ++seed) met.join(met_by(seed));
  std::set<std::uint64_t> witnesses;
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    const auto mark = static_cast<Mark>(i);
    const auto row = rows.find(std::string(card(mark).name));
    if (!met.has(mark) && row != rows.end()) witnesses.insert(row->second.first_seed);
  }
  for (const std::uint64_t seed : witnesses) met.join(met_by(seed));
  for (std::uint64_t seed = kSeedsPlayed; seed < kSeedsSearched && met.count() < kMarkCount;
       ++seed) {
    met.join(met_by(seed));
  }
  EXPECT_EQ(missing_in(met), "")
      << "the generator does not get there any more, or `draftproof marks "
         "--markdown docs/marks.md` is to be run again";
}

}  // namespace
}  // namespace dp::sim
