// Section 13.1, and what a program may say and keep: never a token, never what it was sent.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

namespace fs = std::filesystem;
using wire::ErrorCode;

constexpr std::chrono::seconds kEndsWithin{15};
constexpr std::size_t kFileBytesMax = 64u << 20;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every file below, read whole: what is found in one is told with its name.
std::vector<std::pair<std::string, std::string>> files_below(const fs::path& folder) {
  std::vector<std::pair<std::string, std::string>> out;
  std::error_code failure;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failure)) {
    if (!entry.is_regular_file(failure) || entry.file_size(failure) > kFileBytesMax) continue;
    out.emplace_back(entry.path().lexically_relative(folder).string(), bytes_of(entry.path()));
  }
  return out;
}

// ---- starting -----------------------------------------------------------------------------------

void ready_line(Bench& bench) {
  const std::string said = bench.subject().program().output();
  const std::string first = said.substr(0, said.find('\n'));
  bench.check(ready_url(first).has_value(), "the ready line first", tail_of(first), "not-first");
  const std::string url = ready_url(first).value_or("");
  bench.check(url.starts_with("ws://") || url.starts_with("wss://"), "a url of a WebSocket", url,
              "wrong-url");
  bench.connect(bench.party()).hear_all();
}

struct Failure {
  std::string ending;
  std::string output;
  std::string errors;
};

// Starts what must not start.
Failure started_badly(Bench& bench, SubjectOrder order, ProgramStart* changed = nullptr) {
  const auto prepared = Subject::prepare(order);
  bench.check(prepared.has_value(), "a folder to work in", "none", "harness");
  auto program = Program::start(changed != nullptr ? *changed : Subject::program_start(order));
  bench.check(program.has_value(), "a process", "none", "harness");
  const auto ending = (*program)->wait_for_end(kEndsWithin);
  (*program)->kill();
  bench.check(ending.has_value(), "the program ends", "it runs on", "runs-on");
  return {*ending, (*program)->output(), (*program)->errors()};
}

void check_refused(Bench& bench, const Failure& failure, std::string_view setting) {
  bench.check(failure.ending.starts_with("exit ") && failure.ending != "exit 0",
              "an exit status other than 0", failure.ending, "wrong-status");
  bench.check(failure.errors.find(setting) != std::string::npos,
              std::string(setting) + " named on standard error", tail_of(failure.errors),
              "not-named");
  bench.check(failure.output.find("\"ready\"") == std::string::npos, "no ready line",
              failure.output, "ready");
}

auto bad_setting(const std::string& name, const std::string& value) {
  return [=](Bench& bench) {
    SubjectOrder order = bench.another_order("bad");
    order.environment[name] = value;
    check_refused(bench, started_badly(bench, std::move(order)), name);
  };
}

auto missing_setting(const std::string& name) {
  return [=](Bench& bench) {
    SubjectOrder order = bench.another_order("bad");
    ProgramStart start = Subject::program_start(order);
    start.environment[name] = "";
    check_refused(bench, started_badly(bench, std::move(order), &start), name);
  };
}

auto bad_limit(const std::string& name, std::int64_t value) {
  return [=](Bench& bench) {
    SubjectOrder order = bench.another_order("bad");
    order.limits[name] = value;
    check_refused(bench, started_badly(bench, std::move(order)), name);
  };
}

auto bad_profile(const std::string& text) {
  return [=](Bench& bench) {
    SubjectOrder order = bench.another_order("bad");
    order.profile = text;
    const Failure failure = started_badly(bench, std::move(order));
    bench.check(failure.ending.starts_with("exit ") && failure.ending != "exit 0",
                "an exit status other than 0", failure.ending, "wrong-status");
    bench.check(!failure.errors.empty(), "a word about it", "nothing", "not-named");
    bench.check(failure.output.find("\"ready\"") == std::string::npos, "no ready line",
                failure.output, "ready");
  };
}

void environment_wins(Bench& bench) {
  SubjectOrder order = bench.another_order("environment");
  order.profile = profile_json(order.accounts, {});
  const std::string from = "\"limits\": {}";
  order.profile = respelt(order.profile, from, R"("limits": {"MAX_DRAFT_CHARS": 50000})");
  order.limits["MAX_DRAFT_CHARS"] = 8'000;
  Subject& other = bench.start(std::move(order));
  Connection& line = bench.connect(bench.field_party(), other);
  Slot slot = bench.field_party().slot();
  wire::UpdateDraft frame = slot.field_update();
  frame.encrypted_draft_md = std::string(8'001, 'x');
  line.refused(frame, ErrorCode::draft_too_long);
  frame.encrypted_draft_md = std::string(8'000, 'x');
  bench.store_field(line, slot, frame);
}

void unknown_members(Bench& bench) {
  SubjectOrder order = bench.another_order("unknown");
  order.environment["DRAFTPROOF_SOMETHING_ELSE"] = "1";
  Subject& other = bench.start(std::move(order));
  bench.connect(bench.party(), other).hear_all();
}

// ---- stopping -----------------------------------------------------------------------------------

void exit_status(Bench& bench) {
  Slot slot = bench.party().slot();
  Connection& line = bench.connect(bench.party());
  bench.store(line, slot);
  const auto ending = bench.subject().stop(kEndsWithin);
  bench.check(ending.has_value(), "it ends after SIGTERM", "it runs on", "runs-on");
  bench.check_text("exit 0", *ending, "how it ended");
  const auto again = bench.subject().launch();
  bench.check(again.has_value(), "it starts again", again ? "" : again.error().detail, "no-start");
  bench.check_holds(bench.connect(bench.party()), slot);
}

void isolated(Bench& bench) {
  Subject& other = bench.start(bench.another_order("isolated"));
  Connection& here = bench.connect(bench.party());
  Connection& there = bench.connect(bench.party(), other);
  Slot slot = bench.party().slot();
  bench.store(here, slot);
  bench.check_empty(there, slot);
  there.no_news("another program's changes are its own");
}

void health(Bench& bench) {
  const net::Url url = bench.url();
  Connection& line =
      bench.attempt_bytes("GET /health HTTP/1.1\r\nHost: " + net::authority_of(url.host, url.port) +
                          "\r\nConnection: close\r\n\r\n");
  bench.check(!line.opened(), "no upgrade that nobody asked for", "status 101", "upgraded");
  const unsigned status = line.raw().answer().status;
  bench.should(status == 200, "status 200 of GET /health", std::to_string(status), "no-health");
}

// ---- what it says and keeps ---------------------------------------------------------------------

// Everything a server is sent that could end up in a log: tokens good and bad, ids, ciphertext,
// frames of every bad kind. The words it must not repeat come back.
std::vector<std::string> talk(Bench& bench, std::string& sealed) {
  std::vector<std::string> words = bench.secrets();
  Party& party = bench.party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  bench.store(line, slot);
  bench.store(line, slot);
  sealed = slot.sealed;
  line.replies_to(slot.message());
  Connection& field_line = bench.connect(bench.field_party());
  Slot field = bench.field_party().slot();
  bench.store_field(field_line, field, field.field_update());
  Slot rival(party, slot.chat);
  line.replies_to(rival.update());
  const std::string bad_token = party.words();
  bench.attempt(bad_token).wait_for_end();
  constexpr const char* kPageToken =
      "{\"type\":\"initial_sync_request\",\"payload\":{\"chat_versions\":{},\"page_token\":\"$\"}}";
  for (const char* frame : {"{\"type\":\"$\"}", "{\"event\":\"$\"}", "\"$\"", "{\"$\":1,\"$\":2}",
                            "$", "{\"type\":\"update_draft\",\"payload\":{\"chat_id\":\"$\"}}",
                            "{\"type\":\"get_chat_details\",\"payload\":{\"$\":1}}", kPageToken,
                            "{\"type\":\"delete_chat\",\"payload\":{\"chat_id\":[\"$\"]}}"}) {
    std::string text(frame);
    const std::string word = party.words();
    for (auto at = text.find('$'); at != std::string::npos; at = text.find('$')) {
      text.replace(at, 1, word);
    }
    for (const Heard& one : line.replies_to(std::string_view(text))) {
      bench.check(one.as<wire::ErrorFrame>() != nullptr, "an error", one.text, "wrong-answer");
      bench.check(one.text.find(word) == std::string::npos, "nothing that was sent", one.text,
                  "repeats-input");
    }
  }
  Connection& binary = bench.connect(party);
  binary.say_frame({.opcode = net::kBinaryFrame, .payload = party.words()});
  binary.wait_for_end();
  const std::vector<std::string> now = bench.secrets();
  words.insert(words.end(), now.begin(), now.end());
  words.push_back(bad_token);
  return words;
}

void error_texts(Bench& bench) {
  std::string ignored;
  talk(bench, ignored);
}

void same_error_texts(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  std::string first;
  for (int i = 0; i < 5; ++i) {
    const auto error = line.refused(
        std::string_view("{\"type\":\"" + bench.party().words() + "\"}"), ErrorCode::unknown_type);
    if (first.empty()) first = error.message;
    bench.check(!error.message.empty() && error.message == first, "one sentence for one code",
                error.message, "not-fixed");
  }
}

void nothing_in_logs(Bench& bench) {
  std::string sealed;
  const std::vector<std::string> words = talk(bench, sealed);
  bench.subject().stop(kEndsWithin);
  const std::string said = bench.subject().everything_said();
  for (const std::string& word : words) {
    bench.check(said.find(word) == std::string::npos, "no token and nothing that was sent in a log",
                "found: " + word, "leak");
  }
  constexpr std::size_t kPiece = 40;
  bench.check(said.find(sealed.substr(200, kPiece)) == std::string::npos, "no ciphertext in a log",
              "a piece of a draft", "leak");
  const auto again = bench.subject().launch();
  bench.check(again.has_value(), "it starts again", again ? "" : again.error().detail, "no-start");
}

void nothing_in_the_folder(Bench& bench) {
  std::string sealed;
  const std::vector<std::string> words = talk(bench, sealed);
  const auto search = [&] {
    for (const auto& [name, bytes] : files_below(bench.subject().data_folder())) {
      for (const std::string& word : words) {
        bench.check(bytes.find(word) == std::string::npos,
                    "no token and nothing in clear in the data folder", word + " in " + name,
                    "leak");
      }
    }
  };
  search();
  bench.subject().stop(kEndsWithin);
  search();
  bench.check(!files_below(bench.subject().data_folder()).empty(), "something in the data folder",
              "nothing", "empty-folder");
  const auto again = bench.subject().launch();
  bench.check(again.has_value(), "it starts again", again ? "" : again.error().detail, "no-start");
}

void nothing_outside(Bench& bench) {
  std::string sealed;
  talk(bench, sealed);
  bench.subject().stop(kEndsWithin);
  for (const auto& [name, bytes] : files_below(bench.subject().scratch_folder())) {
    // The caches of an interpreter are not the program's, as long as no change is in them.
    const bool foreign =
        name.find(".cache/") != std::string::npos || name.find("__pycache__/") != std::string::npos;
    bench.check(bytes.find(sealed.substr(200, 40)) == std::string::npos && foreign,
                "nothing kept in HOME or TMPDIR", name, "outside");
  }
  // What it kept it kept in its folder: with the folder emptied it knows nothing.
  std::error_code failure;
  fs::remove_all(bench.subject().data_folder(), failure);
  const auto again = bench.subject().launch();
  bench.check(again.has_value(), "it starts with an empty folder",
              again ? "" : again.error().detail, "no-start");
  Connection& line = bench.connect(bench.party());
  bench.check(chats_in(listing_of(line)).empty(), "nothing is left without the folder",
              "a chat is listed", "outside");
}

// ---- errors -------------------------------------------------------------------------------------

void codes(Bench& bench) {
  std::string ignored;
  talk(bench, ignored);
  bench.check(bench.book().breaches.empty(), "codes of the table only", "others", "unknown-code");
}

void refusals_change_nothing(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const auto before = bench.read(line, slot);
  other.hear_all();
  other.news();
  Slot rival = slot;
  line.refused(rival.update_at(1, 1, slot.parent), ErrorCode::version_invalid);
  line.refused(slot.field_update(), ErrorCode::slot_sealed);
  wire::UpdateDraft forged = rival.update();
  forged.encrypted_draft_md = "AAAA";
  line.refused(forged, ErrorCode::envelope_invalid);
  line.refused(std::string_view("{"), ErrorCode::invalid_json);
  other.no_news("refusals are told to nobody");
  bench.check(bench.read(line, slot) == before, "the slot as it was", "otherwise", "changed");
  Slot late = slot;
  line.answer<wire::DraftUpdateReceipt>(late.update());
  late.accepted();
  bench.check_holds(line, late);
}

// What a network may do to frames: drop, repeat, reorder. Afterwards the newest draft stands.
void repeated_and_reordered(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  std::vector<std::string> sent;
  for (int i = 0; i < 5; ++i) {
    sent.push_back(wire::encode(slot.update()));
    line.answer_to_text<wire::DraftUpdateReceipt>(sent.back());
    slot.accepted();
  }
  sent.push_back(wire::encode(slot.deletion()));
  line.answer_to_text<wire::DraftDeleteReceipt>(sent.back());
  slot.accepted();
  bench.store(line, slot);
  for (const std::size_t at : {3u, 0u, 5u, 1u, 1u, 4u, 2u}) {
    const std::vector<Heard> replies = other.replies_to(std::string_view(sent[at]));
    other.only<wire::DraftConflict>(replies);
  }
  bench.check_holds(line, slot);
  bench.check_holds(other, slot);
}

}  // namespace

std::vector<ServerCase> server_program_cases() {
  std::vector<ServerCase> all;
  const auto alone = [&](const std::string& id, const char* title, Play play,
                         std::vector<std::string> also = {}) {
    all.push_back(server_case(id, title, std::move(play), std::move(also)).alone());
  };
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  alone("DP-RUN-001/ready-line", "The ready line is the first", ready_line);
  alone("DP-RUN-003/exit-status", "SIGTERM ends it with status 0", exit_status);
  alone("DP-RUN-004/no-folder", "A missing folder is named",
        missing_setting("DRAFTPROOF_DATA_DIR"));
  alone("DP-RUN-004/listen", "An address that is none is named",
        bad_setting("DRAFTPROOF_LISTEN", "nowhere"));
  alone("DP-RUN-004/profile-json", "A profile that is no JSON ends it",
        bad_profile("{\"accounts\":"));
  alone("DP-RUN-004/profile-accounts", "A profile without accounts ends it",
        bad_profile("{\"accounts\":5}"));
  alone("DP-SET-001/word", "A limit that is a word is named",
        bad_setting("MAX_DRAFT_CHARS", "many"));
  alone("DP-SET-001/fraction", "A limit that is a fraction is named",
        bad_setting("DRAFT_PERSISTENCE_TTL_SECONDS", "1.5"));
  alone("DP-SET-001/negative", "A negative limit is named",
        bad_setting("DRAFT_PERSISTENCE_TTL_SECONDS", "-1"));
  alone("DP-SET-001/empty", "An empty limit is named", bad_setting("MAX_DRAFT_CHARS", ""));
  alone("DP-SET-001/unit", "A limit with a unit is named", bad_setting("MAX_DRAFT_CHARS", "100k"));
  alone("DP-SET-001/profile", "A bad limit of the profile is named",
        bad_limit("max_frame_bytes", -5));
  alone("DP-SET-001/environment-wins", "The environment goes before the profile", environment_wins);
  alone("DP-RUN-004/unknown-variable", "Other variables are nothing to it", unknown_members);
  alone("DP-RUN-006/token", "No token and nothing in clear in its folder", nothing_in_the_folder);
  alone("DP-RUN-006/outside", "Nothing is kept outside its folder", nothing_outside);
  alone("DP-RUN-006/isolated", "Two programs share nothing", isolated);
  alone("DP-PRIV-006/logs", "Logs hold neither tokens nor what was sent", nothing_in_logs);
  add("DP-RUN-005/health", "GET /health is answered", health);
  add("DP-ERR-001/codes", "Only codes of the table", codes);
  add("DP-ERR-002/texts", "Errors repeat nothing that was sent", error_texts);
  add("DP-ERR-002/fixed", "One sentence for one code", same_error_texts);
  add("DP-ERR-003/nothing", "A refusal changes nothing", refusals_change_nothing);
  add("DP-PRIV-009/network", "Repeated and reordered frames cost nothing", repeated_and_reordered);
  return all;
}

}  // namespace dp::conformance
