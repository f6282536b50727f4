// Wrong about repeats, and about what was deleted.
#include <set>
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/pretended.h"
#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {
namespace {

using Make = std::function<ServerSwitches()>;

BrokenServer broken(std::string name, std::string requirement, std::string what, Make make,
                    bool grave = false) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered_server(make()); }};
}

bool is_sealed(const Json& all) {
  return all.contains("proposed_v");
}

// Ids of changes that were acknowledged once.
using Known = std::shared_ptr<std::set<std::string>>;

ServerSwitches refuses_repeats() {
  const Known known = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.say = [known](Between&, ConnId, Json& frame) {
    const std::string id = text_in(fields(frame), "change_id");
    const bool receipt = is(frame, "draft_update_receipt") || is(frame, "draft_delete_receipt");
    if (receipt && !id.empty() && !known->insert(id).second) {
      frame = error_frame("version_invalid", fields(frame));
    }
    return false;
  };
  return out;
}

// A repeated deletion of the field dialect is another deletion.
ServerSwitches repeats_take_numbers() {
  auto renamed = std::make_shared<std::map<std::string, std::string>>();
  const Known known = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.hear = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string id = text_in(all, "change_id");
    if (!is(frame, "delete_draft") || is_sealed(all) || id.empty()) return false;
    if (known->insert(id).second) return false;
    const std::string other = id.substr(0, 50) + "-" + std::to_string(renamed->size());
    (*renamed)[other] = id;
    all["change_id"] = other;
    return false;
  };
  out.say = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const auto found = renamed->find(text_in(all, "change_id"));
    if (found != renamed->end()) all["change_id"] = found->second;
    return false;
  };
  return out;
}

ServerSwitches announces_repeats() {
  auto last = std::make_shared<std::map<std::string, std::string>>();  // by chat
  const Known known = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (is(frame, "chat_draft_updated")) (*last)[chat] = frame.dump();
    const std::string id = text_in(all, "change_id");
    if (!is(frame, "draft_update_receipt") || id.empty() || known->insert(id).second) return false;
    for (const auto& [other, peer] : between.peers()) {
      const bool same = peer.accepted && peer.account == between.account_of(conn);
      if (same && other != conn && last->contains(chat)) between.send(other, (*last)[chat]);
    }
    return false;
  };
  return out;
}

ServerSwitches takes_old_repeats() {
  const Known known = std::make_shared<std::set<std::string>>();
  return pretends([known](const Json& frame, const Json& change) {
    const std::string id = text_in(change, "change_id");
    if (is(frame, "draft_update_receipt")) known->insert(id);
    return is(frame, "draft_conflict") && known->contains(id);
  });
}

// A text that is stored already counts as stored, whatever its preview is now.
ServerSwitches looks_at_texts_only() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "update_draft") || is_sealed(all)) return false;
    const auto slot = between.slot(conn, text_in(all, "chat_id"));
    if (!slot || !slot->record || !slot->record->draft) return false;
    if (text_in(all, "encrypted_draft_md") != *slot->record->draft) return false;
    Json receipt = {{"chat_id", all["chat_id"]}, {"draft_v", slot->current}, {"success", true}};
    if (all.contains("change_id")) receipt["change_id"] = all["change_id"];
    between.send(conn, frame_a("draft_update_receipt", receipt).dump());
    return true;
  };
  return out;
}

ServerSwitches refuses_if(const char* type, const char* code,
                          std::function<bool(const std::optional<server::SlotFacts>&)> bad) {
  ServerSwitches out;
  out.hear = [=](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, type) || !bad(between.slot(conn, text_in(all, "chat_id")))) return false;
    between.send(conn, error_frame(code, all).dump());
    return true;
  };
  return out;
}

bool holds_nothing(const std::optional<server::SlotFacts>& slot) {
  return !slot || !slot->record;
}

// delete_chat is acknowledged and announced, and nothing is removed.
ServerSwitches keeps_deleted_chats() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "delete_chat") || text_in(all, "chat_id").empty()) return false;
    Json receipt = {{"chat_id", all["chat_id"]}, {"success", true}};
    if (all.contains("change_id")) receipt["change_id"] = all["change_id"];
    between.send(conn, frame_a("chat_delete_receipt", receipt).dump());
    for (const auto& [other, peer] : between.peers()) {
      if (!peer.accepted || other == conn || peer.account != between.account_of(conn)) continue;
      between.send(other, frame_a("chat_deleted", {{"chat_id", all["chat_id"]}}).dump());
    }
    return true;
  };
  return out;
}

ServerSwitches second_deletion(bool fails) {
  const Known known = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "chat_delete_receipt")) return false;
    const Json all = fields(frame);
    if (known->insert(text_in(all, "chat_id")).second) return false;
    if (fails) {
      frame = error_frame("chat_deleted", all);
      return false;
    }
    for (const auto& [other, peer] : between.peers()) {
      if (!peer.accepted || other == conn || peer.account != between.account_of(conn)) continue;
      between.send(other, frame_a("chat_deleted", {{"chat_id", all["chat_id"]}}).dump());
    }
    return false;
  };
  return out;
}

// A chat whose draft is gone stays in the listing.
ServerSwitches lists_emptied_chats() {
  auto emptied = std::make_shared<std::map<AccountId, std::set<std::string>>>();
  ServerSwitches out;
  out.say = [emptied](Between& between, ConnId conn, Json& frame) {
    Json& all = fields(frame);
    auto& chats = (*emptied)[between.account_of(conn)];
    if (is(frame, "draft_delete_receipt")) chats.insert(text_in(all, "chat_id"));
    if (is(frame, "draft_update_receipt")) chats.erase(text_in(all, "chat_id"));
    if (!is(frame, "initial_sync_response")) return false;
    for (const std::string& chat : chats) {
      bool listed = false;
      for (const Json& one : all["chats"]) listed = listed || one["chat_id"] == chat;
      if (listed) continue;
      all["chats"].push_back({{"chat_id", chat},
                              {"draft_v", 0},
                              {"encrypted_draft_md", nullptr},
                              {"encrypted_draft_preview", nullptr},
                              {"encrypted_tombstone", nullptr},
                              {"cleared_draft_v", 1},
                              {"messages_v", 0}});
    }
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_repeats() {
  return {
      broken("refuses-repeats", "DP-VER-040", "refuses a change that comes again", refuses_repeats),
      broken("repeats-take-numbers", "DP-VER-040", "gives a repeated deletion a new number",
             repeats_take_numbers),
      broken("announces-repeats", "DP-VER-041", "announces a repeated change again",
             announces_repeats),
      broken("takes-old-repeats", "DP-VER-042", "acknowledges an old change that comes again",
             takes_old_repeats),
      broken(
          "old-repeats-look-new", "DP-VER-042", "does not say that an old change lost",
          [] { return says("draft_update_receipt", [](Json& all) { all.erase("superseded"); }); }),
      broken("looks-at-texts-only", "DP-VER-043", "takes a text with another preview for a repeat",
             looks_at_texts_only),
  };
}

std::vector<BrokenServer> broken_in_tombstones() {
  return {
      broken("deletes-without-trace", "DP-DEL-001", "remembers no deletion",
             [] {
               return says("chat_details", [](Json& all) {
                 all["cleared_draft_v"] = 0;
                 all["encrypted_tombstone"] = nullptr;
               });
             }),
      broken("nothing-to-delete", "DP-DEL-002", "refuses to delete what is not there",
             [] { return refuses_if("delete_draft", "invalid_frame", holds_nothing); }),
      broken("deletes-nothing-quietly", "DP-DEL-002", "announces no deletion of nothing",
             [] {
               auto quiet = std::make_shared<std::set<std::string>>();
               ServerSwitches out;
               out.hear = [quiet](Between& between, ConnId conn, Json& frame) {
                 const std::string chat = text_in(fields(frame), "chat_id");
                 if (is(frame, "delete_draft") && holds_nothing(between.slot(conn, chat))) {
                   quiet->insert(chat);
                 }
                 return false;
               };
               out.say = [quiet](Between&, ConnId, Json& frame) {
                 return is(frame, "draft_deleted") &&
                        quiet->contains(text_in(fields(frame), "chat_id"));
               };
               return out;
             }),
      broken(
          "old-writes-undo-deletions", "DP-DEL-003",
          "acknowledges a change that did not know of the deletion",
          [] {
            return pretends([](const Json& frame, const Json&) {
              return is(frame, "draft_conflict") && frame["payload"]["deleted"] == true;
            });
          },
          true),
      broken("deleted-for-good", "DP-DEL-004", "refuses to write after a deletion",
             [] {
               return refuses_if("update_draft", "version_invalid",
                                 [](const auto& slot) { return slot && slot->deleted; });
             }),
      broken("tombstone-without-its-seal", "DP-DEL-005", "does not keep sealed tombstones",
             [] {
               ServerSwitches out;
               out.say = [](Between&, ConnId, Json& frame) {
                 if (is(frame, "chat_details") || is(frame, "draft_conflict")) {
                   fields(frame)["encrypted_tombstone"] = nullptr;
                 }
                 return false;
               };
               return out;
             }),
      broken("keeps-deleted-chats", "DP-DEL-007", "says that it deleted a chat and does not",
             keeps_deleted_chats, true),
      broken("deletes-chats-quietly", "DP-DEL-007", "tells nobody that a chat was deleted",
             [] { return never_says("chat_deleted"); }),
      broken(
          "writes-to-deleted-chats", "DP-DEL-008", "acknowledges changes of deleted chats",
          [] { return pretends_instead_of("chat_deleted"); }, true),
      broken("lists-emptied-chats", "DP-DEL-009", "lists a chat whose only draft was deleted",
             lists_emptied_chats),
      broken("deletes-chats-once", "DP-DEL-010", "refuses to delete a deleted chat",
             [] { return second_deletion(true); }),
      broken("tells-deletions-twice", "DP-DEL-010", "announces a chat's deletion each time",
             [] { return second_deletion(false); }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_deleting() {
  std::vector<BrokenServer> all = broken_in_repeats();
  auto part = broken_in_tombstones();
  all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dp::conformance
