// Wrong about what is durable, and about what is read back.
#include <deque>
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

void say_it_is_written(Between& between, const server::Query& query) {
  between.tell_core(server::DatabaseAnswered{query.query, server::DraftWritten{}});
}

// The database is said to hold what it was never given.
ServerSwitches writes_not(std::function<bool(const server::DraftRow&)> skips) {
  ServerSwitches out;
  out.effect = [skips = std::move(skips)](Between& between, const server::Effect& effect) {
    const auto* query = std::get_if<server::Query>(&effect);
    const auto* job = query ? std::get_if<server::WriteDraft>(&query->request) : nullptr;
    if (job == nullptr || !skips(job->row)) return false;
    say_it_is_written(between, *query);
    return true;
  };
  return out;
}

// The newest change of each slot waits in memory for the next one to push it out.
ServerSwitches keeps_the_newest_in_memory() {
  auto held = std::make_shared<std::map<server::SlotKey, server::DraftRow>>();
  auto next = std::make_shared<std::uint64_t>(std::uint64_t{1} << 60);
  ServerSwitches out;
  out.effect = [=](Between& between, const server::Effect& effect) {
    const auto* query = std::get_if<server::Query>(&effect);
    const auto* job = query ? std::get_if<server::WriteDraft>(&query->request) : nullptr;
    if (job == nullptr) return false;
    const auto before = held->extract(job->row.slot);
    if (!before.empty()) {
      between.ask_database({QueryId{++*next}, server::WriteDraft{before.mapped()}, true});
    }
    (*held)[job->row.slot] = job->row;
    say_it_is_written(between, *query);
    return true;
  };
  return out;
}

// Says at once that a job is done, and does it much later.
ServerSwitches writes_later(Micros after_us) {
  auto next = std::make_shared<std::uint64_t>(std::uint64_t{1} << 60);
  ServerSwitches out;
  out.effect = [=](Between& between, const server::Effect& effect) {
    const auto* query = std::get_if<server::Query>(&effect);
    const auto* job = query ? std::get_if<server::WriteDraft>(&query->request) : nullptr;
    if (job == nullptr) return false;
    say_it_is_written(between, *query);
    const server::Query late{QueryId{++*next}, *job, true};
    between.later(after_us, [&between, late] { between.ask_database(late); });
    return true;
  };
  return out;
}

ServerSwitches writes_once_per_slot() {
  auto written = std::make_shared<std::set<server::SlotKey>>();
  return writes_not(
      [written](const server::DraftRow& row) { return !written->insert(row.slot).second; });
}

ServerSwitches finds(std::function<void(server::SlotLoaded&)> change) {
  ServerSwitches out;
  out.found = [change = std::move(change)](const server::Request&, server::Answer& answer) {
    if (auto* loaded = std::get_if<server::SlotLoaded>(&answer)) change(*loaded);
  };
  return out;
}

ServerSwitches starts_afresh() {
  ServerSwitches out;
  out.starting = [](const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const char* name : {"server.sqlite3", "server.sqlite3-wal", "server.sqlite3-shm"}) {
      std::filesystem::remove(folder / name, ignored);
    }
  };
  return out;
}

// What a question about a chat was answered once is the answer for ever.
ServerSwitches reads_once() {
  auto shown = std::make_shared<std::map<std::string, Json>>();
  ServerSwitches out;
  out.say = [shown](Between&, ConnId, Json& frame) {
    if (!is(frame, "chat_details")) return false;
    const auto [at, fresh] = shown->emplace(text_in(fields(frame), "chat_id"), frame);
    if (!fresh) frame = at->second;
    return false;
  };
  return out;
}

// What has left the cache by age is shown as deleted.
ServerSwitches expired_is_deleted() {
  auto life_us = std::make_shared<Micros>(0);
  auto warmed = std::make_shared<std::map<std::string, Micros>>();
  ServerSwitches out;
  out.configure = [life_us](server::Config& config, net::ServerOptions&) {
    if (*life_us == 0) *life_us = config.draft_ttl_us;
  };
  out.say = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const Micros now_us = net::Loop::now().monotonic_us;
    if (is(frame, "draft_update_receipt")) (*warmed)[text_in(all, "chat_id")] = now_us;
    const auto expired = [&](const std::string& chat) {
      const auto found = warmed->find(chat);
      return found != warmed->end() && now_us - found->second > *life_us;
    };
    if (is(frame, "chat_details") && expired(text_in(all, "chat_id"))) {
      all["cleared_draft_v"] = all["draft_v"];
      all["draft_v"] = 0;
      all["encrypted_draft_md"] = all["encrypted_draft_preview"] = nullptr;
    }
    if (is(frame, "draft_versions_response")) {
      const Json versions = all["versions"];
      for (const auto& [chat, version] : versions.items()) {
        if (!expired(chat)) continue;
        all["tombstone_versions"][chat] = version;
        all["versions"][chat] = 0;
        all["hashes"].erase(chat);
      }
    }
    return false;
  };
  return out;
}

// Numbers expire with the cache's record.
ServerSwitches numbers_expire() {
  auto life_us = std::make_shared<Micros>(0);
  auto warmed = std::make_shared<std::map<std::string, Micros>>();
  auto gone = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.configure = [life_us](server::Config& config, net::ServerOptions&) {
    if (*life_us == 0) *life_us = config.draft_ttl_us;
  };
  out.say = [=](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    const Micros now_us = net::Loop::now().monotonic_us;
    if (!is(frame, "draft_update_receipt") && !is(frame, "draft_delete_receipt")) return false;
    const auto found = warmed->find(chat);
    if (found != warmed->end() && now_us - found->second > *life_us) gone->insert(chat);
    (*warmed)[chat] = now_us;
    if (gone->contains(chat)) all["draft_v"] = 1;
    return false;
  };
  return out;
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_keeping() {
  return {
      broken(
          "keeps-nothing", "DP-PERS-001", "never writes drafts to its database",
          [] { return writes_not([](const server::DraftRow&) { return true; }); }, true),
      broken("keeps-the-first", "DP-PERS-002", "writes the first change of each slot only",
             writes_once_per_slot, true),
      broken(
          "deletions-in-memory", "DP-DEL-001", "does not write deletions to its database",
          [] { return writes_not([](const server::DraftRow& row) { return row.deleted; }); }, true),
      broken(
          "old-jobs-win", "DP-PERS-008", "lets an old job overtake a deletion",
          [] { return writes_not([](const server::DraftRow& row) { return row.deleted; }); }, true),
      broken(
          "writes-much-later", "DP-CONN-019", "writes changes a minute after they were stored",
          [] { return writes_later(60 * kSecond); }, true),
      broken(
          "forgets-when-it-stops", "DP-CONN-019", "stops without writing what it acknowledged",
          [] { return writes_later(30 * kSecond); }, true),
      broken("forgets-the-newest", "DP-RUN-002", "loses the newest change of each slot when killed",
             keeps_the_newest_in_memory, true),
      broken("starts-afresh", "DP-RUN-002", "begins with an empty database each time",
             starts_afresh, true),
      broken(
          "leaves-with-the-last-device", "DP-PERS-006",
          "does not write when the last connection closes",
          [] { return writes_later(60 * kSecond); }, true),
      broken(
          "hides-the-row", "DP-READ-002", "does not read drafts back from its database",
          [] {
            return finds([](server::SlotLoaded& loaded) {
              if (loaded.row && !loaded.row->deleted) loaded.row.reset();
            });
          },
          true),
      broken("rows-without-previews", "DP-CONN-019", "does not read previews back",
             [] {
               return finds([](server::SlotLoaded& loaded) {
                 if (loaded.row) loaded.row->preview.reset();
               });
             }),
      broken("deletions-do-not-last", "DP-DEL-001", "does not read deletions back",
             [] {
               return finds([](server::SlotLoaded& loaded) {
                 if (loaded.row && loaded.row->deleted) loaded.row.reset();
               });
             }),
      broken(
          "numbers-start-again", "DP-VER-030", "counts from 1 again after a restart",
          [] {
            return finds([](server::SlotLoaded& loaded) {
              loaded.row.reset();
              loaded.assigned_v = 0;
            });
          },
          true),
      broken("numbers-expire", "DP-VER-030", "counts from 1 again when the cache has expired",
             numbers_expire),
      broken("reads-once", "DP-READ-002", "repeats its first answer about a chat", reads_once),
      broken("expired-is-deleted", "DP-READ-005", "shows what left the cache as deleted",
             expired_is_deleted, true),
  };
}

}  // namespace dp::conformance
