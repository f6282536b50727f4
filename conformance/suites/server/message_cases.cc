// Section 5.3: messages, and what sending does to the draft.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

struct Sent {
  wire::ChatMessageReceipt receipt;
  std::optional<wire::DraftDeleteReceipt> draft;
  std::optional<wire::DraftConflict> conflict;
};

// The receipt of the message and at most one answer about the draft, in either order.
Sent send(Bench& bench, Connection& line, const wire::ChatMessageAdded& message) {
  Sent out;
  int receipts = 0;
  const std::vector<Heard> replies = line.replies_to(message);
  for (const Heard& one : replies) {
    if (const auto* receipt = one.as<wire::ChatMessageReceipt>()) {
      out.receipt = *receipt;
      ++receipts;
    }
    if (const auto* gone = one.as<wire::DraftDeleteReceipt>()) out.draft = *gone;
    if (const auto* conflict = one.as<wire::DraftConflict>()) out.conflict = *conflict;
  }
  bench.check(receipts == 1 && replies.size() <= 2 &&
                  replies.size() == 1u + (out.draft ? 1 : 0) + (out.conflict ? 1 : 0),
              "chat_message_receipt and at most one answer about the draft",
              Connection::described(replies), "wrong-answer");
  bench.check(out.receipt.success && out.receipt.message_id == message.message_id &&
                  out.receipt.chat_id == message.chat_id,
              "success for this message", "otherwise", "not-sent");
  return out;
}

void check_messages(Bench& bench, Connection& line, const Slot& slot, std::uint64_t count) {
  bench.check_number(count, bench.read(line, slot).messages_v, "messages_v");
}

void clears_the_draft(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  other.await<wire::ChatDraftUpdated>();
  const wire::ChatMessageAdded message = slot.message();
  const Sent sent = send(bench, line, message);
  bench.check(sent.draft && sent.draft->success && sent.draft->draft_v == 2,
              "draft_delete_receipt with success and version 2", "otherwise", "wrong-answer");
  bench.check(sent.draft->change_id == ChangeId{message.message_id.value},
              "the message_id as change_id", "another or none", "wrong-change-id");
  slot.accepted();
  bench.check_holds(line, slot);
  check_messages(bench, line, slot, 1);
  const auto told = other.await<wire::ChatMessageReceived>();
  bench.check(
      told.message_id == message.message_id && told.encrypted_content == message.encrypted_content,
      "the message, told", "another", "wrong-news");
  const auto gone = other.await<wire::DraftDeleted>();
  bench.check(gone.draft_v == 2 && gone.encrypted_tombstone == slot.sealed,
              "the deletion, told with its tombstone", "otherwise", "wrong-news");
}

void conflicting_send(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  Slot stale = slot;
  bench.store(line, slot);
  other.hear_all();
  other.news();
  const wire::ChatMessageAdded message = stale.message();
  const Sent sent = send(bench, line, message);
  bench.check(sent.conflict && sent.conflict->draft_v == 2 &&
                  sent.conflict->encrypted_draft_md == slot.sealed,
              "draft_conflict with the draft that stays", "otherwise", "wrong-answer");
  bench.check_holds(line, slot);
  check_messages(bench, line, slot, 1);
  other.await<wire::ChatMessageReceived>();
  other.no_news("the draft stays");
}

void unusable_tombstone(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  Slot rival = slot;
  wire::ChatMessageAdded message = rival.message();
  message.encrypted_tombstone = "AAAA";
  const Sent sent = send(bench, line, message);
  bench.check(sent.draft && !sent.draft->success, "draft_delete_receipt without success",
              "otherwise", "wrong-answer");
  bench.check_holds(line, slot);
  check_messages(bench, line, slot, 1);
}

void unsealed_to_sealed(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  other.await<wire::ChatDraftUpdated>();
  const Sent sent = send(bench, line, slot.field_message());
  bench.check(sent.draft && !sent.draft->success, "draft_delete_receipt without success",
              "otherwise", "wrong-answer");
  bench.check_holds(line, slot);
  check_messages(bench, line, slot, 1);
  other.await<wire::ChatMessageReceived>();
  other.no_news("the draft stays");
}

void field_clears(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  bench.store_field(line, slot, slot.field_update());
  const wire::ChatMessageAdded message = slot.field_message();
  const Sent sent = send(bench, line, message);
  bench.check(sent.draft && sent.draft->success && sent.draft->draft_v == 2 &&
                  sent.draft->change_id == ChangeId{message.message_id.value},
              "draft_delete_receipt with success, version 2 and the message_id", "otherwise",
              "wrong-answer");
  const auto held = bench.read(line, slot);
  bench.check(held.draft_v == 0 && held.cleared_draft_v == 2 && held.messages_v == 1,
              "no draft and one message", "otherwise", "draft-left");
  other.await<wire::ChatMessageReceived>();
  bench.check(other.await<wire::DraftDeleted>().draft_v == 2, "the deletion, told", "another",
              "wrong-news");
}

void field_nothing_to_clear(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Connection& other = bench.connect(party);
  Slot slot = party.slot();
  const Sent first = send(bench, line, slot.field_message());
  bench.check(first.draft && first.draft->success && first.draft->draft_v == 0,
              "success with version 0", "otherwise", "wrong-answer");
  bench.check_number(1, bench.store_field(line, slot, slot.field_update()),
                     "the first version, after the send");
  send(bench, line, slot.field_message());
  other.hear_all();
  other.news();
  const Sent third = send(bench, line, slot.field_message());
  bench.check(third.draft && third.draft->success && third.draft->draft_v == 2,
              "success with the version of the newest deletion", "otherwise", "wrong-answer");
  other.await<wire::ChatMessageReceived>();
  other.no_news("nothing was deleted");
  bench.check_number(3, bench.store_field(line, slot, slot.field_update()), "the next version");
}

void preserved(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  other.await<wire::ChatDraftUpdated>();
  Slot rival = slot;
  wire::ChatMessageAdded message = rival.message();
  message.preserve_draft = true;
  const Sent sent = send(bench, line, message);
  bench.check(!sent.draft && !sent.conflict, "no answer about the draft", "one", "wrong-answer");
  bench.check_holds(line, slot);
  other.await<wire::ChatMessageReceived>();
  other.no_news("the draft stays");
}

void field_preserved(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  const wire::UpdateDraft draft = slot.field_update();
  bench.store_field(line, slot, draft);
  wire::ChatMessageAdded message = slot.field_message();
  message.preserve_draft = true;
  const Sent sent = send(bench, line, message);
  bench.check(!sent.draft && !sent.conflict, "no answer about the draft", "one", "wrong-answer");
  bench.check(bench.read(line, slot).encrypted_draft_md == draft.encrypted_draft_md, "the draft",
              "another or none", "wrong-draft");
}

void repeated_send(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const wire::ChatMessageAdded message = slot.message();
  send(bench, line, message);
  slot.accepted();
  bench.store(line, slot);
  other.hear_all();
  other.news();
  send(bench, line, message);
  bench.check_holds(line, slot);
  check_messages(bench, line, slot, 1);
  for (const Heard& one : other.hear_all()) {
    bench.check(
        one.as<wire::DraftDeleted>() == nullptr && one.as<wire::ChatMessageReceived>() == nullptr,
        "a repeated message is not told again", one.text, "told-twice");
  }
}

void field_repeated_send(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  const wire::ChatMessageAdded message = slot.field_message();
  bench.store_field(line, slot, slot.field_update());
  send(bench, line, message);
  const wire::UpdateDraft draft = slot.field_update();
  bench.store_field(line, slot, draft);
  send(bench, line, message);
  const auto held = bench.read(line, slot);
  bench.check(held.encrypted_draft_md == draft.encrypted_draft_md,
              "the draft written after the message", "another or none", "draft-lost");
  bench.check_number(1, held.messages_v, "messages_v");
}

void unique_within_its_chat(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot one = bench.party().slot();
  Slot two = bench.party().slot();
  const wire::ChatMessageAdded first = one.message();
  wire::ChatMessageAdded second = two.message();
  second.message_id = first.message_id;
  send(bench, line, first);
  send(bench, line, second);
  check_messages(bench, line, one, 1);
  check_messages(bench, line, two, 1);
}

void counted(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (std::uint64_t i = 1; i <= 4; ++i) {
    send(bench, line, slot.message());
    slot.accepted();
    check_messages(bench, line, slot, i);
  }
}

void refused_send(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot gone = bench.party().slot();
  Slot theirs = bench.stranger().slot();
  bench.store(line, gone);
  line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{gone.id(), {}});
  bench.store(stranger, theirs);
  Slot foreign(bench.party(), theirs.chat);
  for (const auto& [message, code] : {std::pair{gone.message(), ErrorCode::chat_deleted},
                                      std::pair{foreign.message(), ErrorCode::chat_forbidden}}) {
    const auto error = line.refused(message, code);
    bench.check(
        error.change_id == ChangeId{message.message_id.value} && error.chat_id == message.chat_id,
        "chat_id, and the message_id as change_id", "others", "wrong-change-id");
  }
  stranger.no_news("the message was refused");
  check_messages(bench, stranger, theirs, 0);
  bench.check_holds(stranger, theirs);
}

}  // namespace

std::vector<ServerCase> server_message_cases() {
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  add("DP-MSG-001/once", "A message is stored once", repeated_send);
  add("DP-MSG-001/each", "Each message is stored", counted);
  add("DP-MSG-002/conflict", "A message is stored though the draft stays", conflicting_send);
  add("DP-MSG-002/tombstone", "Though its tombstone is unusable", unusable_tombstone);
  add("DP-MSG-003/replaced", "A send puts the tombstone in the draft's place", clears_the_draft);
  add("DP-MSG-003/conflict", "A newer draft stays as it is", conflicting_send);
  add("DP-MSG-004/field", "A field send deletes the draft", field_clears);
  add("DP-MSG-005/answers", "The sender hears of message and draft", clears_the_draft);
  add("DP-MSG-005/unusable", "An unusable tombstone is said", unusable_tombstone);
  add("DP-MSG-006/sealed", "A repeated send deletes nothing again", repeated_send);
  add("DP-MSG-006/field", "In the field dialect too", field_repeated_send);
  add("DP-MSG-008/told", "Others hear of message and draft", clears_the_draft);
  add("DP-MSG-009/within-its-chat", "A message_id is unique within its chat",
      unique_within_its_chat);
  add("DP-MSG-010/nothing", "A field send with nothing to delete", field_nothing_to_clear);
  add("DP-MSG-011/sealed", "preserve_draft keeps a sealed draft", preserved);
  add("DP-MSG-011/field", "preserve_draft keeps a field draft", field_preserved);
  add("DP-MSG-012/unsealed", "An unsealed send leaves a sealed draft", unsealed_to_sealed);
  add("DP-MSG-013/named", "A refused send names its message", refused_send);
  return all;
}

}  // namespace dp::conformance
