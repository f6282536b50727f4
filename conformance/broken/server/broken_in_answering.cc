// Wrong about answers: their number, their fields, their errors, and who hears of what.
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

bool is_announcement(const Json& frame) {
  for (const char* type : {"chat_draft_updated", "draft_deleted", "chat_message_received"}) {
    if (is(frame, type)) return true;
  }
  return false;
}

ServerSwitches says_twice(const char* type) {
  ServerSwitches out;
  out.say = [type](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, type)) return false;
    const std::string text = frame.dump();
    between.later(0, [&between, conn, text] { between.send(conn, text); });
    return false;
  };
  return out;
}

// What is announced goes to every connection there is, whoever it belongs to.
ServerSwitches tells_everybody() {
  ServerSwitches out;
  out.say = [](Between& between, ConnId conn, Json& frame) {
    if (!is_announcement(frame)) return false;
    const std::string text = frame.dump();
    const AccountId account = between.account_of(conn);
    for (const auto& [other, peer] : between.peers()) {
      if (peer.accepted && peer.account != account) between.send(other, text);
    }
    return false;
  };
  return out;
}

// A sender hears its own change announced.
ServerSwitches tells_the_sender() {
  ServerSwitches out;
  out.say = [](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "draft_update_receipt")) return false;
    const Json& all = fields(frame);
    const Json told = {
        {"event", "chat_draft_updated"},
        {"chat_id", all["chat_id"]},
        {"data", {{"encrypted_draft_md", nullptr}, {"encrypted_draft_preview", nullptr}}},
        {"versions", {{"draft_v", all["draft_v"]}}},
        {"last_edited_overall_timestamp", 1}};
    between.later(0, [&between, conn, text = told.dump()] { between.send(conn, text); });
    return false;
  };
  return out;
}

// Only one of several other connections is told.
ServerSwitches tells_one_of_many() {
  auto told = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.say = [told](Between&, ConnId, Json& frame) {
    if (!is(frame, "chat_draft_updated")) return false;
    return !told->insert(frame.dump()).second;
  };
  return out;
}

ServerSwitches quotes_what_it_got(bool fields_only) {
  auto heard = std::make_shared<std::map<ConnId, std::string>>();
  ServerSwitches out;
  out.hear_text = [heard](Between&, ConnId conn, const std::string& text) {
    (*heard)[conn] = text.substr(0, 20'000);
    return false;
  };
  out.say = [=](Between&, ConnId conn, Json& frame) {
    if (!is(frame, "error")) return false;
    const std::string said = fields(frame)["message"];
    const Json quoted = Json::parse((*heard)[conn], nullptr, false);
    if (fields_only && !quoted.is_object()) return false;
    Json printable = (*heard)[conn];
    fields(frame)["message"] =
        said + " " +
        Json::parse(printable.dump(-1, ' ', true, Json::error_handler_t::replace))
            .get<std::string>();
    return false;
  };
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

ServerSwitches without_nulls(const char* type) {
  return says(type, [](Json& all) {
    for (const char* name :
         {"encrypted_draft_md", "encrypted_draft_preview", "encrypted_tombstone"}) {
      if (all.contains(name) && all[name].is_null()) all.erase(name);
    }
  });
}

ServerSwitches respells(const char* type, const char* name) {
  return says(type, [=](Json& all) {
    const std::string text = text_in(all, name);
    if (!text.empty()) all[name] = text + "\n";
  });
}

// Announces to others what it refused.
ServerSwitches announces_what_it_refused() {
  auto asked = std::make_shared<std::map<ConnId, Json>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId conn, Json& frame) {
    if (is(frame, "update_draft")) (*asked)[conn] = fields(frame);
    return false;
  };
  out.say = [asked](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "error") || !asked->contains(conn)) return false;
    const Json change = asked->at(conn);
    asked->erase(conn);
    if (!change.contains("chat_id")) return false;
    const Json told = {{"event", "chat_draft_updated"},
                       {"chat_id", change["chat_id"]},
                       {"data",
                        {{"encrypted_draft_md", change.value("encrypted_draft_md", Json())},
                         {"encrypted_draft_preview", nullptr}}},
                       {"versions", {{"draft_v", change.value("proposed_v", Json(1))}}},
                       {"last_edited_overall_timestamp", 1}};
    for (const auto& [other, peer] : between.peers()) {
      if (other == conn || peer.account != between.account_of(conn)) continue;
      between.send(other, told.dump());
    }
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_receipts() {
  return {
      broken("answers-twice", "DP-FRAME-020", "sends each receipt twice",
             [] { return says_twice("draft_update_receipt"); }),
      broken("details-twice", "DP-FRAME-020", "answers a question about a chat twice",
             [] { return says_twice("chat_details"); }),
      broken("no-receipt-for-deletions", "DP-FRAME-020", "does not answer deletions",
             [] { return never_says("draft_delete_receipt"); }),
      broken("no-receipt-for-chats", "DP-FRAME-020", "does not answer delete_chat",
             [] { return never_says("chat_delete_receipt"); }),
      broken(
          "receipt-without-its-change", "DP-FRAME-021", "does not say what a receipt is for",
          [] { return says("draft_update_receipt", [](Json& all) { all.erase("change_id"); }); }),
      broken("receipt-with-another-number", "DP-FRAME-021", "gives another number in receipts",
             [] {
               return says("draft_update_receipt", [](Json& all) {
                 if (all.contains("change_id")) {
                   all["draft_v"] = all["draft_v"].get<std::uint64_t>() + 1;
                 }
               });
             }),
      broken("details-without-nulls", "DP-FRAME-022", "leaves out what is null in chat_details",
             [] { return without_nulls("chat_details"); }),
      broken("hashes-in-capitals", "DP-FRAME-024", "writes hashes in capitals",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 for (Json& hash : all["hashes"]) hash = upper(hash);
               });
             }),
      broken("hashes-of-the-text", "DP-FRAME-024", "hashes something else than the envelope",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 for (Json& hash : all["hashes"]) {
                   std::string text = hash;
                   text[0] = text[0] == '0' ? '1' : '0';
                   hash = text;
                 }
               });
             }),
      broken("no-hashes-of-tombstones", "DP-FRAME-024", "gives no hash of a sealed tombstone",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 for (const auto& [chat, version] : all["tombstone_versions"].items()) {
                   all["hashes"].erase(chat);
                 }
               });
             }),
      broken("deletion-without-its-number", "DP-FRAME-026", "does not tell versions of deletions",
             [] {
               return says("draft_versions_response",
                           [](Json& all) { all["tombstone_versions"] = Json::object(); });
             }),
      broken("deletion-as-a-version", "DP-FRAME-026", "gives a deletion's version as a draft's",
             [] {
               return says("draft_versions_response", [](Json& all) {
                 for (const auto& [chat, version] : all["tombstone_versions"].items()) {
                   all["versions"][chat] = version;
                 }
               });
             }),
      broken("respells-announcements", "DP-WIRE-019", "announces sealed text with a line break",
             [] { return respells("chat_details", "encrypted_draft_md"); }),
      broken("respells-previews", "DP-WIRE-019", "returns previews with a line break",
             [] { return respells("chat_details", "encrypted_draft_preview"); }),
  };
}

std::vector<BrokenServer> broken_in_fan_out() {
  return {
      broken("tells-nobody", "DP-FRAME-041", "announces no drafts",
             [] { return never_says("chat_draft_updated"); }),
      broken("tells-one-of-many", "DP-FRAME-041", "announces a draft to one connection only",
             tells_one_of_many),
      broken("tells-no-deletion", "DP-FRAME-041", "announces no deletions",
             [] { return never_says("draft_deleted"); }),
      broken("tells-the-sender", "DP-FRAME-042", "announces a draft to its sender too",
             tells_the_sender),
      broken("tells-everybody", "DP-FRAME-042", "announces drafts to other accounts",
             tells_everybody, true),
  };
}

std::vector<BrokenServer> broken_in_errors() {
  return {
      broken("codes-of-its-own", "DP-ERR-001", "uses an error code nobody knows",
             [] {
               return says("error", [](Json& all) {
                 if (all["code"] == "version_invalid" || all["code"] == "invalid_frame" ||
                     all["code"] == "unknown_type") {
                   all["code"] = "bad_request";
                 }
               });
             }),
      broken(
          "quotes-the-frame", "DP-ERR-002", "repeats the frame in the error's message",
          [] { return quotes_what_it_got(false); }, true),
      broken(
          "quotes-good-json", "DP-ERR-002", "repeats a frame in the message if it was JSON",
          [] { return quotes_what_it_got(true); }, true),
      broken("announces-what-it-refused", "DP-ERR-003", "announces changes that it refused",
             announces_what_it_refused),
      broken(
          "deletes-what-it-refused", "DP-ERR-003", "deletes a draft when it refuses a change",
          [] {
            ServerSwitches out;
            out.say = [](Between& between, ConnId conn, Json& frame) {
              const std::string chat = text_in(fields(frame), "chat_id");
              if (!is(frame, "error") || chat.empty()) return false;
              const auto slot = between.slot(conn, chat);
              if (!slot || !slot->record || slot->deleted) return false;
              between.tell_core(conn, frame_a("delete_chat", {{"chat_id", chat}}).dump());
              return false;
            };
            return out;
          },
          true),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_answering() {
  std::vector<BrokenServer> all = broken_in_receipts();
  for (auto part : {broken_in_fan_out(), broken_in_errors()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace dp::conformance
