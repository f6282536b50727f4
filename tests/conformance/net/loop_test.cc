// Time, signals and lines on a Loop.
#include "conformance/net/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

namespace dp::net {
namespace {

constexpr Micros kPatience = 30 * kSecond;
using Lines = std::vector<std::optional<std::string>>;

TEST(Timers, FireOnceNotEarlyAndOnlyTheLastArmingCounts) {
  Loop loop;
  std::vector<Micros> fired;
  Timer timer(loop, [&] { fired.push_back(Loop::now().monotonic_us); });
  const Micros start = Loop::now().monotonic_us;
  timer.arm(start + 1 * kMillisecond);
  timer.arm(start + 20 * kMillisecond);
  ASSERT_TRUE(loop.run_until([&] { return !fired.empty(); }, kPatience));
  EXPECT_GE(fired.front(), start + 20 * kMillisecond);
  EXPECT_FALSE(loop.run_until([&] { return fired.size() > 1; }, 30 * kMillisecond));
}

TEST(Timers, ThatWereDisarmedStaySilent) {
  Loop loop;
  bool fired = false;
  Timer timer(loop, [&] { fired = true; });
  timer.arm(Loop::now().monotonic_us);
  timer.disarm();
  EXPECT_FALSE(loop.run_until([&] { return fired; }, 20 * kMillisecond));
}

TEST(Loops, HearSignals) {
  Loop loop;
  int heard = 0;
  loop.on_signals({SIGUSR1}, [&](int signal) { heard = signal; });
  ::raise(SIGUSR1);
  EXPECT_TRUE(loop.run_until([&] { return heard == SIGUSR1; }, kPatience));
}

TEST(LinesOfAPipe, ComeWholeThoughTheyArriveInPiecesAndWaitWhilePaused) {
  Loop loop;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Lines lines;
  loop.read_lines(ends[0], 100, [&](std::optional<std::string> line) {
    lines.push_back(std::move(line));
    if (lines.size() == 1) loop.pause_lines(true);
  });
  ASSERT_EQ(::write(ends[1], "on", 2), 2);
  EXPECT_FALSE(loop.run_until([&] { return !lines.empty(); }, 20 * kMillisecond));
  ASSERT_EQ(::write(ends[1], "e\ntwo\nrest", 10), 10);
  ASSERT_TRUE(loop.run_until([&] { return !lines.empty(); }, kPatience));
  EXPECT_FALSE(loop.run_until([&] { return lines.size() > 1; }, 20 * kMillisecond));
  ::close(ends[1]);
  loop.pause_lines(false);
  ASSERT_TRUE(loop.run_until([&] { return lines.size() == 4; }, kPatience));
  EXPECT_EQ(lines, (Lines{"one", "two", "rest", std::nullopt}));
  ::close(ends[0]);
}

TEST(LinesOfAFile, ComeWhole) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("draftproof-lines-" + std::to_string(::getpid()));
  std::ofstream(path) << "one\n\nthree";
  const int file = ::open(path.c_str(), O_RDONLY);
  Loop loop;
  Lines lines;
  loop.read_lines(file, 100, [&](std::optional<std::string> line) { lines.push_back(line); });
  ASSERT_TRUE(loop.run_until([&] { return lines.size() == 4; }, kPatience));
  EXPECT_EQ(lines, (Lines{"one", "", "three", std::nullopt}));
  ::close(file);
  std::filesystem::remove(path);
}

TEST(LinesTooLong, EndTheInput) {
  Loop loop;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Lines lines;
  loop.read_lines(ends[0], 5, [&](std::optional<std::string> line) { lines.push_back(line); });
  ASSERT_EQ(::write(ends[1], "123456789\nnext\n", 15), 15);
  ASSERT_TRUE(loop.run_until([&] { return lines.size() == 2; }, kPatience));
  EXPECT_EQ(lines, (Lines{"12345", std::nullopt}));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace dp::net
