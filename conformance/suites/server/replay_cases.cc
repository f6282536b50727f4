// Section 5.4: what a client kept while it was offline.
#include <algorithm>

#include "conformance/suites/server/case_over.h"
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ChangeOutcome;
using wire::ErrorCode;

void check_result(Bench& bench, const wire::OfflineSyncComplete& complete, std::size_t at,
                  const wire::OfflineChange& change, ChangeOutcome outcome, Version version) {
  bench.check(at < complete.results.size(), "a result for every change", "fewer", "no-result");
  const wire::OfflineResult& result = complete.results[at];
  bench.check(result.change_id == change.change_id, "results in the order of the list",
              "another order", "wrong-order");
  bench.check(result.outcome == outcome, "the outcome that the table names", "another",
              "wrong-outcome");
  bench.check_number(version, result.draft_v, "draft_v of the result");
}

void check_counts(Bench& bench, const wire::OfflineSyncComplete& complete, std::uint64_t processed,
                  std::uint64_t conflicts, std::uint64_t errors) {
  bench.check_number(processed, complete.processed, "processed");
  bench.check_number(conflicts, complete.conflicts, "conflicts");
  bench.check_number(errors, complete.errors, "errors");
}

void stored(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot fresh = bench.party().slot();
  Slot known = bench.party().slot();
  Slot gone = bench.party().slot();
  bench.store(line, known);
  bench.store(line, gone);
  other.hear_all();
  other.news();
  const wire::OfflineChange one = fresh.offline_update();
  const wire::OfflineChange two = known.offline_update();
  const wire::OfflineChange three = gone.offline_deletion();
  const auto complete = replayed(line, {one, two, three});
  check_counts(bench, complete, 3, 0, 0);
  check_result(bench, complete, 0, one, ChangeOutcome::stored, 1);
  check_result(bench, complete, 1, two, ChangeOutcome::stored, 2);
  check_result(bench, complete, 2, three, ChangeOutcome::stored, 2);
  for (Slot* slot : {&fresh, &known, &gone}) {
    slot->accepted();
    bench.check_holds(line, *slot);
  }
  for (Connection* each : {&line, &other}) {
    bench.check(each->await<wire::ChatDraftUpdated>().chat_id == fresh.id(),
                "the first change, told to all", "another", "wrong-news");
    bench.check_number(2, each->await<wire::ChatDraftUpdated>().draft_v, "the second, told to all");
    bench.check(each->await<wire::DraftDeleted>().encrypted_tombstone == gone.sealed,
                "the deletion, told to all", "another", "wrong-news");
  }
  bench.check(is_listed(other, fresh.id()), "the fresh chat is listed", "it is not", "left-out");
}

void first_of_each_slot(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  Slot other = bench.party().slot();
  const wire::OfflineChange first = slot.offline_update();
  slot.accepted();
  const Slot kept = slot;
  const wire::OfflineChange second = slot.offline_update();
  const wire::OfflineChange between = other.offline_update();
  std::vector<Heard> others;
  const auto complete = replayed(line, {first, between, second}, &others);
  check_counts(bench, complete, 2, 0, 1);
  check_result(bench, complete, 0, first, ChangeOutcome::stored, 1);
  check_result(bench, complete, 1, between, ChangeOutcome::stored, 1);
  check_result(bench, complete, 2, second, ChangeOutcome::error, 0);
  const auto* error = others.size() == 1 ? others[0].as<wire::ErrorFrame>() : nullptr;
  bench.check(error != nullptr && error->code == ErrorCode::replay_refused &&
                  error->change_id == second.change_id,
              "replay_refused for the second change", Connection::described(others),
              "wrong-answer");
  bench.check_holds(line, kept);
}

// Whatever became of the first, the second of its slot is refused.
void after_a_conflict(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  Slot stale(bench.party(), slot.chat);
  const wire::OfflineChange first = stale.offline_update();
  Slot right = slot;
  const wire::OfflineChange second = right.offline_update();
  std::vector<Heard> others;
  const auto complete = replayed(line, {first, second}, &others);
  check_counts(bench, complete, 0, 1, 1);
  check_result(bench, complete, 0, first, ChangeOutcome::conflict, 1);
  check_result(bench, complete, 1, second, ChangeOutcome::error, 0);
  bench.check(others.size() == 2 && others[0].as<wire::DraftConflict>() != nullptr &&
                  others[1].as<wire::ErrorFrame>() != nullptr,
              "draft_conflict for the first, then the error", Connection::described(others),
              "wrong-answer");
  bench.check_holds(line, slot);
}

void conflict(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.store(line, slot);
  Slot stale(bench.party(), slot.chat);
  const wire::OfflineChange change = stale.offline_update();
  std::vector<Heard> others;
  const auto complete = replayed(line, {change}, &others);
  check_counts(bench, complete, 0, 1, 0);
  check_result(bench, complete, 0, change, ChangeOutcome::conflict, 2);
  const auto* told = others.size() == 1 ? others[0].as<wire::DraftConflict>() : nullptr;
  bench.check(told != nullptr && told->change_id == change.change_id && told->draft_v == 2 &&
                  told->encrypted_draft_md == slot.sealed,
              "its own draft_conflict with the draft", Connection::described(others),
              "wrong-answer");
  bench.check_holds(line, slot);
}

void repeated(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const wire::OfflineChange change = slot.offline_update();
  replayed(line, {change});
  slot.accepted();
  other.hear_all();
  other.news();
  line.news();
  const auto complete = replayed(line, {change});
  check_counts(bench, complete, 1, 0, 0);
  check_result(bench, complete, 0, change, ChangeOutcome::repeated, 1);
  line.no_news("a repeat is not told");
  other.no_news("a repeat is not told");
  bench.check_holds(line, slot);
}

void superseded(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  const wire::OfflineChange change = slot.field_offline_update(0);
  check_result(bench, replayed(line, {change}), 0, change, ChangeOutcome::stored, 1);
  bench.store_field(line, slot, slot.field_update());
  line.hear_all();
  line.news();
  other.hear_all();
  other.news();
  std::vector<Heard> others;
  const auto complete = replayed(line, {change}, &others);
  // Who does not remember the id any more sees a change to what is past, which is a conflict.
  if (others.size() == 1 && others[0].as<wire::DraftConflict>() != nullptr) {
    check_counts(bench, complete, 0, 1, 0);
    throw CaseOver{Verdict::not_applicable, "forgets", "a server that remembers the last change",
                   "one that has forgotten it", ""};
  }
  bench.check(others.empty(), "offline_sync_complete and no other answer",
              Connection::described(others), "wrong-answer");
  check_counts(bench, complete, 1, 0, 0);
  check_result(bench, complete, 0, change, ChangeOutcome::superseded, 1);
  line.no_news("what is superseded is not told");
  other.no_news("what is superseded is not told");
}

void field_conflict(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  bench.store_field(line, slot, slot.field_update());
  const wire::UpdateDraft newest = slot.field_update();
  bench.store_field(line, slot, newest);
  const wire::OfflineChange stale = slot.field_offline_update(1);
  std::vector<Heard> others;
  const auto complete = replayed(line, {stale}, &others);
  check_counts(bench, complete, 0, 1, 0);
  check_result(bench, complete, 0, stale, ChangeOutcome::conflict, 2);
  bench.check(others.size() == 1 && others[0].as<wire::DraftConflict>() != nullptr,
              "draft_conflict", Connection::described(others), "wrong-answer");
  bench.check(bench.read(line, slot).encrypted_draft_md == newest.encrypted_draft_md,
              "the newer draft stays", "another", "wrong-draft");
  const wire::OfflineChange current = slot.field_offline_update(2);
  check_result(bench, replayed(line, {current}), 0, current, ChangeOutcome::stored, 3);
}

void field_deletions(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot one = party.slot();
  Slot two = party.slot();
  bench.store_field(line, one, one.field_update());
  bench.store_field(line, two, two.field_update());
  wire::OfflineChange null_value = one.field_offline_update(1);
  null_value.value.reset();
  wire::OfflineChange with_value = two.field_offline_update(1);
  with_value.kind = wire::OfflineKind::delete_draft;
  const auto complete = replayed(line, {null_value, with_value});
  check_counts(bench, complete, 2, 0, 0);
  check_result(bench, complete, 0, null_value, ChangeOutcome::stored, 2);
  check_result(bench, complete, 1, with_value, ChangeOutcome::stored, 2);
  for (const Slot* slot : {&one, &two}) {
    const auto held = bench.read(line, *slot);
    bench.check(held.draft_v == 0 && held.cleared_draft_v == 2, "a deletion", "a draft",
                "not-deleted");
  }
}

// One bad entry, and nothing of the list is stored.
auto one_bad_entry(std::string from, std::string to) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot good = bench.party().slot();
    Slot bad = bench.party().slot();
    const wire::OfflineChange first = good.offline_update();
    std::string text = wire::encode(wire::SyncOfflineChanges{{first, bad.offline_update()}});
    const std::size_t at = text.rfind(from);
    bench.check(at != std::string::npos, "a member to spoil", text, "harness");
    text.replace(at, from.size(), to);
    line.refused(std::string_view(text), ErrorCode::invalid_frame);
    bench.check_empty(line, good);
    bench.check_empty(line, bad);
    line.no_news("nothing was stored");
    check_result(bench, replayed(line, {first}), 0, first, ChangeOutcome::stored, 1);
  };
}

void refused_one_of_many(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot theirs = bench.stranger().slot();
  bench.store(stranger, theirs);
  Slot foreign(bench.party(), theirs.chat);
  Slot good = bench.party().slot();
  const wire::OfflineChange first = foreign.offline_update();
  const wire::OfflineChange second = good.offline_update();
  std::vector<Heard> others;
  const auto complete = replayed(line, {first, second}, &others);
  check_counts(bench, complete, 1, 0, 1);
  check_result(bench, complete, 0, first, ChangeOutcome::error, 0);
  check_result(bench, complete, 1, second, ChangeOutcome::stored, 1);
  const auto* error = others.size() == 1 ? others[0].as<wire::ErrorFrame>() : nullptr;
  bench.check(error != nullptr && error->code == ErrorCode::chat_forbidden &&
                  error->change_id == first.change_id,
              "chat_forbidden for the first", Connection::described(others), "wrong-answer");
  stranger.no_news("the change was refused");
  bench.check_holds(stranger, theirs);
}

void empty_list(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const auto complete = replayed(line, {});
  check_counts(bench, complete, 0, 0, 0);
  bench.check(complete.results.empty(), "no results", "some", "results");
}

}  // namespace

std::vector<ServerCase> server_replay_cases() {
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  add("DP-REPLAY-001/first", "Of each slot the first change counts", first_of_each_slot);
  add("DP-REPLAY-002/further", "Further changes of a slot are refused", first_of_each_slot);
  add("DP-REPLAY-002/after-a-conflict", "Whatever became of the first", after_a_conflict);
  add("DP-REPLAY-003/told-to-all", "What is accepted is told to all, the sender included", stored);
  add("DP-REPLAY-004/superseded", "What is superseded is processed and not told", superseded);
  add("DP-REPLAY-004/repeated", "What is repeated is processed and not told", repeated);
  add("DP-REPLAY-005/results", "A result for each change, in order", stored);
  add("DP-REPLAY-005/with-a-refusal", "A refused change keeps its place", refused_one_of_many);
  add("DP-REPLAY-005/empty", "An empty list is complete", empty_list);
  add("DP-REPLAY-006/conflict", "A conflict has its own draft_conflict", conflict);
  add("DP-REPLAY-007/nothing-stored", "A replay of a fresh chat is accepted", stored);
  add("DP-REPLAY-008/field", "An unsealed change to what is past is a conflict", field_conflict);
  add("DP-REPLAY-008/deletions", "Deletions in a list", field_deletions);
  add("DP-REPLAY-009/version", "One bad number refuses the list",
      one_bad_entry("\"version_before_edit\":0", "\"version_before_edit\":-1"));
  add("DP-REPLAY-009/type", "One bad type refuses the list",
      one_bad_entry("\"type\":\"draft\"", "\"type\":\"draught\""));
  return all;
}

}  // namespace dp::conformance
