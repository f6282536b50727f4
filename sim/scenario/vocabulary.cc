// Expectations, settings and closed name lists of the scenario language; see vocabulary.h.
#include "sim/scenario/vocabulary.h"

#include "core/client/words.h"

namespace dp::sim {
namespace {

using By = ExpectationSpec::By;
using Test = TestKind;

std::vector<ExpectationSpec> all_expectations() {
  std::vector<ExpectationSpec> out;
  auto device = [&](std::string_view name, Test kind, std::string_view doc, By by = By::one,
                    std::vector<std::string_view> choices = {}) {
    out.push_back({name, Who::device, kind, by, doc, std::move(choices)});
  };
  auto server = [&](std::string_view name, Test kind, std::string_view doc, By by = By::one) {
    out.push_back({name, Who::server, kind, by, doc, {}});
  };
  device("editor", Test::text, "the text in the editor");
  device("chat", Test::chat, "the open chat; null if none");
  device("focused", Test::flag, "whether the cursor is in the editor");
  device("version", Test::number, "of the open chat: the last version agreed with the server");
  device("unsaved", Test::flag, "whether the editor differs from what is stored on the device");
  device("unsynced", Test::flag, "whether what is stored has not reached the server");
  device("too_long", Test::flag, "whether the text is too long to be sent");
  device("last_saved", Test::text, "the text last stored for the open chat; null if none");
  device("connection", Test::word, "the state shown to the person", By::one,
         {client::kConnectionWords.begin(), client::kConnectionWords.end()});
  device("running", Test::flag, "whether the program runs on the device");
  device("chats", Test::chat_list, "the list of chats, top first");
  device("drafts", Test::text, "the stored draft of each chat; null if none", By::chat);
  device("versions", Test::number, "the agreed version of each chat", By::chat);
  device("copies", Test::number, "how many kept copies each chat's draft carries", By::chat);
  device("copy_texts", Test::text_list, "their texts", By::chat);
  device("pending", Test::flag, "whether each chat's stored draft waits for the server", By::chat);
  device("draft_only", Test::flag, "whether each chat exists because of its draft alone", By::chat);
  device("previews", Test::text, "the cached preview of each chat; null if none", By::chat);
  device("archive", Test::number, "how many texts the archive holds");
  device("archived_texts", Test::text_list, "their texts, oldest first");
  device("notices", Test::number, "how often each notice was shown", By::notice);
  device("sent", Test::number, "frames the client sent, by type", By::frame);
  device("received", Test::number, "frames that reached the client, by type", By::frame);
  device("last_received", Test::text,
         "the last frame of a type that reached the client, as it came", By::frame);
  device("writes", Test::number, "writes to the device's store");

  server("versions", Test::number, "the current version of each chat's slot, 0 if none", By::chat);
  server("deleted", Test::flag, "whether each chat's draft is deleted (a tombstone)", By::chat);
  server("row_versions", Test::number, "the version of each chat's row in the database, 0 if none",
         By::chat);
  server("row_deleted", Test::flag, "whether each chat's row in the database is a tombstone",
         By::chat);
  server("rows", Test::number, "rows in the table of drafts");
  server("messages", Test::number, "messages of each chat", By::chat);
  server("connections", Test::number, "open connections");
  server("waiting_jobs", Test::number, "persistence jobs that have not run");
  server("sent", Test::number, "frames the server sent, by type", By::frame);
  server("received", Test::number, "frames that reached the server, by type", By::frame);
  server("running", Test::flag, "whether the server runs");
  return out;
}

std::vector<SettingSpec> all_settings() {
  using Kind = ArgumentKind;
  std::vector<SettingSpec> out;
  auto device = [&](std::string_view name, Kind kind, std::string_view doc) {
    out.push_back({name, Who::device, kind, doc});
  };
  auto server = [&](std::string_view name, Kind kind, std::string_view doc) {
    out.push_back({name, Who::server, kind, doc});
  };
  server("DRAFT_PERSISTENCE_TTL_SECONDS", Kind::count, "how long a cached draft lives; 2700");
  server("MAX_DRAFT_CHARS", Kind::count,
         "the longest sealed draft, in characters of base64; 100000. Devices are told the same");
  server("max_preview_chars", Kind::count, "the longest sealed preview");
  server("max_message_chars", Kind::count, "the longest sealed message");
  server("max_chats_per_account", Kind::count, "chats of one account");
  server("max_changes_per_replay", Kind::count, "changes in one offline replay");
  server("max_connections_per_account", Kind::count, "connections of one account");
  server("max_outbound_bytes", Kind::count, "bytes queued for a slow reader before it is cut");
  server("initial_sync_page", Kind::count, "chats in one page of the initial listing");
  server("persistence_window", Kind::duration,
         "how long an acknowledged change may live in memory alone. Devices are told the same");
  server("persistence_retry", Kind::duration, "pause before a failed job runs again");
  server("tombstone_life", Kind::duration, "how long an unsealed tombstone is kept");
  server("idle_timeout", Kind::duration, "silence after which a connection is closed");
  device("debounce", Kind::duration, "pause in typing after which the text is saved; 1200ms");
  device("preview_cache", Kind::duration, "how long a decrypted preview is cached; 15m");
  device("receipt_timeout", Kind::duration, "wait for a receipt before reconnecting; 10s");
  device("reconnect_min", Kind::duration, "first pause between attempts to connect; 1s");
  device("reconnect_max", Kind::duration, "longest pause between attempts to connect; 30s");
  device("ping_interval", Kind::duration, "pause between pings; 25s");
  device("pong_timeout", Kind::duration, "wait for a pong before reconnecting; 10s");
  device("outbox_changes_max", Kind::count, "queued sends and deletions");
  device("archive_entries_max", Kind::count, "texts kept in the archive");
  device("replay_changes_max", Kind::count, "changes a client puts into one offline replay");
  return out;
}

}  // namespace

std::string_view name(Power power) {
  switch (power) {
    case Power::person:
      return "person";
    case Power::process:
      return "process";
    case Power::network:
      return "network";
    case Power::wire:
      return "wire";
    case Power::disk:
      return "disk";
    case Power::clock:
      return "clock";
    case Power::server:
      return "server";
  }
  return "?";
}

const std::vector<ExpectationSpec>& expectations() {
  static const std::vector<ExpectationSpec> all = all_expectations();
  return all;
}

const std::vector<SettingSpec>& settings() {
  static const std::vector<SettingSpec> all = all_settings();
  return all;
}

const std::vector<std::string_view>& frame_types() {
  static const std::vector<std::string_view> all{"chat_delete_receipt",
                                                 "chat_deleted",
                                                 "chat_details",
                                                 "chat_draft_updated",
                                                 "chat_message_added",
                                                 "chat_message_receipt",
                                                 "chat_message_received",
                                                 "delete_chat",
                                                 "delete_draft",
                                                 "draft_conflict",
                                                 "draft_delete_receipt",
                                                 "draft_deleted",
                                                 "draft_update_receipt",
                                                 "draft_versions_response",
                                                 "error",
                                                 "get_chat_details",
                                                 "get_draft_versions",
                                                 "initial_sync_request",
                                                 "initial_sync_response",
                                                 "offline_sync_complete",
                                                 "ping",
                                                 "pong",
                                                 "sync_offline_changes",
                                                 "update_draft"};
  return all;
}

const ExpectationSpec* find_expectation(Who who, std::string_view name) {
  for (const ExpectationSpec& spec : expectations()) {
    if (spec.who == who && spec.name == name) return &spec;
  }
  return nullptr;
}

const SettingSpec* find_setting(Who who, std::string_view name) {
  for (const SettingSpec& spec : settings()) {
    if (spec.who == who && spec.name == name) return &spec;
  }
  return nullptr;
}

}  // namespace dp::sim
