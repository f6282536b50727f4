// What a client does when it must ask, wait or try again: listings, refusals, rechecks.
#include <algorithm>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/wire/codec.h"

namespace dp::conformance {
namespace {

constexpr std::int64_t kAnswerWaitMs = 10'000;
constexpr std::int64_t kRecheckMs = 300'000;

void asks_for_the_whole_listing(Stage& stage) {
  Device& device = stage.ready();
  alter(stage, "initial_sync_response", [](std::string frame) {
    return replaced(std::move(frame), "\"authoritative\":true", "\"authoritative\":false");
  });
  device.disconnect();
  stage.until([&] { return device.connected(); }, 5'000);
  for (int i = 0; i < 3; ++i) {
    const std::size_t before = device.sent("initial_sync_request").size();
    const auto asked = [&] { return device.sent("initial_sync_request").size() > before; };
    stage.check(before > 0 && stage.until(asked, 60'000), "the listing is asked for again",
                "not within a minute", "gives-up");
    const auto all = device.sent("initial_sync_request");
    const std::int64_t pause = all[before].at_ms - all[before - 1].at_ms;
    if (i == 0) continue;  // the first may have waited for a connection
    stage.check(pause >= kAnswerWaitMs && pause <= kAnswerWaitMs + 1, "again after 10000 ms",
                "after " + std::to_string(pause) + " ms", "pause");
  }
  stage.on_down = nullptr;
  stage.advance(2 * kAnswerWaitMs);
  device.forget();
  stage.advance(10 * kAnswerWaitMs);
  stage.check(device.sent("initial_sync_request").empty(), "no more once the listing is whole",
              "again", "asks-for-ever");
}

// Refused with version_invalid as often as it is offered.
void proposes_higher(Stage& stage) {
  constexpr std::size_t kOffers = 12;  // or one more: "after the twelfth" can be read as its rise
  Device& device = stage.ready();
  stage.on_up = [](Device& from, const std::string& frame) {
    if (frame_type(frame) != "update_draft") return false;
    from.receive(refusal(from.changes().back(), "version_invalid"));
    return true;
  };
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.until([&] { return device.changes().size() >= kOffers; }, 600'000);
  stage.advance(120'000);
  const auto offers = device.changes();
  stage.check(offers.size() == kOffers || offers.size() == kOffers + 1, "twelve offers",
              std::to_string(offers.size()), "offers");
  std::uint64_t step = 1;
  for (std::size_t i = 1; i < offers.size(); ++i, step *= 8) {
    const std::uint64_t rise = std::min<std::uint64_t>(step, std::uint64_t{1} << 31);
    const std::uint64_t expected = offers[i - 1].proposed.value_or(0) + rise;
    stage.check(offers[i].proposed == expected, "proposed_v " + std::to_string(expected),
                std::to_string(offers[i].proposed.value_or(0)), "number");
  }
  const ClientState state = device.state();
  stage.check(state.unsynced, "shown as not synced", "it is not", "not-shown");
  stage.check(device.notices("not_synced_refused") > 0, "a notice that it was refused", "none",
              "silent");
  stage.check_text(text, state.editor_text, "the editor still shows");
}

// Another device is quicker each time.
void pauses_between_conflicts(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  bool racing = true;
  stage.on_up = [&](Device&, const std::string& frame) {
    if (racing && frame_type(frame) == "update_draft") {
      stage.author_saves(stage.chat(), words(stage, "quicker "));
    }
    return false;
  };
  device.forget();
  const std::string mine = words(stage, "mine ");
  device.edit(mine);
  const auto six = [&] { return device.sent("update_draft").size() >= 6; };
  stage.check(stage.until(six, 120'000), "six offers within two minutes",
              std::to_string(device.sent("update_draft").size()), "gives-up");
  const auto offers = device.sent("update_draft");
  for (std::size_t i = 4; i < 6; ++i) {
    const std::int64_t pause = offers[i].at_ms - offers[i - 1].at_ms;
    const std::int64_t least = i == 4 ? 1'000 : 2'000;
    stage.check(
        pause >= least,
        "a pause of at least " + std::to_string(least) + " ms after conflict " + std::to_string(i),
        std::to_string(pause) + " ms", "too-soon");
  }
  racing = false;
  stage.settle();
  const auto head = stage.head(stage.chat());
  bool kept = head->text().find(mine) != std::string::npos;
  for (const draft::Copy& copy : head->opened.draft.copies) {
    kept = kept || draft::join_lines(copy.lines).find(mine) != std::string::npos;
  }
  stage.check(kept, "the own text in the end", "it is gone", "lost-text");
}

// The broadcast of another device's change is lost on a connection that stays open.
void rechecks(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  swallow_down(stage, "chat_draft_updated");
  const std::string theirs = words(stage);
  stage.author_saves(stage.chat(), theirs);
  stage.on_down = nullptr;
  device.forget();
  stage.advance(kRecheckMs + 1'000);
  const std::string shown = device.state().editor_text;
  stage.should(!device.sent("get_draft_versions").empty(), "versions asked for every 5 minutes",
               "not asked", "no-recheck");
  stage.should(shown == theirs, "the lost broadcast made good", "the old text", "no-recheck");
}

void nothing_waits_for_a_recheck(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  swallow_down(stage, "draft_versions_response");
  device.forget();
  stage.advance(kRecheckMs + 1'000);
  if (device.sent("get_draft_versions").empty()) stage.does_not_apply("it never asks again");
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(2 * kAnswerWaitMs);
  stage.check(device.count("conn.close") == 0, "no answer is missed", "the connection is closed",
              "waits");
  stage.check_text(text, stage.server_text(stage.chat()), "saving goes on; the server has");
}

void old_news_of_a_recheck(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  const std::string text = words(stage);
  save(stage, device, text);
  bool asked = false;
  alter(stage, "draft_versions_response", [&](std::string frame) {
    asked = true;
    return replaced(std::move(frame), "\":2", "\":1");
  });
  device.forget();
  stage.advance(kRecheckMs + 5'000);
  if (!asked) stage.does_not_apply("it never asks again");
  check_untouched(stage, device, text);
  stage.check(device.changes().empty() && device.sent("get_chat_details").empty(),
              "nothing is fetched or sent because of it", "something is", "believed");
  for (const char* kind : {"server_lost_recent", "security_rollback", "security_fork"}) {
    stage.check(device.notices(kind) == 0, "no notice", kind, "believed");
  }
}

// The first deletion of a chat that comes is refused; `again` says whether the next connection must
// bring it once more.
auto refused_deletion(std::string code, bool again) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    bool refuse = true;
    stage.on_up = [&](Device& from, const std::string& frame) {
      const auto read = wire::decode_client_frame(frame, {});
      const auto* sent = read ? std::get_if<wire::DeleteChat>(&*read) : nullptr;
      if (!refuse || sent == nullptr) return false;
      refuse = false;
      SentChange deletion;
      deletion.chat = sent->chat_id.text();
      if (sent->change_id) deletion.id = sent->change_id->value;
      from.receive(refusal(deletion, code));
      return true;
    };
    device.forget();
    device.delete_chat(stage.chat());
    stage.advance(60'000);
    const auto offers = [&] { return device.sent("delete_chat").size(); };
    stage.check(!refuse, "the deletion is sent", "it is not", "not-sent");
    stage.check(offers() == 1, "one offer on one connection", std::to_string(offers()), "repeated");
    stage.check(!lists(device, stage.chat()), "the chat stays gone here", "it is back", "back");
    reconnect(stage, device);
    const std::string wanted = again ? "offered again on the next connection" : "no second offer";
    stage.check(offers() == (again ? 2U : 1U), wanted, std::to_string(offers()) + " offers",
                again ? "forgotten" : "repeated");
  };
}

}  // namespace

std::vector<ClientCase> patience_cases() {
  return {
      client_case("DP-FRAME-040/not-whole", "A listing that is not whole is asked for again",
                  asks_for_the_whole_listing),
      client_case("DP-OUT-012/twelve-times", "Numbers grow eightfold, and the twelfth is the last",
                  proposes_higher),
      client_case("DP-OUT-013/races", "A pause after three conflicts in a row",
                  pauses_between_conflicts),
      client_case("DP-OUT-014/spoiled",
                  "A refused deletion of a chat waits for the next connection",
                  refused_deletion("unknown_type", true)),
      client_case("DP-OUT-014/invalid", "So does one whose frame was called invalid",
                  refused_deletion("invalid_frame", true)),
      client_case("DP-OUT-014/forbidden", "Somebody else's chat is not deleted for ever",
                  refused_deletion("chat_forbidden", false)),
      client_case("DP-SYNC-020/lost-broadcast", "A lost broadcast is made good in 5 minutes",
                  rechecks),
      client_case("DP-SYNC-021/no-answer", "Nothing waits for the answer of a recheck",
                  nothing_waits_for_a_recheck),
      client_case("DP-SYNC-021/old-news", "Old news of a recheck are ignored",
                  old_news_of_a_recheck),
  };
}

}  // namespace dp::conformance
