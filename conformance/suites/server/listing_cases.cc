// Section 3.3: listings, page by page, and what they must not show.
#include <algorithm>

#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

std::vector<Slot> stored(Bench& bench, Connection& line, std::size_t count) {
  std::vector<Slot> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(bench.party().slot());
    bench.store(line, out.back());
  }
  return out;
}

// Those of `slots` that are listed, in the order of the listing.
std::vector<ChatId> listed_of(const std::vector<Slot>& slots, const std::vector<ChatId>& listed) {
  std::vector<ChatId> out;
  for (const ChatId& one : listed) {
    const bool mine =
        std::ranges::any_of(slots, [&](const Slot& slot) { return slot.id() == one; });
    if (mine) out.push_back(one);
  }
  return out;
}

std::vector<ChatId> ids_of(const std::vector<Slot>& slots) {
  std::vector<ChatId> out;
  for (const Slot& one : slots) out.push_back(one.id());
  return out;
}

void delete_chat(Connection& line, const Slot& slot) {
  line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{slot.id(), {}});
}

void pages(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const std::size_t page = bench.size_limit("initial_sync_page");
  const std::vector<Slot> slots = stored(bench, line, std::min<std::size_t>(2 * page + 1, 60));
  const auto all = listing_of(line);
  bench.check(slots.size() <= page || all.size() > 1, "several pages", "one", "one-page");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size();
    bench.check(all[i].authoritative == last, "authoritative on the last page only",
                "page " + std::to_string(i + 1) + " of " + std::to_string(all.size()) +
                    (last ? " is not" : " is"),
                "authoritative");
    bench.check(all[i].chats.size() <= page, "no page above the limit",
                std::to_string(all[i].chats.size()) + " chats", "long-page");
  }
  bench.check(listed_of(slots, chats_in(all)) == ids_of(slots), "every chat once, in order",
              "otherwise", "wrong-listing");
}

void one_page(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const std::vector<Slot> slots = stored(bench, line, 2);
  const auto all = listing_of(line);
  bench.check(all.back().authoritative && !all.back().page_token,
              "the last page is authoritative and has no token", "otherwise", "authoritative");
  bench.check(listed_of(slots, chats_in(all)).size() == 2, "every chat of the account", "not all",
              "left-out");
}

void lists_what_is_stored(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  for (const auto& page : listing_of(line)) {
    for (const wire::ChatDetails& one : page.chats) {
      if (one.chat_id != slot.id()) continue;
      bench.check_number(1, one.draft_v, "draft_v in the listing");
      bench.check(
          one.encrypted_draft_md == slot.sealed && one.encrypted_draft_preview == slot.preview,
          "draft and preview as they were stored", "others", "wrong-draft");
      return;
    }
  }
  bench.check(false, "the draft-only chat is listed", "it is not", "left-out");
}

// Between two pages chats come and go; none is skipped and none is listed twice.
void continues(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  const std::size_t page = bench.size_limit("initial_sync_page");
  if (page > 20) {
    throw CaseOver{Verdict::not_applicable, "page-too-long", "initial_sync_page of at most 20",
                   std::to_string(page), ""};
  }
  std::vector<Slot> slots = stored(bench, line, 3 * page);
  const auto first = line.answer<wire::InitialSyncResponse>(wire::InitialSyncRequest{});
  bench.check(first.page_token.has_value(), "a token after the first page", "none", "no-token");
  std::vector<ChatId> listed = chats_in({first});
  for (Slot& one : slots) {
    if (listed.back() == one.id()) delete_chat(line, one);
  }
  Slot late = bench.party().slot();
  bench.store(line, late);
  bench.store(line, listed.back() == slots[0].id() ? slots[1] : slots[0]);
  wire::InitialSyncRequest request;
  request.page_token = first.page_token;
  for (;;) {
    const auto next = line.answer<wire::InitialSyncResponse>(request);
    for (const wire::ChatDetails& one : next.chats) listed.push_back(one.chat_id);
    if (!next.page_token) break;
    request.page_token = next.page_token;
  }
  std::vector<ChatId> expected = ids_of(slots);
  bench.check(listed_of(slots, listed) == expected, "each chat once, none skipped", "otherwise",
              "wrong-page");
  bench.check(contains(listed, late.id()), "the chat that came meanwhile, at the end",
              "it is left out", "left-out");
}

void order(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  std::vector<Slot> slots = stored(bench, line, 5);
  bench.store(other, slots[3]);
  bench.store(line, slots[0]);
  bench.remove(line, slots[2]);
  bench.store(line, slots[2]);
  bench.check(listed_of(slots, chats_in(listing_of(line))) == ids_of(slots),
              "the order in which the chats came into being", "another", "wrong-order");
}

void with_messages(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot first = bench.party().slot();
  Slot second = bench.party().slot();
  wire::ChatMessageAdded message = first.message();
  message.preserve_draft = true;
  line.answer<wire::ChatMessageReceipt>(message);
  bench.store(line, second);
  bench.store(line, first);
  const std::vector<ChatId> all = chats_in(listing_of(line));
  const auto place = [&](const Slot& slot) { return std::ranges::find(all, slot.id()); };
  bench.check(place(first) != all.end() && place(first) < place(second),
              "a chat that began with a message keeps its place", "otherwise", "wrong-order");
}

void strangers(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot mine = bench.party().slot();
  Slot theirs = bench.stranger().slot();
  bench.store(line, mine);
  bench.store(stranger, theirs);
  const auto listed = chats_in(listing_of(line));
  bench.check(contains(listed, mine.id()) && !contains(listed, theirs.id()),
              "chats of the account only", "another's, or not all", "foreign");
  const auto asked = listing_of(line, {{theirs.id(), 1}});
  bench.check(!contains(chats_in(asked), theirs.id()) && asked[0].deleted_chat_ids.empty(),
              "nothing about somebody else's chat", "something", "foreign");
}

void deleted_chats(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot gone = bench.party().slot();
  Slot kept = bench.party().slot();
  Slot unasked = bench.party().slot();
  Slot never = bench.party().slot();
  Slot theirs = bench.stranger().slot();
  for (Slot* one : {&gone, &kept, &unasked}) bench.store(line, *one);
  bench.store(stranger, theirs);
  delete_chat(line, gone);
  delete_chat(line, unasked);
  delete_chat(stranger, theirs);
  const auto all =
      listing_of(line, {{gone.id(), 1}, {kept.id(), 1}, {never.id(), 1}, {theirs.id(), 1}});
  bool named = false;
  for (const auto& page : all) {
    for (const ChatId& one : page.deleted_chat_ids) {
      bench.check(one == gone.id(), "the deleted chat that was asked about, and no other",
                  one.text(), "wrong-deleted");
      named = true;
    }
  }
  bench.check(named, "the deleted chat that was asked about", "it is not named", "wrong-deleted");
  bench.check(!contains(chats_in(all), gone.id()) && contains(chats_in(all), kept.id()),
              "no deleted chat in the listing", "one", "deleted-listed");
}

void versions_of_others(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot gone = bench.party().slot();
  Slot kept = bench.party().slot();
  Slot nobody = bench.party().slot();
  Slot theirs = bench.stranger().slot();
  bench.store(line, gone);
  bench.store(line, kept);
  bench.store(stranger, theirs);
  delete_chat(line, gone);
  const auto told = versions_of(line, {gone.id(), kept.id(), nobody.id(), theirs.id()});
  const auto is_absent = [&](const Slot& slot) {
    return !version_in(told.versions, slot.id()) && !hash_in(told.hashes, slot.id()) &&
           !version_in(told.tombstone_versions, slot.id()) &&
           !contains(told.unavailable_chat_ids, slot.id());
  };
  bench.check(is_absent(gone), "a deleted chat is left out", "it is there", "deleted-told");
  bench.check(is_absent(theirs), "someone else's chat is left out", "it is there", "foreign-told");
  bench.check(version_in(told.versions, nobody.id()) == 0, "version 0 of what nobody has",
              "another or none", "wrong-version");
  bench.check(version_in(told.versions, kept.id()) == 1, "version 1 of the draft",
              "another or none", "wrong-version");
}

void details_of_others(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& stranger = bench.connect(bench.stranger());
  Slot gone = bench.party().slot();
  Slot theirs = bench.stranger().slot();
  Slot theirs_gone = bench.stranger().slot();
  bench.store(line, gone);
  bench.store(stranger, theirs);
  bench.store(stranger, theirs_gone);
  delete_chat(line, gone);
  delete_chat(stranger, theirs_gone);
  line.refused(gone.details(), ErrorCode::chat_deleted);
  line.refused(theirs.details(), ErrorCode::chat_forbidden);
  line.refused(theirs_gone.details(), ErrorCode::chat_forbidden);
  bench.check_holds(stranger, theirs);
}

}  // namespace

std::vector<ServerCase> server_listing_cases() {
  const SubjectLimits small = {{"initial_sync_page", 3}};
  std::vector<ServerCase> all;
  all.push_back(
      server_case("DP-FRAME-029/one-page", "A complete listing is authoritative", one_page));
  all.push_back(
      server_case("DP-FRAME-038/last-page-only", "Only the last page is authoritative", pages)
          .with(small));
  all.push_back(
      server_case("DP-FRAME-031/continues", "A page token goes on where it was", continues)
          .with(small));
  all.push_back(
      server_case("DP-FRAME-032/strangers", "No chat of another account is listed", strangers));
  all.push_back(server_case("DP-FRAME-033/deleted", "No deleted chat is listed", deleted_chats,
                            {"DP-DEL-007"}));
  all.push_back(server_case("DP-FRAME-034/draft-only", "A draft-only chat is listed",
                            lists_what_is_stored, {"DP-OWN-004"}));
  all.push_back(server_case("DP-FRAME-035/versions", "Versions tell nothing of others' chats",
                            versions_of_others));
  all.push_back(server_case("DP-FRAME-036/details", "Details of deleted and others' chats",
                            details_of_others));
  all.push_back(
      server_case("DP-FRAME-037/order", "Chats are listed as they came into being", order));
  all.push_back(
      server_case("DP-FRAME-037/with-messages", "Chats with messages too", with_messages));
  all.push_back(server_case("DP-OWN-005/order-stays", "A draft moves no chat", order));
  all.push_back(server_case("DP-FRAME-039/asked-about",
                            "Deleted chats are named if they were asked about", deleted_chats));
  all.push_back(server_case("DP-FRAME-039/several-pages", "Also when there are several pages",
                            [](Bench& bench) {
                              Connection& line = bench.connect(bench.party());
                              stored(bench, line, 4);
                              deleted_chats(bench);
                            })
                    .with(small));
  return all;
}

}  // namespace dp::conformance
