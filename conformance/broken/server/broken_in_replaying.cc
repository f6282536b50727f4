// Wrong about what was changed offline and is replayed.
#include <algorithm>
#include <set>
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {
namespace {

using Make = std::function<ServerSwitches()>;

BrokenServer broken(std::string name, std::string requirement, std::string what, Make make,
                    bool grave = false) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered_server(make()); }};
}

// While a connection waits for the end of its replay, `drops` sees what it is told.
ServerSwitches during_a_replay(std::function<bool(const Json& frame)> drops) {
  auto replaying = std::make_shared<std::set<ConnId>>();
  ServerSwitches out;
  out.hear = [replaying](Between&, ConnId conn, Json& frame) {
    if (is(frame, "sync_offline_changes")) replaying->insert(conn);
    return false;
  };
  out.say = [replaying, drops = std::move(drops)](Between&, ConnId conn, Json& frame) {
    if (!replaying->contains(conn)) return false;
    if (is(frame, "offline_sync_complete")) replaying->erase(conn);
    return drops(frame);
  };
  return out;
}

// Later changes of a slot are said to be stored.
ServerSwitches pretends_all_were_stored() {
  ServerSwitches out;
  out.say = [](Between&, ConnId, Json& frame) {
    if (text_in(fields(frame), "code") == "replay_refused") return true;
    if (!is(frame, "offline_sync_complete")) return false;
    Json& all = fields(frame);
    for (Json& one : all["results"]) {
      if (one["outcome"] == "error") one["outcome"] = "stored";
    }
    all["processed"] = all["results"].size();
    all["errors"] = 0;
    return false;
  };
  return out;
}

bool is_good(const Json& entry) {
  if (!entry.is_object()) return false;
  const std::string type = text_in(entry, "type");
  const auto value = entry.find("value");
  const auto before = entry.find("version_before_edit");
  return ChatId::parse(text_in(entry, "chat_id")).has_value() &&
         is_opaque_name(text_in(entry, "change_id")) &&
         (type == "draft" || type == "delete_draft") && value != entry.end() &&
         (value->is_string() || value->is_null()) && before != entry.end() &&
         before->is_number_unsigned();
}

ServerSwitches changes_the_list(std::function<void(Json& changes)> change) {
  return hears("sync_offline_changes", [change = std::move(change)](Json& all) {
    if (all.contains("changes") && all["changes"].is_array()) change(all["changes"]);
  });
}

// A superseded change is announced to everybody of the account.
ServerSwitches announces_what_lost() {
  auto asked = std::make_shared<std::map<std::string, Json>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId, Json& frame) {
    if (!is(frame, "sync_offline_changes")) return false;
    for (const Json& one : fields(frame).value("changes", Json::array())) {
      (*asked)[text_in(one, "change_id")] = one;
    }
    return false;
  };
  out.say = [asked](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "offline_sync_complete")) return false;
    for (const Json& one : fields(frame)["results"]) {
      if (one["outcome"] != "superseded") continue;
      const Json& change = (*asked)[text_in(one, "change_id")];
      const Json told = {
          {"event", "chat_draft_updated"},
          {"chat_id", change["chat_id"]},
          {"data", {{"encrypted_draft_md", change["value"]}, {"encrypted_draft_preview", nullptr}}},
          {"versions", {{"draft_v", one["draft_v"]}}},
          {"last_edited_overall_timestamp", 1}};
      for (const auto& [other, peer] : between.peers()) {
        if (peer.account == between.account_of(conn)) between.send(other, told.dump());
      }
    }
    return false;
  };
  return out;
}

// A chat nobody has cannot be replayed into.
ServerSwitches needs_a_chat() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "sync_offline_changes")) return false;
    const Json changes = fields(frame).value("changes", Json::array());
    const bool strange = std::ranges::any_of(changes, [&](const Json& one) {
      const std::string chat = text_in(one, "chat_id");
      return ChatId::parse(chat).has_value() && !between.slot(conn, chat);
    });
    if (!strange || !std::ranges::all_of(changes, is_good)) return false;
    Json results = Json::array();
    for (const Json& one : changes) {
      between.send(conn, error_frame("ownership_unknown", one).dump());
      results.push_back({{"change_id", one["change_id"]}, {"outcome", "error"}, {"draft_v", 0}});
    }
    const Json complete = {
        {"processed", 0}, {"conflicts", 0}, {"errors", results.size()}, {"results", results}};
    between.send(conn, frame_a("offline_sync_complete", complete).dump());
    return true;
  };
  return out;
}

ServerSwitches changes_results(std::function<void(Json& all)> change) {
  return says("offline_sync_complete", std::move(change));
}

std::vector<BrokenServer> broken_in_what_wins() {
  return {
      broken("replays-all-of-a-slot", "DP-REPLAY-001",
             "acknowledges the later changes of a slot and loses them", pretends_all_were_stored,
             true),
      broken("takes-the-last-change", "DP-REPLAY-001", "considers the last change of a slot",
             [] {
               return changes_the_list(
                   [](Json& changes) { std::reverse(changes.begin(), changes.end()); });
             }),
      broken("later-changes-unsaid", "DP-REPLAY-002", "sends no error for later changes of a slot",
             [] {
               return during_a_replay([](const Json& frame) {
                 return is(frame, "error") && frame["payload"]["code"] == "replay_refused";
               });
             }),
      broken("replay-untold-to-its-sender", "DP-REPLAY-003", "tells only others of a replay",
             [] {
               return during_a_replay([](const Json& frame) {
                 return is(frame, "chat_draft_updated") || is(frame, "draft_deleted");
               });
             }),
      broken("announces-what-lost", "DP-REPLAY-004", "announces a superseded change",
             announces_what_lost),
      broken("what-lost-is-an-error", "DP-REPLAY-004", "counts a superseded change as an error",
             [] {
               return changes_results([](Json& all) {
                 for (const Json& one : all["results"]) {
                   if (one["outcome"] != "superseded") continue;
                   all["processed"] = all["processed"].get<int>() - 1;
                   all["errors"] = all["errors"].get<int>() + 1;
                 }
               });
             }),
  };
}

std::vector<BrokenServer> broken_in_results() {
  return {
      broken("results-backwards", "DP-REPLAY-005", "gives results from last to first",
             [] {
               return changes_results(
                   [](Json& all) { std::reverse(all["results"].begin(), all["results"].end()); });
             }),
      broken("results-of-what-was-stored", "DP-REPLAY-005", "gives results of good changes only",
             [] {
               return changes_results([](Json& all) {
                 Json kept = Json::array();
                 for (const Json& one : all["results"]) {
                   if (one["outcome"] == "stored") kept.push_back(one);
                 }
                 all["results"] = kept;
               });
             }),
      broken("replay-conflicts-unsaid", "DP-REPLAY-006", "does not show what a replay met",
             [] {
               return during_a_replay(
                   [](const Json& frame) { return is(frame, "draft_conflict"); });
             }),
      broken("replay-needs-a-chat", "DP-REPLAY-007", "refuses a replay for a new chat",
             needs_a_chat),
      broken(
          "replay-overwrites", "DP-REPLAY-008", "lets an unsealed replay overwrite what is newer",
          [] {
            return changes_the_list([](Json& changes) {
              for (Json& one : changes) {
                if (!one.is_object() || one.contains("proposed_v")) continue;
                if (one.contains("version_before_edit")) {
                  one["version_before_edit"] = (std::uint64_t{1} << 53) - 1;
                }
              }
            });
          },
          true),
      broken("replays-the-good-ones", "DP-REPLAY-009", "leaves bad entries of a list out",
             [] {
               return changes_the_list([](Json& changes) {
                 Json kept = Json::array();
                 for (const Json& one : changes) {
                   if (is_good(one)) kept.push_back(one);
                 }
                 changes = kept;
               });
             }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_replaying() {
  std::vector<BrokenServer> all = broken_in_what_wins();
  auto part = broken_in_results();
  all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dp::conformance
