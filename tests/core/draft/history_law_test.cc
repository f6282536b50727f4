// Laws over whole histories of one slot: random people, lost receipts, server loss, clones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/core/draft/history.h"

namespace dp::draft::test {

namespace {

template <class T>
rc::Gen<T> number_below(T bound) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(0, bound));
}

// Edits and syncs in about equal parts; rare events rare.
rc::Gen<Act> any_act() {
  return rc::gen::weightedElement<Act>({{6, Act::replace_line},
                                        {3, Act::replace_neighbours},
                                        {4, Act::insert_line},
                                        {4, Act::append_line},
                                        {2, Act::repeat_line},
                                        {4, Act::delete_line},
                                        {2, Act::retype_line},
                                        {2, Act::keep_prefix},
                                        {2, Act::replace_all},
                                        {1, Act::end_line},
                                        {2, Act::clear},
                                        {2, Act::send},
                                        {12, Act::fetch},
                                        {12, Act::push},
                                        {3, Act::push_unheard},
                                        {1, Act::restart},
                                        {1, Act::clone},
                                        {1, Act::server_loss}});
}

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(rc::gen::set(&Step::act, any_act()),
                              rc::gen::set(&Step::device, number_below<std::uint8_t>(4)),
                              rc::gen::set(&Step::place, number_below<std::uint8_t>(6)),
                              rc::gen::set(&Step::word, number_below<std::uint8_t>(9)));
}

std::vector<Step> any_steps() {
  return *rc::gen::container<std::vector<Step>>(any_step()).as("steps");
}

RC_GTEST_PROP(HistoryLaws, devices_converge_and_nothing_is_lost_or_returns, ()) {
  const auto devices = 2 + *number_below<std::size_t>(3).as("devices - 2");
  History history(devices);
  for (const Step& step : any_steps()) history.perform(step);
  history.quiesce();
  RC_CLASSIFY(history.merges() > 0, "merged");
  RC_CLASSIFY(history.conflicts() > 0, "conflicting");
  if (!history.complaint().empty()) RC_FAIL(history.complaint());
}

RC_GTEST_PROP(HistoryLaws, laws_hold_again_after_a_second_season, ()) {
  History history(3);
  for (const Step& step : any_steps()) history.perform(step);
  history.quiesce();
  for (const Step& step : any_steps()) history.perform(step);
  history.quiesce();
  if (!history.complaint().empty()) RC_FAIL(history.complaint());
}

RC_GTEST_PROP(HistoryLaws, nothing_is_lost_when_hardly_anything_fits, ()) {
  const auto bytes_max = 60 + *number_below<std::size_t>(140).as("payload_bytes_max - 60");
  History history(3, {.payload_bytes_max = bytes_max});
  for (const Step& step : any_steps()) history.perform(step);
  history.quiesce();
  if (!history.complaint().empty()) RC_FAIL(history.complaint());
}

RC_GTEST_PROP(HistoryLaws, one_active_writer_never_makes_a_copy, ()) {
  History history(3);
  for (Step step : any_steps()) {
    if (is_persons(step.act)) step.device = 0;
    if (step.act == Act::clone) continue;  // a clone is a second writer
    history.perform(step);
  }
  history.quiesce();
  RC_ASSERT(history.copies_ever() == 0u);
  if (!history.complaint().empty()) RC_FAIL(history.complaint());
}

RC_GTEST_PROP(HistoryLaws, a_settled_slot_stays_silent, ()) {
  History history(4);
  for (const Step& step : any_steps()) history.perform(step);
  history.quiesce();
  const std::optional<Draft> before =
      history.head() ? std::optional(*history.head()) : std::nullopt;
  for (std::uint8_t device = 0; device < 4; ++device) {
    history.perform({Act::fetch, device, 0, 0});
    history.perform({Act::push, device, 0, 0});
  }
  const std::optional<Draft> after = history.head() ? std::optional(*history.head()) : std::nullopt;
  RC_ASSERT(before == after);
}

}  // namespace
}  // namespace dp::draft::test
