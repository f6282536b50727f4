// Each verb that makes something go wrong: a short story in which its effect is seen.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/player/player.h"
#include "sim/scenario/bind.h"

namespace dp::sim {
namespace {

struct VerbStory {
  const char* name;
  std::string steps;
};

class Verbs : public testing::TestWithParam<VerbStory> {};

const std::string kOpen = R"([{"quiet": true}, {"on": "phone", "do": "open", "chat": "lunch"},)";
const std::string kSaved = kOpen + R"({"on": "phone", "do": "type", "text": "noodles"},
  {"quiet": true},)";

std::string document(const std::string& steps) {
  return R"({"format": "draftproof-scenario/1", "name": "t", "story": "s", "covers": ["R01"],
"devices": ["phone", "laptop", {"name": "spare", "power": "off"}],
"chats": ["lunch", {"name": "team", "messages": 2}], "steps": )" +
         steps + "}";
}

TEST_P(Verbs, have_the_effect_they_name) {
  const auto scenario = bind_scenario("t.json", "t", document(GetParam().steps));
  ASSERT_TRUE(scenario) << scenario.error().front().text();
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    PlayOptions options;
    options.seed = seed;
    const Played played = play(*scenario, options);
    EXPECT_EQ(played.record.status, RunStatus::passed) << story_text(played.record, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Network, Verbs,
                         testing::Values(VerbStory{"hold_and_release", kOpen + R"(
          {"on": "laptop", "do": "hold", "frames": "chat_draft_updated"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "6s"},
          {"on": "phone", "expect": {"version": 1}},
          {"on": "laptop", "expect": {"drafts": {"lunch": null}}},
          {"on": "laptop", "do": "release"}, {"wait": "1s"},
          {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                                         VerbStory{"cut_at", kOpen + R"(
          {"on": "phone", "do": "cut_at", "frames": "draft_update_receipt"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "1500ms"},
          {"on": "phone", "expect": {"received": {"draft_update_receipt": 0}}},
          {"on": "server", "expect": {"versions": {"lunch": 1}}}, {"quiet": true},
          {"on": "phone", "expect": {"version": 1, "unsynced": false}}])"},
                                         VerbStory{"tamper_with_a_number", kOpen + R"(
          {"on": "laptop", "do": "tamper", "frames": "chat_draft_updated", "how": "corrupt",
           "field": "draft_v"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"quiet": true},
          {"on": "laptop", "expect": {"notices": {"security_authentication": 1}}},
          {"on": "laptop", "do": "disconnect"}, {"quiet": true},
          {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                                         VerbStory{"tamper_drop", kOpen + R"(
          {"on": "laptop", "do": "tamper", "frames": "chat_draft_updated", "how": "drop"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "laptop", "expect": {"received": {"chat_draft_updated": 0},
           "drafts": {"lunch": null}}},
          {"on": "laptop", "do": "disconnect"}, {"quiet": true},
          {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                                         VerbStory{"tamper_duplicate", kOpen + R"(
          {"on": "laptop", "do": "tamper", "frames": "chat_draft_updated", "how": "duplicate"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"quiet": true},
          {"on": "laptop", "expect": {"received": {"chat_draft_updated": 2}}}])"},
                                         VerbStory{"disconnect", kSaved + R"(
          {"on": "phone", "do": "disconnect"}, {"wait": "500ms"},
          {"on": "phone", "expect": {"connection": {"not": "online"}}}])"},
                                         VerbStory{"go_offline_and_online", kOpen + R"(
          {"on": "phone", "do": "go_offline"}, {"wait": "1s"},
          {"on": "phone", "expect": {"connection": "offline"}},
          {"on": "phone", "do": "go_online"},
          {"on": "phone", "expect": {"connection": "online"}, "within": "5s"}])"},
                                         VerbStory{"stall", kOpen + R"(
          {"on": "phone", "do": "stall"}, {"on": "phone", "do": "type", "text": "noodles"},
          {"wait": "5s"}, {"on": "server", "expect": {"versions": {"lunch": 0}}},
          {"on": "phone", "do": "unstall"},
          {"on": "server", "expect": {"versions": {"lunch": 1}}, "within": "20s"}])"},
                                         VerbStory{"partition", kOpen + R"(
          {"on": "laptop", "do": "partition", "way": "down"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "laptop", "expect": {"drafts": {"lunch": null}}},
          {"on": "laptop", "do": "unpartition"},
          {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}, "within": "60s"}])"},
                                         VerbStory{"refuse_and_accept", kOpen + R"(
          {"on": "phone", "do": "refuse"}, {"on": "phone", "do": "disconnect"}, {"wait": "2m"},
          {"on": "phone", "expect": {"connection": {"not": "online"}}},
          {"on": "phone", "do": "accept"},
          {"on": "phone", "expect": {"connection": "online"}, "within": "60s"}])"},
                                         VerbStory{"session_invalid", kOpen + R"(
          {"on": "phone", "do": "session", "verdict": "invalid"},
          {"on": "phone", "do": "disconnect"}, {"wait": "1m"},
          {"on": "phone", "expect": {"connection": "signed_out",
           "notices": {"session_invalid": 1}}},
          {"on": "phone", "do": "session", "verdict": "accepted"},
          {"on": "phone", "do": "restart"},
          {"on": "phone", "expect": {"connection": "online"}, "within": "10s"}])"},
                                         VerbStory{"set_link", kOpen + R"(
          {"on": "phone", "do": "set_link", "delay": "2s"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "3s"},
          {"on": "phone", "expect": {"unsynced": true}}, {"wait": "3s"},
          {"on": "phone", "expect": {"unsynced": false}}])"},
                                         VerbStory{"read_slowly", kSaved + R"(
          {"on": "laptop", "do": "read_slowly"},
          {"on": "phone", "do": "add_line", "text": "a"}, {"wait": "1500ms"},
          {"on": "phone", "do": "add_line", "text": "b"}, {"wait": "1500ms"},
          {"on": "laptop", "expect": {"drafts": {"lunch": {"lacks": "b"}}}},
          {"on": "laptop", "do": "read_normally"}])"},
                                         VerbStory{"say_and_hear", kOpen + R"(
          {"on": "phone", "do": "start_counting"},
          {"on": "phone", "do": "say", "frame": {"type": "ping"}}, {"wait": "1s"},
          {"on": "phone", "expect": {"received": {"pong": 1}}},
          {"on": "phone", "do": "hear", "frame": {"type": "pong"}}, {"wait": "1s"},
          {"on": "phone", "expect": {"received": {"pong": 2}, "sent": {"ping": 0}}}])"}),
                         [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Device, Verbs,
    testing::Values(VerbStory{"crash_and_power_on", kSaved + R"(
          {"on": "phone", "do": "crash"}, {"on": "phone", "expect": {"running": false}},
          {"on": "phone", "do": "power_on"}, {"quiet": true},
          {"on": "phone", "expect": {"running": true, "chat": null,
           "drafts": {"lunch": "noodles"}}}])"},
                    VerbStory{"crash_after_effects", kOpen + R"(
          {"on": "phone", "do": "crash", "after_effects": 1},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "phone", "expect": {"running": false}}])"},
                    VerbStory{"pause_and_resume", kOpen + R"(
          {"on": "laptop", "do": "pause"}, {"on": "phone", "do": "type", "text": "noodles"},
          {"wait": "5s"}, {"on": "laptop", "expect": {"running": false, "drafts": {"lunch": null}}},
          {"on": "laptop", "do": "resume"}, {"wait": "5s"},
          {"on": "laptop", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                    VerbStory{"suspend_stops_the_debounce", kOpen + R"(
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "1s"},
          {"on": "phone", "do": "suspend"}, {"wait": "1h"}, {"on": "phone", "do": "resume"},
          {"wait": "100ms"}, {"on": "phone", "expect": {"unsaved": true}}, {"wait": "200ms"},
          {"on": "phone", "expect": {"unsaved": false}}])"},
                    VerbStory{"snapshot_and_restore", kSaved + R"(
          {"on": "phone", "do": "snapshot"}, {"on": "phone", "do": "go_offline"},
          {"on": "phone", "do": "add_line", "text": "soup"}, {"wait": "2s"},
          {"on": "phone", "expect": {"drafts": {"lunch": "noodles\nsoup"}}},
          {"on": "phone", "do": "restore"}, {"wait": "2s"},
          {"on": "phone", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                    VerbStory{"restore_one_row", kSaved + R"(
          {"on": "phone", "do": "snapshot"}, {"on": "phone", "do": "set_text", "text": "rice"},
          {"quiet": true}, {"on": "phone", "do": "restore", "row": 0}, {"quiet": true},
          {"on": "phone", "do": "restore", "row": 1}, {"quiet": true},
          {"on": "phone", "expect": {"notices": {"store_rolled_back": {"at_least": 1}},
           "drafts": {"lunch": "rice"}}}])"},
                    VerbStory{"clone", kSaved + R"(
          {"on": "spare", "do": "power_on"}, {"on": "spare", "do": "go_offline"},
          {"on": "phone", "do": "clone", "to": "spare"}, {"wait": "2s"},
          {"on": "spare", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                    VerbStory{"wipe", kSaved + R"(
          {"on": "phone", "do": "go_offline"}, {"on": "phone", "do": "wipe"}, {"wait": "2s"},
          {"on": "phone", "expect": {"drafts": {"lunch": null}}},
          {"on": "phone", "do": "go_online"}, {"quiet": true},
          {"on": "phone", "expect": {"drafts": {"lunch": "noodles"}}}])"},
                    VerbStory{"fail_writes", kOpen + R"(
          {"on": "phone", "do": "fail_writes"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "1250ms"},
          {"on": "phone", "expect": {"unsaved": true,
           "notices": {"not_saved": {"at_least": 1}}}}])"},
                    VerbStory{"fill_disk_and_disk_heals", kOpen + R"(
          {"on": "phone", "do": "fill_disk"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "2m"},
          {"on": "phone", "expect": {"unsaved": true}}, {"on": "phone", "do": "disk_heals"},
          {"on": "phone", "do": "type", "text": " now"}, {"wait": "3s"},
          {"on": "phone", "expect": {"unsaved": false}}])"},
                    VerbStory{"slow_disk", kOpen + R"(
          {"on": "phone", "do": "slow_disk", "delay": "5s"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "phone", "expect": {"unsaved": true, "sent": {"update_draft": 0}}}, {"wait": "2s"},
          {"on": "phone", "expect": {"unsaved": false}}])"},
                    VerbStory{"slow_cipher", kOpen + R"(
          {"on": "phone", "do": "slow_cipher", "delay": "5s"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "phone", "expect": {"unsaved": true, "writes": {"at_most": 3}}}, {"wait": "2s"},
          {"on": "phone", "expect": {"unsaved": false}}])"},
                    VerbStory{"rot", kSaved + R"(
          {"on": "phone", "do": "power_off"}, {"on": "phone", "do": "rot", "row": 0},
          {"on": "phone", "do": "rot", "row": 1}, {"on": "phone", "do": "rot", "row": 2},
          {"on": "phone", "do": "power_on"}, {"quiet": true},
          {"on": "phone", "expect": {"notices": {"store_row_damaged": {"at_least": 1}}}}])"},
                    VerbStory{"lock_and_unlock", kOpen + R"(
          {"on": "phone", "do": "type", "text": "noodles"}, {"on": "phone", "do": "lock"},
          {"wait": "10s"}, {"on": "phone", "expect": {"unsaved": true, "editor": "noodles"}},
          {"on": "phone", "do": "unlock"}, {"wait": "10s"},
          {"on": "phone", "expect": {"unsaved": false}}])"},
                    VerbStory{"clocks", kSaved + R"(
          {"on": "phone", "do": "jump_clock", "by": "-400d"},
          {"on": "laptop", "do": "drift_clock", "ppm": 100000},
          {"on": "laptop", "do": "open", "chat": "team"},
          {"on": "laptop", "do": "type", "text": "quick"}, {"wait": "1100ms"},
          {"on": "laptop", "expect": {"unsaved": false}}])"},
                    VerbStory{"previews", kSaved + R"(
          {"on": "laptop", "expect": {"previews": {"lunch": null}}},
          {"on": "laptop", "do": "look_at_list"},
          {"on": "laptop", "expect": {"previews": {"lunch": "noodles"}}}, {"wait": "16m"},
          {"on": "laptop", "expect": {"previews": {"lunch": null}}}])"},
                    VerbStory{"compose", R"([{"on": "phone", "do": "compose", "as": "fresh"},
          {"on": "phone", "do": "type", "text": "hello"}, {"quiet": true},
          {"on": "phone", "expect": {"chat": "fresh", "drafts": {"fresh": "hello"}}},
          {"on": "laptop", "do": "open", "chat": "fresh"},
          {"on": "laptop", "expect": {"editor": "hello"}}])"},
                    VerbStory{"editing", kOpen + R"(
          {"on": "phone", "do": "set_text", "text": {"lines": ["a", "b", "c"]}},
          {"on": "phone", "do": "change_line", "line": 2, "text": "ä"},
          {"on": "phone", "do": "remove_line", "line": 1},
          {"on": "phone", "expect": {"editor": "ä\nc"}},
          {"on": "phone", "do": "backspace", "times": 2},
          {"on": "phone", "expect": {"editor": "ä"}}, {"on": "phone", "do": "backspace"},
          {"on": "phone", "expect": {"editor": ""}}])"}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Server, Verbs,
    testing::Values(VerbStory{"crash_and_start", kSaved + R"(
          {"on": "server", "do": "crash"}, {"wait": "1s"},
          {"on": "server", "expect": {"running": false, "connections": 0}},
          {"on": "phone", "expect": {"connection": {"not": "online"}}},
          {"on": "server", "do": "start"},
          {"on": "server", "expect": {"connections": 2}, "within": "60s"}])"},
                    VerbStory{"stop", kSaved + R"(
          {"on": "server", "do": "stop"}, {"wait": "10s"},
          {"on": "server", "expect": {"running": false, "row_versions": {"lunch": 1}}},
          {"on": "server", "do": "start"}])"},
                    VerbStory{"evict_and_hollow", kSaved + R"(
          {"on": "server", "do": "hollow", "chat": "lunch"},
          {"on": "server", "do": "evict", "chat": "lunch"},
          {"on": "phone", "do": "add_line", "text": "soup"}, {"quiet": true},
          {"on": "server", "expect": {"versions": {"lunch": 2}}}])"},
                    VerbStory{"database_down", kOpen + R"(
          {"on": "server", "do": "database_down"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "20s"},
          {"on": "server", "expect": {"rows": 0}}, {"on": "server", "do": "database_up"},
          {"on": "server", "expect": {"rows": 1}, "within": "2m"}])"},
                    VerbStory{"cache_down", kOpen + R"(
          {"on": "server", "do": "cache_down"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "5s"},
          {"on": "phone", "expect": {"unsynced": true}}, {"on": "server", "do": "cache_up"},
          {"on": "phone", "expect": {"unsynced": false}, "within": "2m"}])"},
                    VerbStory{"database_slow", kOpen + R"(
          {"on": "server", "do": "database_slow", "delay": "3s"},
          {"on": "phone", "do": "type", "text": "noodles"}, {"wait": "3s"},
          {"on": "phone", "expect": {"unsynced": true}},
          {"on": "phone", "expect": {"unsynced": false}, "within": "30s"}])"},
                    VerbStory{"jobs", kSaved + R"(
          {"on": "server", "do": "hold_jobs"},
          {"on": "phone", "do": "add_line", "text": "a"}, {"wait": "3s"},
          {"on": "phone", "do": "add_line", "text": "b"}, {"wait": "3s"},
          {"on": "server", "expect": {"versions": {"lunch": 3}, "row_versions": {"lunch": 1},
           "waiting_jobs": {"at_least": 1}}},
          {"on": "server", "do": "release_jobs", "order": "reversed"}, {"quiet": true},
          {"on": "server", "expect": {"row_versions": {"lunch": 3}, "waiting_jobs": 0}}])"},
                    VerbStory{"backup", kSaved + R"(
          {"on": "server", "do": "backup"},
          {"on": "phone", "do": "add_line", "text": "a"}, {"quiet": true},
          {"on": "server", "expect": {"row_versions": {"lunch": 2}}},
          {"on": "everyone", "do": "go_offline", "if_running": true}, {"wait": "1s"},
          {"on": "server", "do": "restore_backup"}, {"wait": "1s"},
          {"on": "server", "expect": {"row_versions": {"lunch": 1}}},
          {"on": "everyone", "do": "go_online"}])"},
                    VerbStory{"messages", kSaved + R"({"on": "phone", "do": "open", "chat": "team"},
          {"on": "phone", "do": "type", "text": "hi"}, {"quiet": true},
          {"on": "phone", "do": "send"}, {"quiet": true},
          {"on": "server", "expect": {"messages": {"team": 3}, "deleted": {"team": true,
           "lunch": false}}},
          {"on": "phone", "do": "delete_chat", "chat": "team"}, {"quiet": true},
          {"on": "everyone", "expect": {"chats": {"lacks": ["team"]}}}])"}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace dp::sim
