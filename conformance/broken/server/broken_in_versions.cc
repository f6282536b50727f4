// Wrong about which change is accepted, and under which number.
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

std::uint64_t number_in(const Json& all, const char* name) {
  const auto found = all.find(name);
  return found != all.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

bool is_sealed(const Json& all) {
  return all.contains("proposed_v");
}

// Between looking at the slot and writing to it another change may pass: both are acknowledged,
// and one of them is gone.
ServerSwitches looks_then_writes(Micros window_us) {
  struct Won {
    std::uint64_t base = 0;
    Micros at_us = 0;
  };
  auto won = std::make_shared<std::map<std::string, Won>>();
  return pretends([=](const Json& frame, const Json& change) {
    const std::string chat = text_in(change, "chat_id");
    const Micros now_us = net::Loop::now().monotonic_us;
    if (is(frame, "draft_update_receipt")) {
      (*won)[chat] = {number_in(change, "base_version"), now_us};
      return false;
    }
    const auto before = won->find(chat);
    return is(frame, "draft_conflict") && is_sealed(change) && before != won->end() &&
           before->second.base == number_in(change, "base_version") &&
           now_us - before->second.at_us <= window_us;
  });
}

// Numbers of announcements and readings are not the sealed ones.
ServerSwitches shifts_numbers() {
  ServerSwitches out;
  out.say = [](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    if (is(frame, "chat_draft_updated")) {
      all["versions"]["draft_v"] = number_in(all["versions"], "draft_v") + 1;
    } else if (is(frame, "chat_details") && number_in(all, "draft_v") > 0) {
      all["draft_v"] = number_in(all, "draft_v") + 1;
    }
    return false;
  };
  return out;
}

// Counts by itself: a receipt has the number after the base, whatever was proposed.
ServerSwitches counts_by_itself() {
  auto asked = std::make_shared<std::map<std::string, std::uint64_t>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId, Json& frame) {
    const Json& all = fields(frame);
    if (is_sealed(all)) (*asked)[text_in(all, "change_id")] = number_in(all, "base_version") + 1;
    return false;
  };
  out.say = [asked](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const auto found = asked->find(text_in(all, "change_id"));
    if (is(frame, "draft_update_receipt") && found != asked->end()) all["draft_v"] = found->second;
    return false;
  };
  return out;
}

ServerSwitches no_jumps() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "update_draft") || !is_sealed(all)) return false;
    if (number_in(all, "proposed_v") <= number_in(all, "base_version") + 1) return false;
    between.send(conn, error_frame("version_invalid", all).dump());
    return true;
  };
  return out;
}

// A preview that does not fit is dropped, and the draft stored without it.
ServerSwitches drops_bad_previews() {
  auto asked = std::make_shared<std::map<ConnId, Json>>();
  ServerSwitches out;
  out.hear = [asked](Between&, ConnId conn, Json& frame) {
    (*asked)[conn] = frame;
    return false;
  };
  out.say = [asked](Between& between, ConnId conn, Json& frame) {
    if (text_in(fields(frame), "code") != "envelope_invalid") return false;
    Json again = (*asked)[conn];
    Json& all = fields(again);
    if (!is(again, "update_draft") || text_in(all, "encrypted_draft_preview").empty()) return false;
    all["encrypted_draft_preview"] = nullptr;
    between.tell_core(conn, again.dump());
    return true;
  };
  return out;
}

ServerSwitches field_needs_an_empty_slot() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    const Json& all = fields(frame);
    if (!is(frame, "update_draft") || is_sealed(all) || all.contains("base_version")) return false;
    const auto slot = between.slot(conn, text_in(all, "chat_id"));
    if (!slot || !slot->record || slot->deleted || slot->record->sealed) return false;
    if (all.value("encrypted_draft_md", Json()).is_null()) return false;
    between.send(conn, error_frame("version_invalid", all).dump());
    return true;
  };
  return out;
}

ServerSwitches counts_by_twos() {
  auto unsealed = std::make_shared<std::set<std::string>>();
  ServerSwitches out;
  out.hear = [unsealed](Between&, ConnId, Json& frame) {
    const Json& all = fields(frame);
    if (is(frame, "update_draft") && !is_sealed(all)) unsealed->insert(text_in(all, "chat_id"));
    return false;
  };
  out.say = [unsealed](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    if (!unsealed->contains(text_in(all, "chat_id"))) return false;
    Json& holder = is(frame, "chat_draft_updated") ? all["versions"] : all;
    if (holder.contains("draft_v")) holder["draft_v"] = number_in(holder, "draft_v") * 2;
    return false;
  };
  return out;
}

// The count of a slot begins again after each of its deletions.
ServerSwitches starts_again_after_deletions() {
  auto deleted_at = std::make_shared<std::map<std::string, std::uint64_t>>();
  ServerSwitches out;
  out.say = [deleted_at](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (is(frame, "draft_delete_receipt")) {
      (*deleted_at)[chat] = number_in(all, "draft_v");
      return false;
    }
    const auto found = deleted_at->find(chat);
    Json& holder = is(frame, "chat_draft_updated") ? all["versions"] : all;
    if (found == deleted_at->end() || number_in(holder, "draft_v") <= found->second) return false;
    holder["draft_v"] = number_in(holder, "draft_v") - found->second;
    return false;
  };
  return out;
}

// Once a slot was deleted, the next change of it is acknowledged under the deletion's number.
ServerSwitches reuses_a_number() {
  auto deleted_at = std::make_shared<std::map<std::string, std::uint64_t>>();
  ServerSwitches out;
  out.say = [deleted_at](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (is(frame, "draft_delete_receipt")) (*deleted_at)[chat] = number_in(all, "draft_v");
    if (is(frame, "draft_update_receipt") && deleted_at->contains(chat)) {
      all["draft_v"] = (*deleted_at)[chat];
    }
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_accepting() {
  return {
      broken(
          "ignores-the-base", "DP-VER-001", "acknowledges a change with an old base",
          [] {
            return pretends([](const Json& frame, const Json& change) {
              return is(frame, "draft_conflict") && is_sealed(change) &&
                     number_in(change, "base_version") != number_in(frame["payload"], "draft_v");
            });
          },
          true),
      broken(
          "ignores-the-parent", "DP-VER-001", "acknowledges a change on another envelope",
          [] {
            return pretends([](const Json& frame, const Json& change) {
              return is(frame, "draft_conflict") && is_sealed(change) &&
                     number_in(change, "base_version") == number_in(frame["payload"], "draft_v");
            });
          },
          true),
      broken("refuses-good-changes", "DP-VER-001", "refuses each second change of a slot",
             [] {
               ServerSwitches out;
               out.hear = [](Between& between, ConnId conn, Json& frame) {
                 const Json& all = fields(frame);
                 if (!is(frame, "update_draft") || number_in(all, "base_version") != 1)
                   return false;
                 between.send(conn, error_frame("version_invalid", all).dump());
                 return true;
               };
               return out;
             }),
      broken(
          "looks-then-writes", "DP-VER-002",
          "acknowledges two changes with one base that come close together",
          [] { return looks_then_writes(200 * kMillisecond); }, true),
      broken(
          "both-may-win", "DP-VER-010", "acknowledges each of two changes with one base",
          [] { return looks_then_writes(kDay); }, true),
      broken("conflict-without-state", "DP-VER-003", "does not say what a slot holds instead",
             [] {
               return says("draft_conflict", [](Json& all) {
                 all["encrypted_draft_md"] = nullptr;
                 all["encrypted_draft_preview"] = nullptr;
               });
             }),
      broken("conflict-is-an-error", "DP-VER-003", "answers a conflict with version_invalid",
             [] {
               ServerSwitches out;
               out.say = [](Between&, ConnId, Json& frame) {
                 if (is(frame, "draft_conflict")) {
                   frame = error_frame("version_invalid", fields(frame));
                 }
                 return false;
               };
               return out;
             }),
      broken("drops-conflicts", "DP-VER-003", "does not answer a change that conflicts",
             [] { return never_says("draft_conflict"); }),
  };
}

std::vector<BrokenServer> broken_in_judging_envelopes() {
  return {
      broken(
          "any-envelope", "DP-VER-009", "acknowledges changes without a good envelope",
          [] { return pretends_instead_of("envelope_invalid"); }, true),
      broken("bad-envelope-is-a-bad-frame", "DP-VER-009", "calls a bad envelope a bad field",
             [] {
               return says("error", [](Json& all) {
                 if (all["code"] == "envelope_invalid") all["code"] = "invalid_frame";
               });
             }),
      broken(
          "any-header", "DP-ENV-013", "acknowledges envelopes with a malformed header",
          [] { return pretends_instead_of("envelope_invalid"); }, true),
      broken("drops-bad-previews", "DP-VER-012", "stores a draft without its bad preview",
             drops_bad_previews),
      broken("sealed-without-tombstone", "DP-FRAME-009",
             "acknowledges a deletion without tombstone",
             [] { return pretends_instead_of("envelope_invalid"); }),
      broken(
          "unseals", "DP-VER-011", "acknowledges unsealed changes of a sealed slot",
          [] { return pretends_instead_of("slot_sealed"); }, true),
      broken(
          "goes-back-to-field", "DP-FIELD-003", "acknowledges unsealed changes of a sealed slot",
          [] { return pretends_instead_of("slot_sealed"); }, true),
  };
}

std::vector<BrokenServer> broken_in_numbers() {
  return {
      broken("announces-other-numbers", "DP-VER-004", "shows a number that nobody sealed",
             shifts_numbers),
      broken("counts-by-itself", "DP-VER-005", "acknowledges a jump under another number",
             counts_by_itself),
      broken(
          "takes-old-numbers", "DP-VER-006", "acknowledges a number that is not above the rest",
          [] {
            return pretends([](const Json& frame, const Json& change) {
              return is(frame, "error") && frame["payload"]["code"] == "version_invalid" &&
                     number_in(change, "proposed_v") <=
                         number_in(change, "base_version") + (Version{1} << 31);
            });
          },
          true),
      broken("any-jump", "DP-VER-007", "acknowledges a jump beyond 2^32",
             [] {
               return pretends([](const Json& frame, const Json& change) {
                 return is(frame, "error") && frame["payload"]["code"] == "version_invalid" &&
                        number_in(change, "proposed_v") >
                            number_in(change, "base_version") + (Version{1} << 31);
               });
             }),
      broken("no-jumps", "DP-VER-008", "takes only the next number", no_jumps),
      broken("field-needs-an-empty-slot", "DP-VER-020", "refuses to overwrite an unsealed draft",
             field_needs_an_empty_slot),
      broken("counts-by-twos", "DP-VER-021", "leaves out every other number", counts_by_twos),
      broken("starts-again-after-deletions", "DP-VER-030", "counts from 1 again after a deletion",
             starts_again_after_deletions),
      broken("reuses-a-number", "DP-VER-031", "gives a deletion's number to the next draft",
             reuses_a_number),
      broken("deletions-are-free", "DP-VER-033", "gives a deletion the number of what it deleted",
             [] {
               return says("draft_delete_receipt", [](Json& all) {
                 if (number_in(all, "draft_v") > 1) all["draft_v"] = number_in(all, "draft_v") - 1;
               });
             }),
      broken("null-is-refused", "DP-VER-023", "refuses an update to null",
             [] {
               ServerSwitches out;
               out.hear = [](Between& between, ConnId conn, Json& frame) {
                 const Json& all = fields(frame);
                 const bool to_null = all.contains("encrypted_draft_md") &&
                                      all["encrypted_draft_md"].is_null() && !is_sealed(all);
                 if (!is(frame, "update_draft") || !to_null) return false;
                 between.send(conn, error_frame("invalid_frame", all).dump());
                 return true;
               };
               return out;
             }),
      broken("empty-text-deletes", "DP-VER-024", "takes an empty text for a deletion",
             [] {
               return hears("update_draft", [](Json& all) {
                 const bool empty = all.contains("encrypted_draft_md") &&
                                    all["encrypted_draft_md"] == "" && !is_sealed(all);
                 if (empty) all["encrypted_draft_md"] = nullptr;
               });
             }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_versions() {
  std::vector<BrokenServer> all = broken_in_accepting();
  for (auto part : {broken_in_judging_envelopes(), broken_in_numbers()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace dp::conformance
