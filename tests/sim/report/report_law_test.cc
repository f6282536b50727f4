// The laws of what is reported, for any texts and any runs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "sim/report/junit.h"
#include "sim/report/name_pattern.h"
#include "sim/report/results_json.h"

namespace dp::sim {
namespace {

std::string any_text() {
  const auto awkward = rc::gen::element<char>('<', '>', '&', '"', '\n', '\t', '\0', '\x7f', '\xEF',
                                              '\xBF', '\xBE', '\xC3', '\xA9');
  return *rc::gen::container<std::string>(
      rc::gen::oneOf(awkward, rc::gen::arbitrary<char>(), rc::gen::inRange('a', 'e')));
}

RunRecord any_record() {
  RunRecord record;
  record.name = any_text();
  record.file = any_text();
  record.seed = *rc::gen::inRange<std::uint64_t>(0, 5);
  record.status = *rc::gen::element(RunStatus::passed, RunStatus::failed, RunStatus::error);
  record.error = record.status == RunStatus::error ? any_text() : "";
  record.events = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  record.comparisons = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  record.simulated_us = *rc::gen::inRange<Micros>(0, kMinute);
  if (record.status == RunStatus::failed) {
    ReportedViolation violation;
    violation.rule = any_text();
    violation.expected = any_text();
    violation.seen = any_text();
    violation.story = {any_text()};
    record.violations.push_back(std::move(violation));
  }
  return record;
}

std::vector<RunRecord> any_records() {
  std::vector<RunRecord> records;
  const std::size_t count = *rc::gen::inRange<std::size_t>(0, 12);
  for (std::size_t i = 0; i < count; ++i) records.push_back(any_record());
  return records;
}

Results results(std::vector<RunRecord> records, std::size_t planned) {
  return results_of("1", std::move(records), 1, planned, false, 0);
}

RC_GTEST_PROP(ReportLaws, every_planned_run_is_counted_once, ()) {
  const std::vector<RunRecord> records = any_records();
  const std::size_t planned = records.size() + *rc::gen::inRange<std::size_t>(0, 5);
  const Summary sum = results(records, planned).summary;
  RC_ASSERT(sum.passed + sum.failed + sum.errors == sum.runs);
  RC_ASSERT(sum.runs + sum.not_run == planned);
  std::uint64_t events = 0;
  for (const RunRecord& record : records) events += record.events;
  RC_ASSERT(sum.events == events);
}

RC_GTEST_PROP(ReportLaws, the_exit_code_is_0_if_there_was_a_run_and_all_planned_ones_passed_only,
              ()) {
  const std::vector<RunRecord> records = any_records();
  const std::size_t planned = records.size() + *rc::gen::inRange<std::size_t>(0, 3);
  const bool all = !records.empty() && planned == records.size() &&
                   std::ranges::all_of(records, [](const RunRecord& record) {
                     return record.status == RunStatus::passed;
                   });
  RC_ASSERT((results(records, planned).summary.exit_code() == ExitCode::all_hold) == all);
}

RC_GTEST_PROP(ReportLaws, records_come_by_name_and_seed_and_none_is_lost, ()) {
  const std::vector<RunRecord> records = any_records();
  const Results reported = results(records, records.size());
  RC_ASSERT(std::ranges::is_permutation(reported.records, records));
  RC_ASSERT(std::ranges::is_sorted(reported.records, {}, [](const RunRecord& record) {
    return std::tie(record.name, record.seed);
  }));
}

RC_GTEST_PROP(ReportLaws, whatever_the_texts_hold_json_is_one_object_with_every_run, ()) {
  const std::vector<RunRecord> records = any_records();
  const auto json =
      nlohmann::json::parse(results_json(results(records, records.size())), nullptr, false);
  RC_ASSERT(json.is_object());
  RC_ASSERT(json["summary"]["runs"] == records.size());
}

std::string unescaped(std::string text) {
  const std::pair<std::string_view, std::string_view> entities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""},
      {"&#10;", "\n"}, {"&#9;", "\t"}, {"&amp;", "&"}};
  for (const auto& [entity, meant] : entities) {
    for (std::size_t at = text.find(entity); at != std::string::npos;
         at = text.find(entity, at + meant.size())) {
      text.replace(at, entity.size(), meant);
    }
  }
  return text;
}

RC_GTEST_PROP(ReportLaws, text_that_xml_can_say_is_read_back_as_it_was, ()) {
  const std::string text = *rc::gen::container<std::string>(
      rc::gen::element<char>('<', '>', '&', '"', '\n', '\t', ';', '#', 'a', 'l', 't', 'g', ' '));
  RC_ASSERT(unescaped(xml_escaped(text)) == text);
}

RC_GTEST_PROP(ReportLaws, no_text_leaves_what_xml_forbids_or_reads_as_markup, ()) {
  for (const char c : xml_escaped(any_text())) {
    RC_ASSERT(c != '<');
    RC_ASSERT(c != '>');
    RC_ASSERT(c != '"');
    RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  }
}

// The definition, slowly.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return matches(pattern.substr(1), text) || (!text.empty() && matches(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(NamePatternLaws, a_pattern_matches_what_its_definition_says, ()) {
  const auto letters = [](std::initializer_list<char> of, std::size_t most) {
    std::string word = *rc::gen::container<std::string>(rc::gen::elementOf(std::vector<char>(of)));
    word.resize(std::min(word.size(), most));
    return word;
  };
  const std::string pattern = letters({'a', 'b', '*', '?'}, 8);
  const std::string text = letters({'a', 'b'}, 12);
  RC_ASSERT(glob_matches(pattern, text) == matches(pattern, text));
}

RC_GTEST_PROP(NamePatternLaws, a_star_between_two_halves_of_a_name_matches_it, ()) {
  const std::string text = any_text();
  const std::size_t from = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const std::size_t to = *rc::gen::inRange<std::size_t>(from, text.size() + 1);
  RC_ASSERT(glob_matches(text.substr(0, from) + "*" + text.substr(to), text));
}

}  // namespace
}  // namespace dp::sim
