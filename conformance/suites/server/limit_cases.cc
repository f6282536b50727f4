// Section 5.5: whose chats these are, and how much of everything there may be.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

// ---- ownership ----------------------------------------------------------------------------------

void foreign_changes(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot theirs = bench.stranger().slot();
  bench.store(stranger, theirs);
  Slot foreign(bench.party(), theirs.chat);
  foreign.version = theirs.version;
  foreign.parent = theirs.parent;
  const wire::UpdateDraft update = foreign.update();
  const auto error = line.refused(update, ErrorCode::chat_forbidden);
  bench.check(error.chat_id == theirs.id() && error.change_id == update.change_id,
              "chat_id and change_id in the error", "others", "wrong-change-id");
  line.refused(foreign.deletion(), ErrorCode::chat_forbidden);
  line.refused(foreign.field_update(), ErrorCode::chat_forbidden);
  stranger.no_news("the changes were refused");
  bench.check_holds(stranger, theirs);
  bench.check(!is_listed(line, theirs.id()), "someone else's chat is not listed", "it is",
              "foreign");
}

void own_and_nobodys(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot nobodys = bench.party().slot();
  bench.store(line, nobodys);
  bench.store(line, nobodys);
  bench.remove(line, nobodys);
  bench.store(line, nobodys);
  bench.check_holds(line, nobodys);
}

void discoverable(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.check(!is_listed(other, slot.id()), "not listed before", "it is", "listed");
  bench.store(line, slot);
  bench.check(is_listed(other, slot.id()), "listed for another device", "it is not", "left-out");
  bench.check_holds(other, slot);
}

void slots_are_apart(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot one = bench.party().slot();
  Slot two = bench.party().slot();
  bench.store(line, one);
  bench.store(line, two);
  bench.store(line, two);
  bench.remove(line, two);
  bench.check_holds(line, one);
  bench.store(line, one);
  bench.check_holds(line, one);
  bench.check_holds(line, two);
}

void reading_claims_nothing(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot slot = bench.stranger().slot();
  bench.check_empty(line, Slot(bench.party(), slot.chat));
  versions_of(line, {slot.id()});
  bench.store(stranger, slot);
  bench.check_holds(stranger, slot);
}

// ---- lengths ------------------------------------------------------------------------------------

std::string base64_of_length(std::size_t chars) {
  return std::string(chars, 'A');
}

// An update whose ciphertext has exactly so many characters; a multiple of four.
wire::UpdateDraft of_length(Slot& slot, std::size_t chars) {
  wire::UpdateDraft frame = slot.update();
  std::string& text = *frame.encrypted_draft_md;
  const std::size_t whole = text.find_last_not_of('=') / 4 * 4;
  text = text.substr(0, std::min(whole, chars));
  text += base64_of_length(chars - text.size());
  frame.encrypted_draft_preview = {};
  return frame;
}

void longest_draft(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const std::size_t most = bench.size_limit("MAX_DRAFT_CHARS") / 4 * 4;
  Slot slot = bench.party().slot();
  Slot untouched = slot;
  const wire::UpdateDraft longest = of_length(slot, most);
  line.answer<wire::DraftUpdateReceipt>(longest);
  bench.check(bench.read(line, slot).encrypted_draft_md == longest.encrypted_draft_md,
              "the longest draft, whole", "another", "wrong-draft");
  Slot other = bench.party().slot();
  const wire::UpdateDraft longer = of_length(other, most + 4);
  const auto error = line.refused(longer, ErrorCode::draft_too_long);
  bench.check(error.chat_id == other.id() && error.change_id == longer.change_id,
              "chat_id and change_id in the error", "others", "wrong-change-id");
  bench.check_empty(line, other);
}

void longest_field(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  const std::size_t most = bench.size_limit("MAX_DRAFT_CHARS");
  Slot slot = party.slot();
  wire::UpdateDraft frame = slot.field_update();
  frame.encrypted_draft_md = base64_of_length(most);
  bench.store_field(line, slot, frame);
  frame.change_id = party.change_id();
  frame.encrypted_draft_md = base64_of_length(most + 1);
  line.refused(frame, ErrorCode::draft_too_long);
  bench.check_number(1, bench.read(line, slot).draft_v, "the slot's version");
}

void longest_replayed(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  wire::OfflineChange change = slot.field_offline_update(0);
  change.value = base64_of_length(bench.size_limit("MAX_DRAFT_CHARS") + 1);
  std::vector<Heard> others;
  const auto complete = replayed(line, {change}, &others);
  const auto* error = others.size() == 1 ? others[0].as<wire::ErrorFrame>() : nullptr;
  bench.check(complete.errors == 1 && error != nullptr &&
                  error->code == ErrorCode::draft_too_long && error->change_id == change.change_id,
              "draft_too_long in a replay too", Connection::described(others), "wrong-answer");
  bench.check_empty(line, slot);
}

void longest_preview(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  const std::size_t most = bench.size_limit("max_preview_chars");
  Slot slot = party.slot();
  wire::UpdateDraft frame = slot.field_update();
  frame.encrypted_draft_preview = {true, base64_of_length(most)};
  bench.store_field(line, slot, frame);
  frame = slot.field_update();
  frame.encrypted_draft_preview = {true, base64_of_length(most + 1)};
  const auto error = line.refused(frame, ErrorCode::preview_too_long);
  bench.check(error.change_id == frame.change_id, "the change_id in the error", "another or none",
              "wrong-change-id");
  bench.check_number(1, bench.read(line, slot).draft_v, "the slot's version");
}

void longest_message(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  const std::size_t most = bench.size_limit("max_message_chars");
  Slot slot = party.slot();
  wire::ChatMessageAdded message = slot.field_message();
  message.preserve_draft = true;
  message.encrypted_content = base64_of_length(most);
  line.answer<wire::ChatMessageReceipt>(message);
  wire::ChatMessageAdded longer = slot.field_message();
  longer.encrypted_content = base64_of_length(most + 1);
  const auto error = line.refused(longer, ErrorCode::message_too_long);
  bench.check(error.change_id == ChangeId{longer.message_id.value}, "the message_id as change_id",
              "another or none", "wrong-change-id");
  bench.check_number(1, bench.read(line, slot).messages_v, "messages_v");
}

// ---- counts -------------------------------------------------------------------------------------

void too_many_chats(Bench& bench) {
  const std::size_t most = bench.size_limit("max_chats_per_account");
  if (most > 100 || !bench.subject().is_program()) {
    throw CaseOver{Verdict::not_applicable, "limit-too-high",
                   "a fresh account and at most 100 chats", std::to_string(most), ""};
  }
  bench.without_control();  // there is no room for its chat
  Connection& line = bench.connect(bench.party());
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < most; ++i) {
    slots.push_back(bench.party().slot());
    bench.store(line, slots.back());
  }
  Slot extra = bench.party().slot();
  const wire::UpdateDraft update = extra.update();
  const auto error = line.refused(update, ErrorCode::too_many_chats);
  bench.check(error.chat_id == extra.id() && error.change_id == update.change_id,
              "chat_id and change_id in the error", "others", "wrong-change-id");
  bench.store(line, slots[0]);
  bench.remove(line, slots[1]);
  line.refused(update, ErrorCode::too_many_chats);  // a cleared draft still counts
  line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slots[2].id(), {}});
  line.answer<wire::DraftUpdateReceipt>(update);
  extra.accepted();
  bench.check_holds(line, extra);
  Connection& stranger = bench.connect(bench.stranger());
  Slot theirs = bench.stranger().slot();
  bench.store(stranger, theirs);
}

void too_many_changes(Bench& bench) {
  const std::size_t most = bench.size_limit("max_changes_per_replay");
  if (most > 1'000) {
    throw CaseOver{Verdict::not_applicable, "limit-too-high", "at most 1000 changes",
                   std::to_string(most), ""};
  }
  Connection& line = bench.connect(bench.party());
  std::vector<Slot> slots;
  std::vector<wire::OfflineChange> changes;
  for (std::size_t i = 0; i <= most; ++i) {
    slots.push_back(bench.party().slot());
    changes.push_back(slots.back().offline_update());
  }
  line.refused(wire::SyncOfflineChanges{changes}, ErrorCode::too_many_changes);
  for (const Slot& one : slots) bench.check_empty(line, one);
  changes.pop_back();
  bench.check_number(most, replayed(line, changes).processed, "processed of a list of full length");
}

// ---- frames -------------------------------------------------------------------------------------

std::string padded_update(Slot& slot, std::size_t bytes) {
  const std::string good = wire::encode(slot.update());
  return with_member(good, "\"x\":\"" + std::string(bytes - good.size() - 7, 'x') + "\"");
}

void longest_frame(Bench& bench) {
  const std::size_t most = bench.size_limit("max_frame_bytes");
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const std::string whole = padded_update(slot, most);
  bench.check_number(most, whole.size(), "the length of the frame");
  line.answer_to_text<wire::DraftUpdateReceipt>(whole);
  slot.accepted();
  bench.check_holds(line, slot);
  Slot other = bench.party().slot();
  line.say_text(padded_update(other, most + 1));
  const std::optional<Heard> heard = line.next();
  const auto* error = heard ? heard->as<wire::ErrorFrame>() : nullptr;
  bench.check(error != nullptr && error->code == ErrorCode::frame_too_large,
              "error frame_too_large", heard ? heard->text : line.ending().how, "wrong-answer");
  Connection& fresh = bench.connect(bench.party());
  bench.check_empty(fresh, other);
  if (line.is_open()) line.say_text(R"({"type":"ping"})");
  if (const auto next = line.next(); !next) bench.judge_close(line.wait_for_end(), 1009);
}

// Told after it is known to be too long, not after it was all read and kept.
void endless_frame(Bench& bench) {
  constexpr std::size_t kChunk = 256u << 10;
  constexpr std::size_t kChunks = 160;  // 40 MiB
  constexpr std::size_t kRoom = 24u << 20;
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  other.hear_all();
  const bool program = bench.subject().is_program();
  const std::size_t before = program ? bench.subject().program().resident_bytes() : 0;
  line.say_frame({.final = false, .payload = R"({"type":"ping","x":")"});
  std::size_t most = before;
  const std::string chunk(kChunk, 'x');
  for (std::size_t i = 0; i < kChunks && line.is_open(); ++i) {
    line.say_frame({.final = false, .opcode = net::kContinuationFrame, .payload = chunk});
    bench.patience().until([&] { return line.raw().unsent_bytes() < kChunk || !line.is_open(); });
    if (program && i % 20 == 0) {
      most = std::max(most, bench.subject().program().resident_bytes());
    }
  }
  other.hear_all();
  if (program) most = std::max(most, bench.subject().program().resident_bytes());
  bench.check(most <= before + kRoom, "bounded memory while a frame does not end",
              std::to_string((most - before) >> 20) + " MiB more", "unbounded");
  line.cut();
  other.hear_all();
}

// What was answered is done with: 60 MiB of requests leave nothing behind.
void long_requests(Bench& bench) {
  constexpr int kRequests = 250;
  constexpr std::size_t kBytes = 240'000;
  constexpr std::size_t kRoom = 24u << 20;
  Connection& line = bench.connect(bench.party());
  const std::string ping = R"({"type":"ping","x":")" + std::string(kBytes, 'x') + "\"}";
  const auto ask = [&] {
    line.say_text(ping);
    const std::optional<Heard> heard = line.next();
    bench.check(heard && heard->as<wire::Pong>() != nullptr, "a pong for every ping", "none",
                "no-pong");
  };
  ask();
  if (!bench.subject().is_program()) return;
  const std::size_t before = bench.subject().program().resident_bytes();
  for (int i = 0; i < kRequests; ++i) ask();
  const std::size_t after = bench.subject().program().resident_bytes();
  bench.check(after <= before + kRoom, "bounded memory after many long requests",
              std::to_string((after - std::min(before, after)) >> 20) + " MiB more", "unbounded");
}

void declared_huge(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  line.hear_all();
  line.say_frame({.payload = "{", .declared_bytes = std::uint64_t{1} << 62});
  Connection& fresh = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(fresh, slot);
  bench.check_holds(fresh, slot);
  line.cut();
}

void many_pings(Bench& bench) {
  constexpr int kPings = 2'000;
  Connection& line = bench.connect(bench.party());
  for (int i = 0; i < kPings; ++i) line.say_text(R"({"type":"ping"})");
  int pongs = 0;
  while (pongs < kPings) {
    const std::optional<Heard> heard = line.next();
    bench.check(heard && heard->as<wire::Pong>() != nullptr, "a pong for every ping",
                std::to_string(pongs) + " pongs", "no-pong");
    ++pongs;
  }
  bench.check(line.hear_all().empty(), "nothing more", "more", "more");
}

}  // namespace

std::vector<ServerCase> server_limit_cases() {
  const SubjectLimits small = {{"MAX_DRAFT_CHARS", 8'000},
                               {"max_preview_chars", 1'200},
                               {"max_message_chars", 2'000},
                               {"max_frame_bytes", 16'384},
                               {"max_changes_per_replay", 4}};
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  const auto limited = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)).with(small));
  };
  add("DP-OWN-001/own-and-nobodys", "One's own chat and nobody's may be changed", own_and_nobodys);
  add("DP-OWN-001/reading", "Reading claims no chat", reading_claims_nothing);
  add("DP-OWN-002/foreign", "Someone else's chat may not", foreign_changes);
  add("DP-OWN-004/discoverable", "The first draft makes a chat known", discoverable);
  add("DP-OWN-006/apart", "Slots do not touch each other", slots_are_apart);
  limited("DP-LIM-001/sealed", "MAX_DRAFT_CHARS, exactly, of a sealed draft", longest_draft);
  limited("DP-LIM-001/field", "MAX_DRAFT_CHARS, exactly, of a field draft", longest_field);
  limited("DP-LIM-001/replay", "MAX_DRAFT_CHARS in a replay", longest_replayed);
  limited("DP-LIM-002/preview", "A preview above its limit is refused", longest_preview);
  limited("DP-LIM-003/frame", "A frame above its limit is refused", longest_frame);
  all.push_back(server_case("DP-LIM-004/chats", "One chat too many is refused", too_many_chats)
                    .with({{"max_chats_per_account", 5}}));
  limited("DP-LIM-005/changes", "One change too many refuses the replay", too_many_changes);
  limited("DP-LIM-006/message", "A message above its limit is refused", longest_message);
  limited("DP-LIM-007/endless", "A frame that does not end is not kept", endless_frame);
  limited("DP-WIRE-010/endless", "Nor buffered beyond the limit", endless_frame);
  add("DP-LIM-007/many", "Long requests that were answered are not kept", long_requests);
  add("DP-LIM-007/declared", "A frame that says it is huge costs nothing", declared_huge);
  add("DP-LIM-007/pings", "Two thousand pings have two thousand pongs", many_pings);
  return all;
}

}  // namespace dp::conformance
