// Wrong about owners, limits and dialects.
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

Make config(void (*change)(server::Config&)) {
  return [change] { return configured(change); };
}

ServerSwitches own_chats_only() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (!is(frame, "update_draft") || !ChatId::parse(chat) || between.slot(conn, chat))
      return false;
    between.send(conn, error_frame("chat_forbidden", all).dump());
    return true;
  };
  return out;
}

// What one account changes is shown to whoever asks for the chat.
ServerSwitches shows_chats_to_strangers() {
  auto shown = std::make_shared<std::map<std::string, Json>>();
  ServerSwitches out;
  out.hear = [shown](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (is(frame, "update_draft") && all.contains("encrypted_draft_md") && !shown->contains(chat)) {
      (*shown)[chat] = {{"chat_id", chat},
                        {"draft_v", 1},
                        {"encrypted_draft_md", all["encrypted_draft_md"]},
                        {"encrypted_draft_preview", nullptr},
                        {"encrypted_tombstone", nullptr},
                        {"cleared_draft_v", 0},
                        {"messages_v", 0}};
    }
    const bool asks = is(frame, "get_chat_details") && shown->contains(chat);
    if (!asks || between.slot(conn, chat)) return false;
    between.send(conn, frame_a("chat_details", (*shown)[chat]).dump());
    return true;
  };
  return out;
}

// After a refusal in one slot the account's other slots are refused too.
ServerSwitches one_refusal_for_all() {
  auto refused = std::make_shared<std::map<AccountId, std::string>>();
  ServerSwitches out;
  out.say = [refused](Between& between, ConnId conn, Json& frame) {
    const std::string chat = text_in(fields(frame), "chat_id");
    if (is(frame, "draft_conflict") || (is(frame, "error") && !chat.empty())) {
      (*refused)[between.account_of(conn)] = chat;
    }
    return false;
  };
  out.hear = [refused](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    const auto found = refused->find(between.account_of(conn));
    if (!is(frame, "update_draft") || found == refused->end()) return false;
    if (found->second == text_in(all, "chat_id")) return false;
    refused->erase(found);
    between.send(conn, error_frame("version_invalid", all).dump());
    return true;
  };
  return out;
}

ServerSwitches refuses_unsealed(bool refuse) {
  ServerSwitches out;
  out.hear = [refuse](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    const bool unsealed = !all.contains("proposed_v") && !all.contains("base_version");
    if (!is(frame, "update_draft") || unsealed != refuse) return false;
    between.send(conn, error_frame(refuse ? "slot_sealed" : "envelope_invalid", all).dump());
    return true;
  };
  return out;
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_limits() {
  return {
      broken("own-chats-only", "DP-OWN-001", "refuses the first change of a new chat",
             own_chats_only),
      broken(
          "writes-for-strangers", "DP-OWN-002", "acknowledges changes of somebody else's chat",
          [] { return pretends_instead_of("chat_forbidden"); }, true),
      broken("shows-chats-to-strangers", "DP-FRAME-036", "shows a draft to other accounts",
             shows_chats_to_strangers, true),
      broken("one-refusal-for-all", "DP-OWN-006", "refuses one slot because of another",
             one_refusal_for_all),
      broken("any-draft-length", "DP-LIM-001", "takes a draft that is a little too long",
             config([](server::Config& config) { config.max_draft_chars += 4; })),
      broken("shorter-drafts", "DP-LIM-001", "refuses a draft of exactly the limit",
             config([](server::Config& config) { config.max_draft_chars -= 1; })),
      broken("any-preview-length", "DP-LIM-002", "takes a preview above the limit",
             config([](server::Config& config) { config.max_preview_chars = 1u << 20; })),
      broken("too-large-is-bad-json", "DP-LIM-003", "calls a frame above the limit bad JSON",
             [] {
               return says("error", [](Json& all) {
                 if (all["code"] == "frame_too_large") all["code"] = "invalid_json";
               });
             }),
      broken("any-number-of-chats", "DP-LIM-004", "takes chats above the limit",
             config([](server::Config& config) { config.max_chats_per_account = 1u << 20; })),
      broken("one-chat-too-many", "DP-LIM-004", "takes one chat above the limit",
             config([](server::Config& config) { config.max_chats_per_account += 1; })),
      broken("any-replay-length", "DP-LIM-005", "takes replays above the limit",
             config([](server::Config& config) { config.max_changes_per_replay = 1u << 20; })),
      broken("any-message-length", "DP-LIM-006", "takes messages above the limit",
             config([](server::Config& config) { config.max_message_chars = 1u << 20; })),
      broken("hoards-memory", "DP-LIM-007", "keeps every frame it ever got",
             [] {
               auto hoard = std::make_shared<std::vector<std::string>>();
               ServerSwitches out;
               out.hear_text = [hoard](Between&, ConnId, const std::string& text) {
                 hoard->push_back(text);
                 return false;
               };
               return out;
             }),
      broken("sealed-only", "DP-FIELD-001", "refuses unsealed changes",
             [] { return refuses_unsealed(true); }),
      broken("field-only", "DP-FIELD-001", "refuses sealed changes",
             [] { return refuses_unsealed(false); }),
  };
}

}  // namespace dp::conformance
