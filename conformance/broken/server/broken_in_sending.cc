// Wrong about messages and the drafts they were made of.
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

bool is_sealed(const Json& all) {
  return all.contains("proposed_v");
}

Json receipt_of_message(const Json& all) {
  return frame_a(
      "chat_message_receipt",
      {{"chat_id", all["chat_id"]}, {"message_id", all["message_id"]}, {"success", true}});
}

// Messages seen, by chat and id, or by id alone.
using Seen = std::shared_ptr<std::set<std::string>>;

// A message that comes again gets a new name inside, so that it is stored again; outside it keeps
// its own.
ServerSwitches stores_twice(bool unsealed_only) {
  const Seen seen = std::make_shared<std::set<std::string>>();
  auto renamed = std::make_shared<std::map<std::string, std::string>>();
  ServerSwitches out;
  out.hear = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    if (!is(frame, "chat_message_added") || (unsealed_only && is_sealed(all))) return false;
    const std::string id = text_in(all, "message_id");
    if (seen->insert(text_in(all, "chat_id") + id).second) return false;
    const std::string other = id.substr(0, 50) + "-" + std::to_string(renamed->size());
    (*renamed)[other] = id;
    all["message_id"] = other;
    return false;
  };
  out.say = [=](Between&, ConnId, Json& frame) {
    for (const char* name : {"message_id", "change_id"}) {
      Json& all = fields(frame);
      const auto found = renamed->find(text_in(all, name));
      if (found != renamed->end()) all[name] = found->second;
    }
    return false;
  };
  return out;
}

ServerSwitches refuses_repeats() {
  const Seen seen = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.hear = [seen](Between& between, ConnId conn, Json& frame) {
    Json about = fields(frame);
    if (!is(frame, "chat_message_added")) return false;
    if (seen->insert(text_in(about, "chat_id") + text_in(about, "message_id")).second) return false;
    about["change_id"] = about["message_id"];
    between.send(conn, error_frame("internal", about).dump());
    return true;
  };
  return out;
}

// The second message of an id is taken for the first, whichever chat it is in.
ServerSwitches one_id_for_all_chats() {
  const Seen seen = std::make_shared<std::set<std::string>>();
  auto first_chat = std::make_shared<std::map<std::string, std::string>>();
  ServerSwitches out;
  out.hear = [=](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "chat_message_added")) return false;
    const auto [at, fresh] =
        first_chat->emplace(text_in(all, "message_id"), text_in(all, "chat_id"));
    if (fresh || at->second == text_in(all, "chat_id")) return false;
    between.send(conn, receipt_of_message(all).dump());
    return true;
  };
  return out;
}

// A message whose tombstone does not fit is not stored at all.
ServerSwitches needs_its_draft() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    Json about = fields(frame);
    if (!is(frame, "chat_message_added") || !is_sealed(about)) return false;
    const auto slot = between.slot(conn, text_in(about, "chat_id"));
    const Version current = slot ? slot->current : 0;
    if (about["base_version"] == current) return false;
    about["change_id"] = about["message_id"];
    between.send(conn, error_frame("version_invalid", about).dump());
    return true;
  };
  return out;
}

// The draft stays, and its deletion is acknowledged.
ServerSwitches keeps_the_draft(bool sealed) {
  auto asked = std::make_shared<std::map<std::string, Json>>();
  ServerSwitches out;
  out.hear = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    if (!is(frame, "chat_message_added") || is_sealed(all) != sealed) return false;
    if (all.value("preserve_draft", Json()) == true) return false;
    (*asked)[text_in(all, "message_id")] = all;
    all["preserve_draft"] = true;
    return false;
  };
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    const auto found = asked->find(text_in(fields(frame), "message_id"));
    if (!is(frame, "chat_message_receipt") || found == asked->end()) return false;
    const Json& all = found->second;
    const auto slot = between.slot(conn, text_in(all, "chat_id"));
    const Version next = slot ? slot->current + 1 : 1;
    const Json receipt = {{"chat_id", all["chat_id"]},
                          {"success", true},
                          {"draft_v", all.value("proposed_v", Json(next))},
                          {"change_id", all["message_id"]}};
    between.send(conn, frame.dump());
    between.send(conn, frame_a("draft_delete_receipt", receipt).dump());
    return true;
  };
  return out;
}

// A draft that changed since is said to be deleted too.
ServerSwitches clears_any_draft() {
  auto asked = std::make_shared<std::map<std::string, Json>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId, Json& frame) {
    const Json& all = fields(frame);
    if (is(frame, "chat_message_added")) (*asked)[text_in(all, "message_id")] = all;
    return false;
  };
  out.say = [asked](Between&, ConnId, Json& frame) {
    const auto found = asked->find(text_in(fields(frame), "change_id"));
    if (!is(frame, "draft_conflict") || found == asked->end()) return false;
    frame = frame_a("draft_delete_receipt", {{"chat_id", found->second["chat_id"]},
                                             {"success", true},
                                             {"draft_v", found->second["proposed_v"]},
                                             {"change_id", found->second["message_id"]}});
    return false;
  };
  return out;
}

// Receipts that are about the draft of a message.
ServerSwitches about_sent_drafts(std::function<bool(Json& all)> drops) {
  const Seen seen = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.hear = [seen](Between&, ConnId, Json& frame) {
    if (is(frame, "chat_message_added")) seen->insert(text_in(fields(frame), "message_id"));
    return false;
  };
  out.say = [seen, drops = std::move(drops)](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    return is(frame, "draft_delete_receipt") && seen->contains(text_in(all, "change_id")) &&
           drops(all);
  };
  return out;
}

// A send that found no draft spends a number on deleting it.
ServerSwitches spends_a_number() {
  auto empty = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.hear = [empty](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "chat_message_added") || is_sealed(all)) return false;
    const auto slot = between.slot(conn, text_in(all, "chat_id"));
    if (!slot || !slot->record || slot->deleted) empty->insert(text_in(all, "message_id"));
    return false;
  };
  out.say = [empty](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    if (is(frame, "draft_delete_receipt") && empty->contains(text_in(all, "change_id"))) {
      all["draft_v"] = all["draft_v"].get<std::uint64_t>() + 1;
    }
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_storing_messages() {
  return {
      broken("stores-messages-twice", "DP-MSG-001", "stores a message that comes again",
             [] { return stores_twice(false); }),
      broken("message-needs-its-draft", "DP-MSG-002", "refuses a message whose draft has changed",
             needs_its_draft, true),
      broken(
          "send-keeps-the-draft", "DP-MSG-003", "keeps a sealed draft that was sent",
          [] { return keeps_the_draft(true); }, true),
      broken("send-clears-any-draft", "DP-MSG-003", "deletes a draft the sender has not seen",
             clears_any_draft, true),
      broken(
          "field-send-keeps-the-draft", "DP-MSG-004", "keeps an unsealed draft that was sent",
          [] { return keeps_the_draft(false); }, true),
      broken("no-word-of-the-draft", "DP-MSG-005", "does not say what became of the draft",
             [] { return about_sent_drafts([](Json&) { return true; }); }),
      broken("draft-of-no-message", "DP-MSG-005", "does not say whose draft was deleted",
             [] {
               return about_sent_drafts([](Json& all) {
                 all.erase("change_id");
                 return false;
               });
             }),
      broken("no-receipt-for-messages", "DP-MSG-005", "does not acknowledge messages",
             [] { return never_says("chat_message_receipt"); }),
      broken("refuses-repeated-messages", "DP-MSG-006", "refuses a message that comes again",
             refuses_repeats),
      broken(
          "repeats-delete-again", "DP-MSG-006", "deletes the next draft when a send is repeated",
          [] { return stores_twice(true); }, true),
  };
}

std::vector<BrokenServer> broken_in_telling_of_messages() {
  return {
      broken("messages-untold", "DP-MSG-008", "announces no messages",
             [] { return never_says("chat_message_received"); }),
      broken("sent-drafts-untold", "DP-MSG-008", "announces no deletion after a send",
             [] {
               auto sent = std::make_shared<std::set<std::string>>();
               ServerSwitches out;
               out.hear = [sent](Between&, ConnId, Json& frame) {
                 if (is(frame, "chat_message_added"))
                   sent->insert(text_in(fields(frame), "chat_id"));
                 return false;
               };
               out.say = [sent](Between&, ConnId, Json& frame) {
                 return is(frame, "draft_deleted") &&
                        sent->contains(text_in(fields(frame), "chat_id"));
               };
               return out;
             }),
      broken("one-id-for-all-chats", "DP-MSG-009", "drops a message whose id another chat has used",
             one_id_for_all_chats, true),
      broken("sending-nothing-counts", "DP-MSG-010", "spends a number on deleting no draft",
             spends_a_number),
      broken(
          "preserve-means-nothing", "DP-MSG-011", "deletes a draft that was to stay",
          [] {
            return hears("chat_message_added", [](Json& all) { all.erase("preserve_draft"); });
          },
          true),
      broken("unsealed-send-clears", "DP-MSG-012",
             "says that an unsealed send deleted a sealed draft",
             [] {
               return about_sent_drafts([](Json& all) {
                 if (all["success"] == false) {
                   all["success"] = true;
                   all["draft_v"] = 1;
                 }
                 return false;
               });
             }),
      broken("refused-send-unnamed", "DP-MSG-013", "does not say which message it refused",
             [] {
               const Seen seen = std::make_shared<std::set<std::string>>();
               ServerSwitches out;
               out.hear = [seen](Between&, ConnId, Json& frame) {
                 if (is(frame, "chat_message_added")) {
                   seen->insert(text_in(fields(frame), "message_id"));
                 }
                 return false;
               };
               out.say = [seen](Between&, ConnId, Json& frame) {
                 Json& all = fields(frame);
                 if (is(frame, "error") && seen->contains(text_in(all, "change_id"))) {
                   all.erase("change_id");
                 }
                 return false;
               };
               return out;
             }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_sending() {
  std::vector<BrokenServer> all = broken_in_storing_messages();
  auto part = broken_in_telling_of_messages();
  all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dp::conformance
