// Sections 3.2 and 3.3: requests, their replies and who else hears of them.
#include <nlohmann/json.hpp>

#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string request(std::string_view type, std::string_view payload) {
  return R"({"type":")" + std::string(type) + R"(","payload":)" + std::string(payload) + "}";
}

Respell without(const std::string& name, const std::string& value) {
  return [=](Slot&, std::string frame) {
    return respelt(std::move(frame), in_quotes(name) + ":" + value + ",", "");
  };
}

// ---- fields of requests -------------------------------------------------------------------------

struct BadRequest {
  const char* id;
  const char* title;
  std::function<std::string(Slot&)> text;
};

std::string replay_entry(Slot& slot, std::string_view from, std::string_view to) {
  return respelt(wire::encode(wire::SyncOfflineChanges{{slot.offline_update()}}), from, to);
}

std::vector<BadRequest> bad_requests() {
  const auto fixed = [](const std::string& type, const std::string& payload) {
    return [=](Slot&) { return request(type, payload); };
  };
  const auto of_chat = [](const std::string& type, const std::string& before,
                          const std::string& after) {
    return [=](Slot& slot) { return request(type, before + in_quotes(slot.chat) + after); };
  };
  return {
      {"DP-WIRE-008/details-no-chat", "Details of no chat", fixed("get_chat_details", "{}")},
      {"DP-WIRE-008/versions-no-chats", "Versions of nothing", fixed("get_draft_versions", "{}")},
      {"DP-WIRE-008/versions-object", "Versions of an object",
       fixed("get_draft_versions", R"({"chats":{}})")},
      {"DP-WIRE-008/versions-entry", "Versions of a number",
       fixed("get_draft_versions", R"({"chats":[1]})")},
      {"DP-WIRE-008/versions-no-version", "Versions without what the client has",
       of_chat("get_draft_versions", R"({"chats":[{"chat_id":)", "}]}")},
      {"DP-WIRE-011/versions-negative", "A negative client_draft_v",
       of_chat("get_draft_versions", R"({"chats":[{"client_draft_v":-1,"chat_id":)", "}]}")},
      {"DP-WIRE-008/listing-no-versions", "A listing without chat_versions",
       fixed("initial_sync_request", "{}")},
      {"DP-WIRE-008/listing-array", "A listing with an array",
       fixed("initial_sync_request", R"({"chat_versions":[]})")},
      {"DP-WIRE-012/listing-key", "A listing that asks about no UUID",
       fixed("initial_sync_request", R"({"chat_versions":{"x":1}})")},
      {"DP-WIRE-011/listing-fraction", "A listing with a fraction",
       of_chat("initial_sync_request", R"({"chat_versions":{)", ":0.5}}")},
      {"DP-WIRE-016/page-token", "A page token beyond the alphabet",
       fixed("initial_sync_request", R"({"chat_versions":{},"page_token":"a b"})")},
      {"DP-FRAME-010/unknown-token", "A page token that was never given",
       fixed("initial_sync_request", R"({"chat_versions":{},"page_token":"zzzzzzzzzzzzzzzz"})")},
      {"DP-WIRE-008/replay-no-changes", "A replay of nothing", fixed("sync_offline_changes", "{}")},
      {"DP-WIRE-008/replay-no-id", "A replay without a change_id",
       [](Slot& slot) { return replay_entry(slot, "\"change_id\"", "\"changeid\""); }},
      {"DP-WIRE-008/replay-no-version", "A replay without version_before_edit",
       [](Slot& slot) {
         return replay_entry(slot, "\"version_before_edit\"", "\"version_before\"");
       }},
      {"DP-WIRE-008/replay-type", "A replay of another type",
       [](Slot& slot) { return replay_entry(slot, "\"type\":\"draft\"", "\"type\":\"drafts\""); }},
      {"DP-WIRE-008/send-no-id", "A message without its id",
       [](Slot& slot) {
         return respelt(wire::encode(slot.message()), "\"message_id\"", "\"messageid\"");
       }},
      {"DP-WIRE-008/send-no-content", "A message without content",
       [](Slot& slot) {
         return respelt(wire::encode(slot.message()), "\"encrypted_content\"", "\"content\"");
       }},
      {"DP-WIRE-008/delete-chat-nothing", "A deletion of no chat", fixed("delete_chat", "{}")},
      {"DP-WIRE-008/tombstone-number", "A tombstone that is a number",
       [](Slot& slot) {
         return respelt(wire::encode(slot.deletion()),
                        "\"encrypted_tombstone\":", "\"encrypted_tombstone\":1,\"x\":");
       }},
      {"DP-FRAME-002/deletion-base", "A deletion with base_version only",
       [](Slot& slot) { return without("proposed_v", "1")(slot, wire::encode(slot.deletion())); }},
      {"DP-FRAME-002/send-proposed", "A message with proposed_v only",
       [](Slot& slot) { return without("base_version", "0")(slot, wire::encode(slot.message())); }},
      {"DP-FRAME-004/different", "chat_id and chatId that differ",
       [](Slot& slot) {
         return with_member(wire::encode(slot.deletion()),
                            "\"chatId\":" + in_quotes(slot.party().vault().draw_chat()));
       }},
  };
}

void chat_id_either_way(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  for (const bool both : {false, true}) {
    Slot slot = bench.party().slot();
    bench.store(line, slot);
    const std::string good = wire::encode(slot.deletion());
    const std::string text = both ? with_member(good, "\"chatId\":" + in_quotes(slot.chat))
                                  : respelt(good, "\"chat_id\"", "\"chatId\"");
    const auto receipt = line.answer_to_text<wire::DraftDeleteReceipt>(text);
    bench.check(receipt.success && receipt.chat_id == slot.id(), "the draft is deleted",
                "it is not", "not-deleted");
    slot.accepted();
    bench.check_holds(line, slot);
  }
}

void two_hundred(Bench& bench) {
  constexpr std::size_t kRead = 200;
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  std::vector<ChatId> asked;
  for (std::size_t i = 0; i + 1 < kRead; ++i) asked.push_back(bench.party().slot().id());
  asked.push_back(slot.id());
  const ChatId beyond = bench.party().slot().id();
  asked.push_back(beyond);
  const auto versions = versions_of(line, asked);
  bench.check(version_in(versions.versions, slot.id()) == 1, "the 200th entry is read",
              "it is left out", "not-read");
  bench.check(!version_in(versions.versions, beyond), "the 201st entry is ignored",
              "it is answered", "read-on");
  bench.check_number(kRead, versions.versions.size(), "the number of versions");
}

auto preserve(const std::string& value, bool keeps) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    bench.store(line, slot);
    const Slot before = slot;
    const std::string text =
        with_member(wire::encode(slot.message()), "\"preserve_draft\":" + value);
    const std::vector<Heard> replies = line.replies_to(text);
    bench.check(!replies.empty() && replies[0].as<wire::ChatMessageReceipt>() != nullptr,
                "chat_message_receipt", Connection::described(replies), "wrong-answer");
    if (keeps) return bench.check_holds(line, before);
    slot.accepted();
    bench.check_holds(line, slot);
  };
}

void absent_preview_sealed(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  wire::UpdateDraft second = slot.update();
  second.encrypted_draft_preview = {};
  line.answer<wire::DraftUpdateReceipt>(second);
  bench.check(!bench.read(line, slot).encrypted_draft_preview, "no preview", "one is left",
              "preview-left");
}

void absent_preview_field(Bench& bench) {
  Connection& line = bench.connect(bench.field_party());
  Slot slot = bench.field_party().slot();
  const wire::UpdateDraft first = slot.field_update();
  bench.store_field(line, slot, first);
  wire::UpdateDraft second = slot.field_update();
  second.encrypted_draft_preview = {};
  bench.store_field(line, slot, second);
  bench.check(bench.read(line, slot).encrypted_draft_preview == first.encrypted_draft_preview.value,
              "the preview as it was", "another or none", "preview-lost");
  wire::UpdateDraft third = slot.field_update();
  third.encrypted_draft_preview = {true, std::nullopt};
  bench.store_field(line, slot, third);
  bench.check(!bench.read(line, slot).encrypted_draft_preview, "null removes the preview",
              "one is left", "preview-left");
}

// ---- one reply each -----------------------------------------------------------------------------

void one_reply_each(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.check_holds(line, slot);
  versions_of(line, {slot.id()});
  line.answer<wire::InitialSyncResponse>(wire::InitialSyncRequest{});
  bench.remove(line, slot);
  Slot other = bench.party().slot();
  replayed(line, {other.offline_update()});
  other.accepted();
  wire::ChatMessageAdded message = other.message();
  message.preserve_draft = true;
  line.answer<wire::ChatMessageReceipt>(message);
  const ChangeId change = bench.party().change_id();
  const auto deleted = line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{other.id(), change});
  bench.check(deleted.change_id == change, "the change_id of the deletion", "another or none",
              "wrong-change-id");
  line.refused(R"({"type":"what"})", ErrorCode::unknown_type);
  line.refused("{", ErrorCode::invalid_json);
}

void twice_asked(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  for (int i = 0; i < 3; ++i) line.say(slot.details());
  const std::vector<Heard> heard = line.hear_all();
  bench.check_number(3, heard.size(), "the number of answers to three equal requests");
  for (const Heard& one : heard) {
    bench.check(one.as<wire::ChatDetails>() != nullptr, "chat_details", one.text, "wrong-answer");
  }
}

void receipts(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (const Version proposed : {Version{3}, Version{4}, Version{1'000}}) {
    const wire::UpdateDraft frame = slot.update_at(slot.version, proposed, slot.parent);
    const auto receipt = line.answer<wire::DraftUpdateReceipt>(frame);
    bench.check_number(proposed, receipt.draft_v, "draft_v of the receipt");
    bench.check(receipt.change_id == frame.change_id && receipt.chat_id == slot.id(),
                "chat_id and change_id of the change", "others", "wrong-change-id");
    slot.accepted();
  }
  const wire::DeleteDraft gone = slot.deletion_at(slot.version, 5'000, slot.parent);
  const auto receipt = line.answer<wire::DraftDeleteReceipt>(gone);
  bench.check_number(5'000, receipt.draft_v.value_or(0), "draft_v of the receipt");
  bench.check(receipt.change_id == gone.change_id, "the change_id of the deletion",
              "another or none", "wrong-change-id");
}

void explicit_nulls(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const std::vector<Heard> replies = line.replies_to(bench.party().slot().details());
  const auto details = line.only<wire::ChatDetails>(replies);
  bench.check_number(0, details.draft_v, "draft_v");
  bench.check_number(0, details.messages_v, "messages_v");
  // Compared as JSON: a server may escape any letter of a name.
  const auto frame = nlohmann::json::parse(replies[0].text, nullptr, false);
  const bool enveloped = frame.is_object() && frame.contains("payload");
  const auto& fields = enveloped ? frame["payload"] : frame;
  for (const char* name :
       {"encrypted_draft_md", "encrypted_draft_preview", "encrypted_tombstone"}) {
    bench.check(fields.is_object() && fields.contains(name) && fields[name].is_null(),
                std::string(name) + " as an explicit null", replies[0].text, "omitted");
  }
}

// ---- hashes and versions ------------------------------------------------------------------------

void sealed_hashes(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot draft = bench.party().slot();
  Slot gone = bench.party().slot();
  Slot nothing = bench.party().slot();
  bench.store(line, draft);
  bench.store(line, gone);
  bench.remove(line, gone);
  const auto told = versions_of(line, {draft.id(), gone.id(), nothing.id()});
  bench.check(hash_in(told.hashes, draft.id()) == draft.parent, "SHA-256 of the draft's bytes",
              "another or none", "wrong-hash");
  bench.check(hash_in(told.hashes, gone.id()) == gone.parent, "SHA-256 of the tombstone's bytes",
              "another or none", "wrong-hash");
  bench.check(!hash_in(told.hashes, nothing.id()), "no hash of nothing", "one", "hash-of-nothing");
}

void field_hashes(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot canonical = party.slot();
  Slot plain = party.slot();
  const wire::UpdateDraft first = canonical.field_update();
  bench.store_field(line, canonical, first);
  wire::UpdateDraft second = plain.field_update();
  second.encrypted_draft_md = "not base64 at all, \xc3\xa4";
  bench.store_field(line, plain, second);
  const auto told = versions_of(line, {canonical.id(), plain.id()});
  bench.check(
      hash_in(told.hashes, canonical.id()) == party.vault().hash_of(*first.encrypted_draft_md),
      "SHA-256 of the decoded ciphertext", "another or none", "wrong-hash");
  bench.check(hash_in(told.hashes, plain.id()) ==
                  party.vault().cipher().sha256(as_bytes(*second.encrypted_draft_md)),
              "SHA-256 of the text itself", "another or none", "wrong-hash");
}

void deleted_versions(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  Slot alive = bench.party().slot();
  bench.store(line, slot);
  bench.remove(line, slot);
  bench.store(line, alive);
  const auto told = versions_of(line, {slot.id(), alive.id()});
  bench.check(version_in(told.versions, slot.id()) == 0, "version 0 in versions", "another or none",
              "wrong-version");
  bench.check(version_in(told.tombstone_versions, slot.id()) == slot.version,
              "the deletion's version in tombstone_versions", "another or none", "wrong-tombstone");
  bench.check(version_in(told.versions, alive.id()) == 1 &&
                  !version_in(told.tombstone_versions, alive.id()),
              "a draft in versions only", "otherwise", "wrong-version");
  bench.check(told.unavailable_chat_ids.empty(), "every slot can be determined", "one cannot",
              "unavailable");
}

void details_of_tombstone(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.remove(line, slot);
  bench.check_holds(line, slot);
  bench.store(line, slot);
  const auto held = bench.read(line, slot);
  bench.check_number(3, held.draft_v, "draft_v after the deletion");
  bench.check_number(2, held.cleared_draft_v, "cleared_draft_v while a later draft stands");
  bench.check(!held.encrypted_tombstone, "no tombstone beside a draft", "one", "tombstone-left");
}

// ---- who hears of it ----------------------------------------------------------------------------

void told_to_others(Bench& bench) {
  Connection& writer = bench.connect(bench.party());
  Connection& reader = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(writer, slot);
  const auto told = reader.await<wire::ChatDraftUpdated>();
  bench.check_number(1, told.draft_v, "draft_v told");
  bench.check(
      told.encrypted_draft_md == slot.sealed && told.encrypted_draft_preview == slot.preview,
      "draft and preview as they were stored", "others", "wrong-draft");
  const std::int64_t now_s = net::Loop::now().wall_us / kSecond;
  constexpr std::int64_t kDayS = 86'400;
  bench.check(told.last_edited_overall_timestamp > now_s - kDayS &&
                  told.last_edited_overall_timestamp < now_s + kDayS,
              "a time of today in seconds", std::to_string(told.last_edited_overall_timestamp),
              "wrong-time");
  bench.remove(writer, slot);
  const auto gone = reader.await<wire::DraftDeleted>();
  bench.check_number(2, gone.draft_v.value_or(0), "draft_v of the deletion told");
  bench.check(gone.encrypted_tombstone == slot.sealed, "the tombstone as it was stored",
              "another or none", "wrong-tombstone");
  reader.no_news("two changes are two announcements");
  writer.no_news("its own changes are not announced to it");
}

void told_to_all_others(Bench& bench) {
  constexpr int kReaders = 3;
  Connection& writer = bench.connect(bench.party());
  std::vector<Connection*> readers;
  for (int i = 0; i < kReaders; ++i) readers.push_back(&bench.connect(bench.party()));
  for (Connection* one : readers) one->hear_all();
  Slot slot = bench.party().slot();
  bench.store(writer, slot);
  for (Connection* one : readers) one->await<wire::ChatDraftUpdated>();
}

void told_to_no_stranger(Bench& bench) {
  Connection& writer = bench.connect(bench.party());
  Connection& reader = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  stranger.hear_all();
  Slot slot = bench.party().slot();
  bench.store(writer, slot);
  writer.replies_to(slot.message());
  slot.accepted();
  replayed(writer, {slot.offline_update()});
  slot.accepted();
  bench.remove(writer, slot);
  writer.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slot.id(), {}});
  reader.await<wire::ChatDeleted>();
  stranger.no_news("the changes are another account's");
}

}  // namespace

std::vector<ServerCase> server_frame_cases() {
  std::vector<ServerCase> all;
  for (BadRequest& bad : bad_requests()) {
    all.push_back(server_case(bad.id, std::string(bad.title) + " is refused",
                              refuses_request(ErrorCode::invalid_frame, std::move(bad.text))));
  }
  const auto add = [&](const char* id, const char* title, Play play,
                       std::vector<std::string> also = {}) {
    all.push_back(server_case(id, title, std::move(play), std::move(also)));
  };
  add("DP-FRAME-002/base-only", "An update with base_version only is refused",
      refuses(ErrorCode::invalid_frame, without("proposed_v", "1")));
  add("DP-FRAME-002/proposed-only", "An update with proposed_v only is refused",
      refuses(ErrorCode::invalid_frame, without("base_version", "0")));
  add("DP-FRAME-004/either", "A deletion may say chatId", chat_id_either_way);
  add("DP-FRAME-005/201", "Of 201 slots asked about 200 are read", two_hundred);
  add("DP-FRAME-007/true", "preserve_draft true keeps the draft", preserve("true", true));
  for (const auto& [slug, value] :
       std::vector<std::pair<std::string, std::string>>{{"false", "false"},
                                                        {"text", "\"true\""},
                                                        {"one", "1"},
                                                        {"null", "null"},
                                                        {"object", "{}"},
                                                        {"array", "[true]"}}) {
    add(("DP-FRAME-007/" + slug).c_str(), "Anything but true counts as absence",
        preserve(value, false));
  }
  add("DP-FRAME-008/sealed", "No preview in a sealed change means none", absent_preview_sealed);
  add("DP-FRAME-008/field", "No preview in an unsealed change leaves it", absent_preview_field);
  add("DP-FRAME-020/each", "Each request has one answer", one_reply_each);
  add("DP-FRAME-020/equal", "Equal requests are answered each", twice_asked);
  add("DP-FRAME-021/receipts", "Receipts repeat proposed_v and change_id", receipts);
  add("DP-FRAME-022/nulls", "Details of nothing have explicit nulls", explicit_nulls);
  add("DP-FRAME-022/tombstone", "Details of a deleted draft say so", details_of_tombstone);
  add("DP-FRAME-024/sealed", "Hashes are of the stored bytes", sealed_hashes);
  add("DP-FRAME-024/field", "Hashes of field content", field_hashes);
  add("DP-FRAME-026/deleted", "A deleted slot has version 0 and a tombstone's", deleted_versions);
  add("DP-FRAME-041/told", "A change is told with what was stored", told_to_others);
  add("DP-FRAME-041/all", "Every other connection is told", told_to_all_others);
  add("DP-FRAME-042/stranger", "No other account is told", told_to_no_stranger, {"DP-OWN-006"});
  return all;
}

}  // namespace dp::conformance
