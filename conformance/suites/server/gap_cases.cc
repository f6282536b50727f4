// Cases that servers wrong on purpose have shown to be missing (conformance/broken/server).
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

constexpr Micros kRefusedUs = 3 * kSecond;

// A token is right as a whole or not at all.
void longer_token(Bench& bench) {
  Connection& known = bench.connect(bench.party());
  known.hear_all();
  Connection& line = bench.attempt(bench.party().token() + "x");
  bench.check(line.opened(), "the upgrade before the token is judged", "none");
  bench.patience().until([&] { return line.ending().ended; }, kRefusedUs);
  bench.judge_close(line.ending(), 1008, "Invalid session");
}

void bad_field_keeps_the_connection(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  line.refused(std::string_view(R"({"type":"get_chat_details","payload":{"chat_id":7}})"),
               wire::ErrorCode::invalid_frame);
  line.hear_all();
  bench.check(line.is_open(), "an open connection", "a closed one");
}

// What can be told of a chat is told once, as a version or as unavailable.
void known_is_not_unavailable(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const wire::DraftVersionsResponse answer = versions_of(line, {slot.id()});
  bench.check(version_in(answer.versions, slot.id()) == Version{1}, "version 1", "another");
  bench.check(answer.unavailable_chat_ids.empty(), "nothing unavailable", "a chat with a version");
}

// Who hears of a live change: neither its sender, beyond the answer, nor another account.
void nobody_else_is_told(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& second = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Connection& field = bench.connect(bench.field_party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  second.await<wire::ChatDraftUpdated>();
  line.answer<wire::ChatMessageReceipt>([&] {
    wire::ChatMessageAdded frame = slot.message();
    frame.preserve_draft = true;
    return frame;
  }());
  second.await<wire::ChatMessageReceived>();
  bench.remove(line, slot);
  second.await<wire::DraftDeleted>();
  for (Connection* other : {&line, &stranger, &field}) {
    other->no_news("the change was its own, or another account's");
  }
}

void repeated_field_deletion(Bench& bench) {
  Connection& line = bench.connect(bench.field_party());
  Slot slot = bench.field_party().slot();
  bench.store_field(line, slot, slot.field_update());
  const wire::DeleteDraft frame = slot.field_deletion();
  const auto first = line.answer<wire::DraftDeleteReceipt>(frame);
  const auto second = line.answer<wire::DraftDeleteReceipt>(frame);
  bench.check_number(first.draft_v.value_or(0), second.draft_v.value_or(0),
                     "the second receipt's draft_v");
}

void number_of_its_own(Bench& bench) {
  Connection& line = bench.connect(bench.field_party());
  Slot slot = bench.field_party().slot();
  const Version first = bench.store_field(line, slot, slot.field_update());
  const auto deleted = line.answer<wire::DraftDeleteReceipt>(slot.field_deletion());
  const Version third = bench.store_field(line, slot, slot.field_update());
  bench.check(deleted.draft_v.value_or(0) > first && third > deleted.draft_v.value_or(0),
              "three numbers, each above the one before",
              std::to_string(first) + ", " + std::to_string(deleted.draft_v.value_or(0)) + ", " +
                  std::to_string(third));
}

void conflict_stays_in_its_slot(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  line.answer<wire::DraftConflict>(slot.update_at(0, 1, Hash32{}));
  Slot other = bench.party().slot();
  bench.store(line, other);
  bench.check_holds(line, other);
}

}  // namespace

std::vector<ServerCase> server_gap_cases() {
  std::vector<ServerCase> all;
  all.push_back(server_case("DP-CONN-004/longer", "A token with something behind it is not valid",
                            longer_token));
  all.push_back(server_case("DP-WIRE-013/bad-field",
                            "A bad field is refused and the connection stays open",
                            bad_field_keeps_the_connection));
  all.push_back(server_case("DP-FRAME-025/known", "A chat with a version is not unavailable",
                            known_is_not_unavailable));
  all.push_back(server_case("DP-FRAME-042/nobody-else",
                            "Neither the sender nor another account is told", nobody_else_is_told));
  all.push_back(server_case("DP-VER-040/field-deletion",
                            "A deletion that comes again is answered the same again",
                            repeated_field_deletion));
  all.push_back(server_case("DP-VER-031/after-a-deletion",
                            "A deletion's number is not given to the next draft",
                            number_of_its_own));
  all.push_back(server_case("DP-OWN-006/conflict",
                            "A conflict in one slot leaves the next slot alone",
                            conflict_stays_in_its_slot));
  return all;
}

}  // namespace dp::conformance
