// Wrong about which chats there are, and whose.
#include <algorithm>
#include <map>
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

// What each account's chats last looked like in an answer.
struct Gallery {
  std::map<AccountId, std::map<std::string, Json>> shown;
  std::set<std::string> deleted;
};

void look(Gallery& gallery, Between& between, ConnId conn, Json& frame) {
  const AccountId account = between.account_of(conn);
  Json& all = fields(frame);
  if (is(frame, "chat_draft_updated") || is(frame, "draft_update_receipt")) {
    Json details = {{"chat_id", all["chat_id"]},
                    {"draft_v", 1},
                    {"encrypted_draft_md", "AAAA"},
                    {"encrypted_draft_preview", nullptr},
                    {"encrypted_tombstone", nullptr},
                    {"cleared_draft_v", 0},
                    {"messages_v", 0}};
    gallery.shown[account][all["chat_id"]] = std::move(details);
  } else if (is(frame, "chat_delete_receipt") || is(frame, "chat_deleted")) {
    gallery.deleted.insert(all["chat_id"].get<std::string>());
  }
}

ServerSwitches lists_strangers() {
  auto gallery = std::make_shared<Gallery>();
  ServerSwitches out;
  out.say = [gallery](Between& between, ConnId conn, Json& frame) {
    look(*gallery, between, conn, frame);
    if (!is(frame, "initial_sync_response")) return false;
    const AccountId account = between.account_of(conn);
    for (const auto& [other, chats] : gallery->shown) {
      if (other == account) continue;
      for (const auto& [chat, details] : chats) fields(frame)["chats"].push_back(details);
    }
    return false;
  };
  return out;
}

ServerSwitches lists_the_deleted() {
  auto gallery = std::make_shared<Gallery>();
  ServerSwitches out;
  out.say = [gallery](Between& between, ConnId conn, Json& frame) {
    look(*gallery, between, conn, frame);
    if (!is(frame, "initial_sync_response")) return false;
    for (const auto& [chat, details] : gallery->shown[between.account_of(conn)]) {
      if (gallery->deleted.contains(chat)) fields(frame)["chats"].push_back(details);
    }
    return false;
  };
  return out;
}

// Which versions were asked for, so that what the answer leaves out can be put in.
ServerSwitches zero_for_what_is_left_out() {
  auto asked = std::make_shared<std::map<ConnId, Json>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId conn, Json& frame) {
    if (is(frame, "get_draft_versions")) (*asked)[conn] = fields(frame).value("chats", Json());
    return false;
  };
  out.say = [asked](Between&, ConnId conn, Json& frame) {
    if (!is(frame, "draft_versions_response")) return false;
    Json& versions = fields(frame)["versions"];
    for (const Json& one : (*asked)[conn]) {
      const std::string chat = text_in(one, "chat_id");
      if (!chat.empty() && !versions.contains(chat)) versions[chat] = 0;
    }
    return false;
  };
  return out;
}

ServerSwitches filters_listing(std::function<bool(const Json& details)> hides) {
  return says("initial_sync_response", [hides = std::move(hides)](Json& all) {
    Json kept = Json::array();
    for (const Json& one : all["chats"]) {
      if (!hides(one)) kept.push_back(one);
    }
    all["chats"] = std::move(kept);
  });
}

ServerSwitches other_refusal(const char* code, const char* instead) {
  // A peer may have asked for more before the answer is there.
  auto asked = std::make_shared<std::map<ConnId, std::set<std::string>>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId conn, Json& frame) {
    const std::string chat = text_in(fields(frame), "chat_id");
    if (is(frame, "get_chat_details")) (*asked)[conn].insert(chat);
    return false;
  };
  out.say = [=](Between&, ConnId conn, Json& frame) {
    Json& all = fields(frame);
    const bool is_about_it = (*asked)[conn].contains(text_in(all, "chat_id"));
    if (is_about_it && is(frame, "error") && text_in(all, "code") == code) all["code"] = instead;
    return false;
  };
  return out;
}

// Strangers are told that there is nothing, which confirms nothing and is not what is asked for.
ServerSwitches hides_what_is_not_yours() {
  ServerSwitches out;
  out.say = [](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string code = text_in(all, "code");
    if (!is(frame, "error") || code != "chat_forbidden" || all.contains("change_id")) return false;
    frame = frame_a("chat_details", {{"chat_id", all["chat_id"]},
                                     {"draft_v", 0},
                                     {"encrypted_draft_md", nullptr},
                                     {"encrypted_draft_preview", nullptr},
                                     {"encrypted_tombstone", nullptr},
                                     {"cleared_draft_v", 0},
                                     {"messages_v", 0}});
    return false;
  };
  return out;
}

// A page token is asked for again from the start: the listing never ends, or repeats itself.
ServerSwitches pages_start_again() {
  return hears("initial_sync_request", [](Json& all) { all.erase("page_token"); });
}

// Skips the first chat of each later page.
ServerSwitches pages_skip_one() {
  auto later_page = std::make_shared<std::map<ConnId, bool>>();
  ServerSwitches out;
  out.hear = [later_page](Between&, ConnId conn, Json& frame) {
    if (is(frame, "initial_sync_request")) {
      (*later_page)[conn] = fields(frame).contains("page_token");
    }
    return false;
  };
  out.say = [later_page](Between&, ConnId conn, Json& frame) {
    Json& chats = fields(frame)["chats"];
    if (is(frame, "initial_sync_response") && (*later_page)[conn] && !chats.empty()) {
      chats.erase(0);
    }
    return false;
  };
  return out;
}

ServerSwitches names_all_deletions() {
  auto gallery = std::make_shared<Gallery>();
  ServerSwitches out;
  out.say = [gallery](Between& between, ConnId conn, Json& frame) {
    look(*gallery, between, conn, frame);
    if (!is(frame, "initial_sync_response")) return false;
    Json& named = fields(frame)["deleted_chat_ids"];
    for (const std::string& chat : gallery->deleted) {
      if (std::ranges::find(named, Json(chat)) == named.end()) named.push_back(chat);
    }
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_versions_response() {
  return {
      broken("reads-all-versions", "DP-FRAME-005", "answers for more than 200 chats",
             zero_for_what_is_left_out),
      broken("zero-for-the-deleted", "DP-FRAME-035",
             "gives version 0 for chats it should leave out", zero_for_what_is_left_out),
      broken("leaves-out-the-unknown", "DP-FRAME-035", "leaves out chats that nobody has",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 Json kept = Json::object();
                 for (const auto& [chat, version] : all["versions"].items()) {
                   const bool known = version != 0 || all["tombstone_versions"].contains(chat);
                   if (known) kept[chat] = version;
                 }
                 all["versions"] = std::move(kept);
               });
             }),
      broken("calls-everything-unavailable", "DP-FRAME-025",
             "names chats with a version as unavailable too",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 for (const auto& [chat, version] : all["versions"].items()) {
                   all["unavailable_chat_ids"].push_back(chat);
                 }
               });
             }),
      broken("the-deleted-are-forbidden", "DP-FRAME-036", "calls a deleted chat forbidden",
             [] { return other_refusal("chat_deleted", "chat_forbidden"); }),
      broken("the-forbidden-are-deleted", "DP-FRAME-036", "calls somebody else's chat deleted",
             [] { return other_refusal("chat_forbidden", "chat_deleted"); }),
      broken("hides-what-is-not-yours", "DP-FRAME-036", "shows somebody else's chat as empty",
             hides_what_is_not_yours),
  };
}

std::vector<BrokenServer> broken_in_pages() {
  return {
      broken("never-authoritative", "DP-FRAME-038", "calls no listing complete",
             [] {
               return says("initial_sync_response",
                           [](Json& all) { all["authoritative"] = false; });
             }),
      broken("always-authoritative", "DP-FRAME-038", "calls each page a complete listing",
             [] {
               return says("initial_sync_response", [](Json& all) { all["authoritative"] = true; });
             }),
      broken("pages-start-again", "DP-FRAME-031", "gives the first page for each token",
             pages_start_again),
      broken("pages-skip-one", "DP-FRAME-031", "leaves out a chat between pages", pages_skip_one),
      broken("lists-strangers", "DP-FRAME-032", "lists chats of other accounts", lists_strangers,
             true),
      broken("lists-the-deleted", "DP-FRAME-033", "lists drafts of deleted chats",
             lists_the_deleted, true),
      broken(
          "hides-draft-only-chats", "DP-FRAME-034", "lists only chats with messages",
          [] { return filters_listing([](const Json& one) { return one["messages_v"] == 0; }); },
          true),
      broken("lists-backwards", "DP-FRAME-037", "lists the newest chat first",
             [] {
               return says("initial_sync_response", [](Json& all) {
                 std::reverse(all["chats"].begin(), all["chats"].end());
               });
             }),
      broken("lists-twice", "DP-FRAME-037", "lists a chat twice",
             [] {
               return says("initial_sync_response", [](Json& all) {
                 Json& chats = all["chats"];
                 if (!chats.empty()) chats.push_back(Json(chats.front()));
               });
             }),
      broken("names-no-deletions", "DP-FRAME-039", "does not say which chats were deleted",
             [] {
               return says("initial_sync_response",
                           [](Json& all) { all["deleted_chat_ids"] = Json::array(); });
             }),
      broken("names-all-deletions", "DP-FRAME-039", "names deleted chats nobody asked about",
             names_all_deletions),
      broken("edits-reorder-chats", "DP-OWN-005", "lists the chat edited last first",
             [] {
               auto last = std::make_shared<std::map<std::string, int>>();
               auto clock = std::make_shared<int>(0);
               ServerSwitches out;
               out.say = [=](Between&, ConnId, Json& frame) {
                 Json& all = fields(frame);
                 if (is(frame, "draft_update_receipt")) (*last)[all["chat_id"]] = ++*clock;
                 if (!is(frame, "initial_sync_response")) return false;
                 std::multimap<int, Json> newest_first;
                 for (const Json& one : all["chats"]) {
                   newest_first.emplace(-(*last)[one["chat_id"]], one);
                 }
                 Json chats = Json::array();
                 for (const auto& [age, one] : newest_first) chats.push_back(one);
                 all["chats"] = chats;
                 return false;
               };
               return out;
             }),
      broken("chats-need-a-message", "DP-OWN-004", "hides a new chat until it has a message",
             [] {
               return filters_listing([](const Json& one) {
                 return one["messages_v"] == 0 && one["cleared_draft_v"] == 0;
               });
             }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_listing() {
  std::vector<BrokenServer> all = broken_in_versions_response();
  auto part = broken_in_pages();
  all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dp::conformance
