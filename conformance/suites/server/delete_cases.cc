// Section 4.5: deletions of drafts and of chats.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

void nothing_to_delete(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.remove(line, slot);
  const auto told = other.await<wire::DraftDeleted>();
  bench.check(
      told.chat_id == slot.id() && told.draft_v == 1 && told.encrypted_tombstone == slot.sealed,
      "the deletion, told with its tombstone", "another", "wrong-news");
  bench.check_holds(line, slot);
}

void nothing_to_delete_field(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  const auto gone = line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
  bench.check(gone.success && gone.draft_v == 1, "success with version 1", "otherwise",
              "not-deleted");
  const auto told = other.await<wire::DraftDeleted>();
  bench.check(told.draft_v == 1 && !told.encrypted_tombstone, "the deletion, without a tombstone",
              "otherwise", "wrong-news");
}

void stored_as_tombstone(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.remove(line, slot);
  bench.check_holds(line, slot);
  const auto told = versions_of(line, {slot.id()});
  bench.check(version_in(told.tombstone_versions, slot.id()) == 2, "tombstone version 2",
              "another or none", "wrong-tombstone");
}

void not_replaced(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  Slot late = slot;
  bench.remove(line, slot);
  other.hear_all();
  other.news();
  conflicting(line, late.update());
  Slot low = slot;
  line.refused(low.update_at(slot.version, slot.version, slot.parent), ErrorCode::version_invalid);
  line.refused(low.update_at(slot.version, slot.version - 1, slot.parent),
               ErrorCode::version_invalid);
  other.no_news("the tombstone stands");
  bench.check_holds(line, slot);
  bench.check(!is_listed(line, slot.id()), "a cleared chat is not listed", "it is", "listed");
}

void replaced_by_newer(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (int i = 0; i < 3; ++i) {
    bench.store(line, slot);
    bench.remove(line, slot);
  }
  bench.store(line, slot);
  bench.check_holds(line, slot);
  bench.check_holds(other, slot);
  bench.check(is_listed(line, slot.id()), "the chat is listed again", "it is not", "left-out");
}

void draft_only_unlisted(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot only = bench.party().slot();
  Slot with_message = bench.party().slot();
  bench.store(line, only);
  wire::ChatMessageAdded message = with_message.message();
  message.preserve_draft = true;
  line.answer<wire::ChatMessageReceipt>(message);
  bench.store(line, with_message);
  bench.remove(line, only);
  bench.remove(line, with_message);
  const auto listed = chats_in(listing_of(line));
  bench.check(!contains(listed, only.id()), "a chat without anything is not listed", "it is",
              "listed");
  bench.check(contains(listed, with_message.id()), "a chat with a message stays listed",
              "it does not", "left-out");
}

void chat_deleted(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  wire::ChatMessageAdded message = slot.message();
  message.preserve_draft = true;
  line.answer<wire::ChatMessageReceipt>(message);
  bench.store(line, slot);
  const ChangeId change = bench.party().change_id();
  const auto receipt = line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slot.id(), change});
  bench.check(receipt.success && receipt.change_id == change, "success with the change_id",
              "otherwise", "not-deleted");
  bench.check(other.await<wire::ChatDeleted>().chat_id == slot.id(), "the chat deleted, told",
              "another", "wrong-news");
  line.refused(slot.details(), ErrorCode::chat_deleted);
  bench.check(!is_listed(line, slot.id()), "a deleted chat is not listed", "it is", "listed");
  line.no_news("its own deletion is not told to it");
}

void nothing_for_deleted(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slot.id(), {}});
  other.hear_all();
  other.news();
  const wire::UpdateDraft update = slot.update();
  const auto error = line.refused(update, ErrorCode::chat_deleted);
  bench.check(error.chat_id == slot.id() && error.change_id == update.change_id,
              "chat_id and change_id in the error", "others", "wrong-change-id");
  line.refused(slot.deletion(), ErrorCode::chat_deleted);
  line.refused(slot.message(), ErrorCode::chat_deleted);
  line.refused(slot.field_update(), ErrorCode::chat_deleted);
  std::vector<Heard> others;
  const auto complete = replayed(line, {slot.offline_update()}, &others);
  bench.check(complete.errors == 1, "a replayed change is an error too", "it is not",
              "wrong-outcome");
  other.no_news("a deleted chat stays deleted");
  line.refused(slot.details(), ErrorCode::chat_deleted);
}

void deleted_again(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  Slot never = bench.party().slot();
  bench.store(line, slot);
  for (int i = 0; i < 2; ++i) {
    const auto receipt = line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slot.id(), {}});
    bench.check(receipt.success, "success, again", "none", "not-deleted");
  }
  const auto first = line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{never.id(), {}});
  bench.check(first.success, "success for a chat nobody has", "none", "not-deleted");
  line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{never.id(), {}});
  line.refused(never.update(), ErrorCode::chat_deleted);
  for (const Slot* one : {&slot, &never}) {
    const auto told = other.await<wire::ChatDeleted>();
    bench.check(told.chat_id == one->id(), "each deletion, in turn", "another", "wrong-news");
  }
  std::vector<Heard> rest = other.hear_all();
  for (Heard& one : other.news()) rest.push_back(std::move(one));
  for (const Heard& one : rest) {
    bench.check(one.as<wire::ChatDeleted>() == nullptr, "a deletion is told once", one.text,
                "told-twice");
  }
}

void strangers_chat(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const ChangeId change = bench.stranger().change_id();
  const auto error =
      stranger.refused(wire::DeleteChat{slot.id(), change}, ErrorCode::chat_forbidden);
  bench.check(error.change_id == change, "the change_id in the error", "another or none",
              "wrong-change-id");
  line.no_news("nothing was deleted");
  bench.check_holds(line, slot);
}

void outlives_the_cache(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.remove(line, slot);
  const Micros ttl_us = bench.limit("DRAFT_PERSISTENCE_TTL_SECONDS") * kSecond;
  if (ttl_us > 5 * kSecond) {
    throw CaseOver{Verdict::not_applicable, "ttl-too-long", "a TTL of at most 5 s",
                   std::to_string(ttl_us / kSecond), ""};
  }
  pass_time(bench, line, ttl_us + kSecond + kSecond / 2);
  bench.check_holds(line, slot);
  Slot rival = slot;
  conflicting(line, rival.update_at(0, 9, Hash32{}));
  bench.check_holds(line, slot);
}

void field_outlives_the_cache(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  bench.store_field(line, slot, slot.field_update());
  line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
  pass_time(bench, line,
            bench.limit("DRAFT_PERSISTENCE_TTL_SECONDS") * kSecond + kSecond + kSecond / 2);
  const auto told = versions_of(line, {slot.id()});
  bench.check(version_in(told.tombstone_versions, slot.id()) == 2, "tombstone version 2",
              "another or none", "forgotten");
  bench.check_number(3, bench.store_field(line, slot, slot.field_update()), "the next version");
}

}  // namespace

std::vector<ServerCase> server_delete_cases() {
  const SubjectLimits brief = {{"DRAFT_PERSISTENCE_TTL_SECONDS", 1}};
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play,
                       std::vector<std::string> also = {}) {
    all.push_back(server_case(id, title, std::move(play), std::move(also)));
  };
  add("DP-DEL-001/tombstone", "A deletion is a versioned tombstone", stored_as_tombstone);
  add("DP-DEL-002/nothing-there", "A deletion of nothing is acknowledged and told",
      nothing_to_delete);
  add("DP-DEL-002/field", "In the field dialect too", nothing_to_delete_field);
  add("DP-DEL-003/stands", "Nothing at or below its version replaces a tombstone", not_replaced);
  add("DP-DEL-004/newer", "A newer change replaces a tombstone", replaced_by_newer);
  all.push_back(
      server_case("DP-DEL-005/outlives-the-cache", "A sealed tombstone is kept", outlives_the_cache)
          .with(brief));
  all.push_back(server_case("DP-DEL-006/outlives-the-cache", "An unsealed tombstone is kept",
                            field_outlives_the_cache)
                    .with(brief));
  add("DP-DEL-007/chat", "A deleted chat is gone and told", chat_deleted);
  add("DP-DEL-008/refused", "Changes to a deleted chat are refused", nothing_for_deleted);
  add("DP-DEL-009/draft-only", "A draft-only chat goes with its draft", draft_only_unlisted);
  add("DP-DEL-010/again", "Deleting again succeeds and is told once", deleted_again);
  add("DP-OWN-002/delete-chat", "Someone else's chat cannot be deleted", strangers_chat);
  return all;
}

}  // namespace dp::conformance
