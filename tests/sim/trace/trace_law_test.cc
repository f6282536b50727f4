// The laws of trace lines and digests, for any events.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/vocabulary/bytes.h"
#include "sim/trace/digest.h"

namespace dp::sim {
namespace {

// Any bytes, and often what a separator or an escape is made of.
std::string any_text() {
  const auto awkward = rc::gen::element<char>('"', '\\', ' ', '\n', 'x', ':', '\x7f', '\x80', 'u');
  return *rc::gen::container<std::string>(
      rc::gen::oneOf(awkward, rc::gen::arbitrary<char>(), rc::gen::inRange('a', 'e')));
}

RecordedEvent any_event() {
  RecordedEvent event;
  event.sequence = *rc::gen::arbitrary<std::uint64_t>();
  event.time_us = *rc::gen::inRange<Micros>(0, Micros{1} << 60);
  event.node = NodeId{*rc::gen::inRange<std::uint32_t>(0, 1000)};
  event.kind = static_cast<EventKind>(*rc::gen::inRange<std::size_t>(0, kEventKindCount));
  event.number = *rc::gen::arbitrary<std::uint64_t>();
  event.other = *rc::gen::arbitrary<std::uint64_t>();
  event.name = any_text();
  event.bytes = any_text();
  return event;
}

std::vector<RecordedEvent> any_events() {
  std::vector<RecordedEvent> events;
  const std::size_t count = *rc::gen::inRange<std::size_t>(1, 40);
  for (std::size_t i = 0; i < count; ++i) events.push_back(any_event());
  return events;
}

DigestValue digest_of(const std::vector<RecordedEvent>& events) {
  Digest digest;
  for (const RecordedEvent& event : events) digest.include(view_of(event));
  return digest.value();
}

// One field of it is another than before. The sequence is not digested: it is the place.
void change_one_field(RecordedEvent& event) {
  const std::uint64_t flip = std::uint64_t{1} << *rc::gen::inRange(0, 60);
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      event.time_us ^= static_cast<Micros>(flip);
      break;
    case 1:
      event.node.value ^= 1;
      break;
    case 2:
      event.kind =
          static_cast<EventKind>((static_cast<std::size_t>(event.kind) + 1) % kEventKindCount);
      break;
    case 3:
      event.number ^= flip;
      break;
    case 4:
      event.other ^= flip;
      break;
    case 5:
      event.name += *rc::gen::arbitrary<char>();
      break;
    default:
      event.bytes.insert(event.bytes.begin(), *rc::gen::arbitrary<char>());
      break;
  }
}

RC_GTEST_PROP(TraceLaws, a_recorded_event_is_seen_as_it_was, ()) {
  const RecordedEvent event = any_event();
  RC_ASSERT(recorded(view_of(event)) == event);
}

RC_GTEST_PROP(TraceLaws, a_line_is_one_line_of_eight_columns_in_utf8_if_its_name_is, ()) {
  RecordedEvent event = any_event();
  if (!is_valid_utf8(event.name)) event.name = hex_encode(as_bytes(event.name));
  const std::string line = line_of(view_of(event));
  RC_ASSERT(line.find('\n') == std::string::npos);
  RC_ASSERT(is_valid_utf8(line));
  std::size_t columns = 1;
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (quoted && line[at] == '\\') {
      ++at;
    } else if (line[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && line[at] == ' ') {
      ++columns;
    }
  }
  RC_ASSERT(!quoted);
  RC_ASSERT(columns == 8u);
}

RC_GTEST_PROP(TraceLaws, events_that_differ_have_different_lines, ()) {
  const RecordedEvent event = any_event();
  RecordedEvent other = event;
  change_one_field(other);
  RC_ASSERT(line_of(view_of(event)) != line_of(view_of(other)));
}

RC_GTEST_PROP(DigestLaws, equal_traces_have_equal_digests_and_one_changed_field_another, ()) {
  std::vector<RecordedEvent> events = any_events();
  const DigestValue digest = digest_of(events);
  RC_ASSERT(digest_of(events) == digest);
  change_one_field(events[*rc::gen::inRange<std::size_t>(0, events.size())]);
  RC_ASSERT(digest_of(events) != digest);
}

RC_GTEST_PROP(DigestLaws, every_beginning_of_a_trace_has_a_digest_of_its_own, ()) {
  std::vector<DigestValue> values;
  Digest digest;
  values.push_back(digest.value());
  for (const RecordedEvent& event : any_events()) {
    digest.include(view_of(event));
    values.push_back(digest.value());
  }
  RC_ASSERT(digest.events() + 1 == values.size());
  std::ranges::sort(values);
  RC_ASSERT(std::ranges::adjacent_find(values) == values.end());
}

RC_GTEST_PROP(DigestLaws, a_copy_goes_on_by_itself_and_ends_alike, ()) {
  const std::vector<RecordedEvent> events = any_events();
  const std::size_t cut = *rc::gen::inRange<std::size_t>(0, events.size());
  Digest digest;
  for (std::size_t i = 0; i < cut; ++i) digest.include(view_of(events[i]));
  Digest copy = digest;
  const DigestValue before = digest.value();
  for (std::size_t i = cut; i < events.size(); ++i) copy.include(view_of(events[i]));
  RC_ASSERT(digest.value() == before);
  RC_ASSERT(copy.value() == digest_of(events));
}

}  // namespace
}  // namespace dp::sim
