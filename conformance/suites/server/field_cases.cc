// Section 4.2 and section 12: unsealed changes, and the border between the dialects.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

void last_arrival_wins(Bench& bench) {
  Party& party = bench.field_party();
  Connection& first = bench.connect(party);
  Connection& second = bench.connect(party);
  Slot slot = party.slot();
  Version version = 0;
  wire::UpdateDraft newest;
  for (int i = 0; i < 6; ++i) {
    newest = slot.field_update();
    bench.check_number(++version, bench.store_field(i % 2 == 0 ? first : second, slot, newest),
                       "the version, one above the last");
  }
  bench.check(bench.read(first, slot).encrypted_draft_md == newest.encrypted_draft_md,
              "the last arrival", "another", "wrong-draft");
}

void one_above(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  bench.check_number(1, bench.store_field(line, slot, slot.field_update()), "the first version");
  bench.check_number(2, bench.store_field(line, slot, slot.field_update()), "the second version");
  const auto gone = line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
  bench.check(gone.success, "the deletion is accepted", "it is not", "not-deleted");
  bench.check_number(3, gone.draft_v.value_or(0), "the version of the deletion");
  bench.check_number(4, bench.store_field(line, slot, slot.field_update()),
                     "the version after the deletion");
}

void null_deletes(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  bench.store_field(line, slot, slot.field_update());
  other.await<wire::ChatDraftUpdated>();
  wire::UpdateDraft nothing = slot.field_update();
  nothing.encrypted_draft_md.reset();
  nothing.encrypted_draft_preview = {};
  bench.check_number(2, bench.store_field(line, slot, nothing), "the version of the deletion");
  const auto told = other.await<wire::DraftDeleted>();
  bench.check_number(2, told.draft_v.value_or(0), "the version told");
  const auto held = bench.read(line, slot);
  bench.check(held.draft_v == 0 && held.cleared_draft_v == 2 && !held.encrypted_draft_md,
              "no draft, cleared at 2", "otherwise", "draft-left");
  bench.check(!is_listed(line, slot.id()), "a chat without a draft is not listed", "it is",
              "listed");
}

void empty_text(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  const wire::UpdateDraft good = slot.field_update();
  bench.store_field(line, slot, good);
  wire::UpdateDraft bad = slot.field_update();
  bad.encrypted_draft_md = "";
  const auto error = line.refused(bad, ErrorCode::envelope_invalid);
  bench.check(error.change_id == bad.change_id, "the change_id in the error", "another or none",
              "wrong-change-id");
  bench.check(bench.read(line, slot).encrypted_draft_md == good.encrypted_draft_md,
              "the draft as it was", "another", "wrong-draft");
  bad.encrypted_draft_md = " ";
  bad.change_id = party.change_id();
  bench.check_number(2, bench.store_field(line, slot, bad), "the version of a blank");
}

void deletions_count(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  for (Version v = 1; v <= 3; ++v) {
    const auto gone = line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
    bench.check_number(v, gone.draft_v.value_or(0), "the version of a deletion of nothing");
  }
  bench.check_number(4, bench.store_field(line, slot, slot.field_update()),
                     "the version after three deletions");
}

// ---- repeats ------------------------------------------------------------------------------------

void repeated_by_id(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  const wire::UpdateDraft frame = slot.field_update();
  bench.store_field(line, slot, frame);
  other.await<wire::ChatDraftUpdated>();
  const auto again = line.answer<wire::DraftUpdateReceipt>(frame);
  bench.check(again.success && !again.superseded && again.change_id == frame.change_id,
              "the same receipt", "another", "wrong-receipt");
  bench.check_number(1, again.draft_v, "its version");
  other.no_news("a repeat is not told");
  bench.check_number(1, bench.read(line, slot).draft_v, "the slot's version");
}

void repeated_older(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  const wire::UpdateDraft first = slot.field_update();
  const wire::UpdateDraft second = slot.field_update();
  bench.store_field(line, slot, first);
  bench.store_field(line, slot, second);
  other.await<wire::ChatDraftUpdated>();
  other.await<wire::ChatDraftUpdated>();
  const auto again = line.answer<wire::DraftUpdateReceipt>(first);
  bench.check(again.superseded, "superseded", "not so", "not-superseded");
  bench.check_number(1, again.draft_v, "its old version");
  other.no_news("an older change that is repeated is not told");
  const auto held = bench.read(line, slot);
  bench.check(held.draft_v == 2 && held.encrypted_draft_md == second.encrypted_draft_md,
              "the newer draft", "another", "wrong-draft");
}

void identical_bytes(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  wire::UpdateDraft frame = slot.field_update();
  bench.store_field(line, slot, frame);
  other.await<wire::ChatDraftUpdated>();
  wire::UpdateDraft same = frame;
  same.change_id = party.change_id();
  bench.check_number(1, line.answer<wire::DraftUpdateReceipt>(same).draft_v,
                     "the version of the same text and preview");
  same.change_id = party.change_id();
  same.encrypted_draft_preview = {};
  bench.check_number(1, line.answer<wire::DraftUpdateReceipt>(same).draft_v,
                     "the version of the same text without a preview");
  other.no_news("what is identical is not told");
  same.change_id = party.change_id();
  same.encrypted_draft_preview = slot.field_update().encrypted_draft_preview;
  bench.check_number(2, line.answer<wire::DraftUpdateReceipt>(same).draft_v,
                     "the version of the same text with another preview");
  bench.check_number(2, other.await<wire::ChatDraftUpdated>().draft_v, "the version told");
}

void deletions_are_never_identical(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  const wire::DeleteDraft first = slot.field_deletion();
  bench.check_number(1, line.answer<wire::DraftDeleteReceipt>(first).draft_v.value_or(0),
                     "the version of a deletion");
  bench.check_number(1, line.answer<wire::DraftDeleteReceipt>(first).draft_v.value_or(0),
                     "the version of the same deletion, by its id");
  bench.check_number(
      2, line.answer<wire::DraftDeleteReceipt>(slot.field_deletion()).draft_v.value_or(0),
      "the version of another deletion");
}

void sealed_repeats(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const wire::UpdateDraft frame = bench.store(line, slot);
  other.await<wire::ChatDraftUpdated>();
  const auto check_again = [&](const wire::UpdateDraft& repeat, std::string_view what) {
    const auto again = line.answer<wire::DraftUpdateReceipt>(repeat);
    bench.check(again.success && !again.superseded && again.change_id == repeat.change_id,
                std::string("a receipt for ") + std::string(what), "another", "wrong-receipt");
    bench.check_number(1, again.draft_v, "its version");
    bench.check_holds(line, slot);
  };
  check_again(frame, "the same frame");
  wire::UpdateDraft same = frame;
  same.change_id = bench.party().change_id();
  check_again(same, "the same envelope with another change_id");
  same.encrypted_draft_preview = {};
  same.change_id = bench.party().change_id();
  check_again(same, "the same envelope without its preview");
  other.no_news("a repeat is not told");
}

void sealed_deletion_repeats(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const wire::DeleteDraft frame = bench.remove(line, slot);
  other.await<wire::DraftDeleted>();
  other.news();
  const auto again = line.answer<wire::DraftDeleteReceipt>(frame);
  bench.check(again.success && again.change_id == frame.change_id, "the same receipt", "another",
              "wrong-receipt");
  bench.check_number(2, again.draft_v.value_or(0), "its version");
  other.no_news("a repeat is not told");
  bench.check_holds(line, slot);
}

void sealed_older(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const wire::UpdateDraft first = bench.store(line, slot);
  bench.store(line, slot);
  const auto told = conflicting(line, first);
  bench.check(told.encrypted_draft_md == slot.sealed && told.draft_v == 2, "the newer draft",
              "another", "wrong-draft");
  bench.check_holds(line, slot);
}

// ---- the border ---------------------------------------------------------------------------------

auto slot_sealed(bool deleted) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Connection& other = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    bench.store(line, slot);
    if (deleted) bench.remove(line, slot);
    other.hear_all();
    other.news();
    const wire::UpdateDraft update = slot.field_update();
    const auto error = line.refused(update, ErrorCode::slot_sealed);
    bench.check(error.chat_id == slot.id() && error.change_id == update.change_id,
                "chat_id and change_id in the error", "others", "wrong-change-id");
    line.refused(slot.field_deletion(), ErrorCode::slot_sealed);
    wire::UpdateDraft nothing = slot.field_update();
    nothing.encrypted_draft_md.reset();
    line.refused(nothing, ErrorCode::slot_sealed);
    std::vector<Heard> others;
    const auto complete = replayed(line, {slot.field_offline_update(slot.version)}, &others);
    bench.check(complete.errors == 1 && others.size() == 1 &&
                    others[0].as<wire::ErrorFrame>() != nullptr &&
                    others[0].as<wire::ErrorFrame>()->code == ErrorCode::slot_sealed,
                "slot_sealed for a replay too", Connection::described(others), "wrong-answer");
    other.no_news("nothing was accepted");
    bench.check_holds(line, slot);
    bench.store(line, slot);
  };
}

void field_to_sealed(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  const wire::UpdateDraft old = slot.field_update();
  bench.store_field(line, slot, old);
  const Hash32 parent = party.vault().hash_of(*old.encrypted_draft_md);
  Slot rival = slot;
  conflicting(line, rival.update_at(1, 2, Hash32{}));
  line.answer<wire::DraftUpdateReceipt>(slot.update_at(1, 2, parent));
  slot.accepted();
  bench.check_holds(line, slot);
  line.refused(slot.field_update(), ErrorCode::slot_sealed);
  bench.store(line, slot);
}

void field_tombstone_to_sealed(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  bench.store_field(line, slot, slot.field_update());
  line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
  line.answer<wire::DraftUpdateReceipt>(slot.update_at(2, 3, Hash32{}));
  slot.accepted();
  bench.check_holds(line, slot);
}

void both_at_once(Bench& bench) {
  Connection& sealed = bench.connect(bench.party());
  Connection& field = bench.connect(bench.field_party());
  Slot one = bench.party().slot();
  Slot two = bench.field_party().slot();
  for (Version v = 1; v <= 3; ++v) {
    bench.store(sealed, one);
    bench.check_number(v, bench.store_field(field, two, two.field_update()), "the field version");
  }
  bench.check_holds(sealed, one);
  field.refused(one.details(), ErrorCode::chat_forbidden);
}

}  // namespace

std::vector<ServerCase> server_field_cases() {
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  add("DP-VER-020/last-wins", "The last arrival wins", last_arrival_wins);
  add("DP-VER-021/one-above", "Versions go up by one, deletions included", one_above);
  add("DP-VER-023/null", "A text of null deletes", null_deletes);
  add("DP-VER-024/empty", "The empty text is refused, a blank is not", empty_text);
  add("DP-VER-033/deletions", "Deletions consume versions", deletions_count);
  add("DP-VER-040/field", "A change repeated by its id has the same receipt", repeated_by_id);
  add("DP-VER-040/sealed", "A sealed change repeated has the same receipt", sealed_repeats);
  add("DP-VER-040/deletion", "A sealed deletion repeated has the same receipt",
      sealed_deletion_repeats);
  add("DP-VER-041/not-told", "Repeats are not told", sealed_repeats);
  add("DP-VER-042/field", "An older unsealed change is superseded", repeated_older);
  add("DP-VER-042/sealed", "An older sealed change is a conflict", sealed_older);
  add("DP-VER-043/identical", "When unsealed changes are the same", identical_bytes);
  add("DP-VER-043/deletions", "Unsealed deletions are never the same",
      deletions_are_never_identical);
  add("DP-VER-011/draft", "A sealed slot takes nothing unsealed", slot_sealed(false));
  add("DP-VER-011/tombstone", "Nor does one that was cleared", slot_sealed(true));
  add("DP-FIELD-003/no-way-back", "A slot once sealed stays sealed", field_to_sealed);
  add("DP-FIELD-003/after-a-deletion", "A cleared field slot can be sealed",
      field_tombstone_to_sealed);
  add("DP-FIELD-001/both", "Both dialects are served at once", both_at_once);
  return all;
}

}  // namespace dp::conformance
