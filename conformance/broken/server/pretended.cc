#include "conformance/broken/server/pretended.h"

#include <deque>
#include <utility>

namespace dp::conformance {
namespace {

// Changes of a connection that wait for their answer, oldest first.
using Asked = std::map<ConnId, std::deque<Json>>;

bool is_answer(const Json& frame) {
  for (const char* type :
       {"draft_update_receipt", "draft_delete_receipt", "draft_conflict", "error"}) {
    if (is(frame, type)) return true;
  }
  return false;
}

Json receipt_for(Json& asked) {
  const Json& change = fields(asked);
  const bool deletion = is(asked, "delete_draft");
  Json receipt = {{"chat_id", change.value("chat_id", Json())},
                  {"draft_v", change.value("proposed_v", Json(1))},
                  {"success", true}};
  if (change.contains("change_id")) receipt["change_id"] = change["change_id"];
  return frame_a(deletion ? "draft_delete_receipt" : "draft_update_receipt", std::move(receipt));
}

}  // namespace

ServerSwitches pretends(std::function<bool(const Json& frame, const Json& change)> instead) {
  auto asked = std::make_shared<Asked>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId conn, Json& frame) {
    if (is(frame, "update_draft") || is(frame, "delete_draft")) (*asked)[conn].push_back(frame);
    return false;
  };
  out.say = [asked, instead = std::move(instead)](Between&, ConnId conn, Json& frame) {
    std::deque<Json>& waiting = (*asked)[conn];
    if (waiting.empty() || !is_answer(frame)) return false;
    // Frames are answered in order, so an answer is to the oldest, unless it names another chat.
    Json change = waiting.front();
    const std::string chat = text_in(fields(frame), "chat_id");
    if (!chat.empty() && chat != text_in(fields(change), "chat_id")) return false;
    waiting.pop_front();
    if (instead(frame, fields(change))) frame = receipt_for(change);
    return false;
  };
  return out;
}

ServerSwitches pretends_instead_of(const char* code) {
  return pretends([code](const Json& frame, const Json&) {
    return is(frame, "error") && frame["payload"]["code"] == code;
  });
}

}  // namespace dp::conformance
