#include "conformance/suites/server/plays.h"

#include <algorithm>

namespace dp::conformance {

std::string respelt(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    throw CaseOver{Verdict::harness_error, "respelling", "a frame with " + std::string(from), text,
                   ""};
  }
  return text.replace(at, from.size(), to);
}

std::string with_member(std::string frame, std::string_view member) {
  return respelt(std::move(frame), R"("payload":{)", R"("payload":{)" + std::string(member) + ",");
}

std::string with_outer_member(std::string frame, std::string_view member) {
  return respelt(std::move(frame), "{", "{" + std::string(member) + ",");
}

namespace {

void accept_text(Bench& bench, Connection& line, Slot& slot, const std::string& text) {
  const auto receipt = line.answer_to_text<wire::DraftUpdateReceipt>(text);
  bench.check(receipt.success && !receipt.superseded, "it is stored", "it is not", "not-stored");
  slot.accepted();
  bench.check_holds(line, slot);
}

}  // namespace

Play refuses(wire::ErrorCode code, Respell spoil) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Connection& other = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    const std::string good = wire::encode(slot.update());
    line.refused(spoil(slot, good), code);
    bench.check_empty(line, slot);
    other.no_news("the change was refused");
    accept_text(bench, line, slot, good);
  };
}

Play accepts(Respell respell) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    accept_text(bench, line, slot, respell(slot, wire::encode(slot.update())));
  };
}

Play refuses_request(wire::ErrorCode code, std::function<std::string(Slot&)> request) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    line.refused(std::string_view(request(slot)), code);
    bench.check_empty(line, slot);
    bench.store(line, slot);
  };
}

Play ends_connection(std::function<void(Connection&, const std::string&)> act, std::uint16_t code,
                     bool code_is_binding) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    const std::string good = wire::encode(slot.update());
    line.hear_all();
    act(line, good);
    const Ending ending = line.wait_for_end();
    bench.check(ending.ended || ending.code > 0, "the connection is ended", "it stays open",
                "stays-open");
    bench.judge_close(ending, code, "", code_is_binding);
    Connection& fresh = bench.connect(bench.party());
    bench.check_empty(fresh, slot);
    accept_text(bench, fresh, slot, good);
  };
}

wire::DraftVersionsResponse versions_of(Connection& line, const std::vector<ChatId>& chats) {
  wire::GetDraftVersions request;
  for (const ChatId& chat : chats) request.chats.push_back({chat, 0});
  return line.answer<wire::DraftVersionsResponse>(request);
}

std::optional<Version> version_in(const std::vector<wire::SlotVersion>& list, const ChatId& chat) {
  const auto found = std::ranges::find(list, chat, &wire::SlotVersion::chat_id);
  if (found == list.end()) return std::nullopt;
  return found->draft_v;
}

std::optional<Hash32> hash_in(const std::vector<wire::SlotHash>& list, const ChatId& chat) {
  const auto found = std::ranges::find(list, chat, &wire::SlotHash::chat_id);
  if (found == list.end()) return std::nullopt;
  return found->hash;
}

std::vector<wire::InitialSyncResponse> listing_of(Connection& line,
                                                  std::vector<wire::ClaimedVersion> known) {
  constexpr std::size_t kPagesMax = 2'000;
  std::vector<wire::InitialSyncResponse> pages;
  wire::InitialSyncRequest request;
  request.chat_versions = std::move(known);
  do {
    pages.push_back(line.answer<wire::InitialSyncResponse>(request));
    request.page_token = pages.back().page_token;
  } while (request.page_token && pages.size() < kPagesMax);
  if (request.page_token) {
    throw CaseOver{Verdict::fail, "endless-listing", "a listing that ends",
                   std::to_string(kPagesMax) + " pages and another token", "DP-FRAME-031"};
  }
  return pages;
}

std::vector<ChatId> chats_in(const std::vector<wire::InitialSyncResponse>& pages) {
  std::vector<ChatId> out;
  for (const auto& page : pages) {
    for (const wire::ChatDetails& one : page.chats) out.push_back(one.chat_id);
  }
  return out;
}

bool contains(const std::vector<ChatId>& all, const ChatId& chat) {
  return std::ranges::find(all, chat) != all.end();
}

bool is_listed(Connection& line, const ChatId& chat) {
  return contains(chats_in(listing_of(line)), chat);
}

wire::DraftConflict conflicting(Connection& line, const wire::ClientFrame& frame) {
  return line.answer<wire::DraftConflict>(frame);
}

wire::OfflineSyncComplete replayed(Connection& line, std::vector<wire::OfflineChange> changes,
                                   std::vector<Heard>* others) {
  std::vector<Heard> replies = line.replies_to(wire::SyncOfflineChanges{std::move(changes)});
  if (replies.empty() || replies.back().as<wire::OfflineSyncComplete>() == nullptr) {
    throw CaseOver{Verdict::fail, "wrong-answer", "offline_sync_complete, as the last answer",
                   Connection::described(replies), ""};
  }
  const auto complete = *replies.back().as<wire::OfflineSyncComplete>();
  replies.pop_back();
  if (others != nullptr) {
    *others = std::move(replies);
  } else if (!replies.empty()) {
    throw CaseOver{Verdict::fail, "wrong-answer", "offline_sync_complete and no other answer",
                   Connection::described(replies), ""};
  }
  return complete;
}

void pass_time(Bench& bench, Connection& line, Micros us) {
  constexpr Micros kStepUs = 100 * kMillisecond;
  const Micros end = net::Loop::now().monotonic_us + us;
  while (net::Loop::now().monotonic_us < end) {
    line.hear_all();
    bench.patience().until([] { return false; },
                           std::min(kStepUs, end - net::Loop::now().monotonic_us));
  }
}

}  // namespace dp::conformance
