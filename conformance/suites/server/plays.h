// What several themes do: a frame that is spoilt, or spelt otherwise; what a server says of slots.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/server/bench.h"

namespace dp::conformance {

// The first `from` becomes `to`. A frame without it is the harness's own mistake and ends the case.
std::string respelt(std::string text, std::string_view from, std::string_view to);
// One more member at the front of the payload, or of the frame.
std::string with_member(std::string frame, std::string_view member);
std::string with_outer_member(std::string frame, std::string_view member);

using Respell = std::function<std::string(Slot&, std::string)>;
using Play = std::function<void(Bench&)>;

// An update of a fresh slot, spoilt: it is refused with this code, nothing is stored, nobody hears
// of it; the same update unspoilt is then stored on the same connection.
Play refuses(wire::ErrorCode code, Respell spoil);
// An update in another spelling is stored.
Play accepts(Respell respell);
// A request that is not a change is refused and the connection goes on.
Play refuses_request(wire::ErrorCode code, std::function<std::string(Slot&)> request);
// What breaks the transport: the connection ends, nothing of it is stored. `code` is how it should
// end; other ends are told apart.
Play ends_connection(std::function<void(Connection&, const std::string& good)> act,
                     std::uint16_t code, bool code_is_binding);

wire::DraftVersionsResponse versions_of(Connection& line, const std::vector<ChatId>& chats);
std::optional<Version> version_in(const std::vector<wire::SlotVersion>& list, const ChatId& chat);
std::optional<Hash32> hash_in(const std::vector<wire::SlotHash>& list, const ChatId& chat);
// All pages of a listing, with what was asked about on every page.
std::vector<wire::InitialSyncResponse> listing_of(Connection& line,
                                                  std::vector<wire::ClaimedVersion> known = {});
std::vector<ChatId> chats_in(const std::vector<wire::InitialSyncResponse>& pages);
bool is_listed(Connection& line, const ChatId& chat);
bool contains(const std::vector<ChatId>& all, const ChatId& chat);

// The same reply and nothing else for another `ask`: what a repeat is answered with.
wire::DraftConflict conflicting(Connection& line, const wire::ClientFrame& frame);
wire::OfflineSyncComplete replayed(Connection& line, std::vector<wire::OfflineChange> changes,
                                   std::vector<Heard>* others = nullptr);
// Waits so long, the connection being used all the while.
void pass_time(Bench& bench, Connection& line, Micros us);

}  // namespace dp::conformance
