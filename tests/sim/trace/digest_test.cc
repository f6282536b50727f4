#include "sim/trace/digest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dp::sim {
namespace {

RecordedEvent sample(std::size_t i) {
  return {i,
          static_cast<Micros>(1'000 * i),
          NodeId{static_cast<std::uint32_t>(i % 5)},
          static_cast<EventKind>(i % kEventKindCount),
          i * 3,
          i * 7,
          "name" + std::to_string(i),
          std::string(i * 97 % 4'000, 'x')};
}

DigestValue digest_of(const std::vector<RecordedEvent>& events) {
  Digest digest;
  for (const RecordedEvent& event : events) digest.include(view_of(event));
  return digest.value();
}

std::vector<RecordedEvent> samples() {
  std::vector<RecordedEvent> events;
  for (std::size_t i = 0; i < 60; ++i) events.push_back(sample(i));
  return events;
}

TEST(Digest, one_byte_or_one_microsecond_anywhere_is_another_digest) {
  const std::vector<RecordedEvent> events = samples();
  const DigestValue expected = digest_of(events);
  EXPECT_EQ(digest_of(events), expected);
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto changed = events;
    changed[i].time_us += 1;
    EXPECT_NE(digest_of(changed), expected);
    changed = events;
    changed[i].node.value += 1;
    EXPECT_NE(digest_of(changed), expected);
    changed = events;
    changed[i].kind = static_cast<EventKind>((i + 1) % kEventKindCount);
    EXPECT_NE(digest_of(changed), expected);
    changed = events;
    changed[i].number += 1;
    EXPECT_NE(digest_of(changed), expected);
    changed = events;
    changed[i].other += 1;
    EXPECT_NE(digest_of(changed), expected);
    changed = events;
    changed[i].name[0] ^= 1;
    EXPECT_NE(digest_of(changed), expected);
    if (changed[i].bytes.empty()) continue;
    changed = events;
    changed[i].bytes.back() ^= 1;
    EXPECT_NE(digest_of(changed), expected);
  }
}

TEST(Digest, a_byte_that_moves_between_fields_or_events_is_seen) {
  std::vector<RecordedEvent> events = samples();
  const DigestValue expected = digest_of(events);
  events[5].name += events[5].bytes.substr(0, 1);
  events[5].bytes.erase(0, 1);
  EXPECT_NE(digest_of(events), expected);
  events = samples();
  std::swap(events[10], events[11]);
  EXPECT_NE(digest_of(events), expected);
  events = samples();
  events.pop_back();
  EXPECT_NE(digest_of(events), expected);
}

TEST(Digest, reading_the_value_does_not_change_what_follows) {
  Digest plain;
  Digest read;
  for (std::size_t i = 0; i < 100; ++i) {
    const RecordedEvent event = sample(i);
    plain.include(view_of(event));
    read.include(view_of(event));
    read.value();
  }
  EXPECT_EQ(plain.value(), read.value());
  const Digest copy = read;
  EXPECT_EQ(copy.value(), read.value());
  EXPECT_EQ(text_of(copy.value()).size(), 32u);
}

TEST(TraceLine, has_the_documented_columns) {
  RecordedEvent event{3, 1'500, NodeId{2}, EventKind::frame_sent,
                      7, 0,     "ping",    "{\"type\":\"ping\"}"};
  EXPECT_EQ(line_of(view_of(event)), R"(3 1500 d0 frame_sent 7 0 "ping" "{\"type\":\"ping\"}")");
  event.bytes = std::string("\xff\x00", 2);
  event.name = "a\nb";
  EXPECT_EQ(line_of(view_of(event)), R"(3 1500 d0 frame_sent 7 0 "a\u000ab" x:ff00)");
}

TEST(TraceLine, every_kind_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kEventKindCount; ++i) names.insert(name(static_cast<EventKind>(i)));
  EXPECT_EQ(names.size(), kEventKindCount);
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(name(EventKind::server_step), "server_step");
}

}  // namespace
}  // namespace dp::sim
