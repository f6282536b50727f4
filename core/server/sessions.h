// Connections: from the upgrade to the last byte.
//
// Guarantees: nothing is sent before the token is judged, and nothing but the close frame when it
// is bad; frames wait in a bounded queue and are handled strictly first in, first out; a reader
// that does not read is disconnected before its outbound queue exceeds the limit; a silent peer is
// closed after the idle timeout.
// Close codes: 1008 "Invalid session" (do not come back with this token), 1011 the token authority
// is unavailable, 1001 idle or going away, 1012 come back and reconcile, 1013 over a limit, whose
// name is the reason.
#pragma once

#include <optional>
#include <string>

#include "core/server/state.h"

namespace dp::server {

inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kCloseInvalidSession = 1008;
inline constexpr std::uint16_t kCloseAuthorityUnavailable = 1011;
inline constexpr std::uint16_t kCloseReconcile = 1012;
inline constexpr std::uint16_t kCloseOverLimit = 1013;

void open_connection(Turn& turn, const ConnOpened& event);
void receive_verdict(Turn& turn, const AuthJudged& event);
void receive_text(Turn& turn, const FrameArrived& event);
void receive_close(Turn& turn, ConnId conn);
void receive_written(Turn& turn, const Written& event);
void close_silent_connections(Turn& turn);

// What a waiting frame counts for: its text and a little, so that empty frames count too.
std::size_t inbound_cost(const std::string& text);

// The server's own decision to close: queued frames are dropped, their senders replay them.
void cut(Turn& turn, ConnId conn, std::uint16_t code, std::string reason);
// Forgets a connection that left and has nothing more to be handled.
void forget_if_drained(Turn& turn, ConnId conn);

void send(Turn& turn, ConnId conn, const wire::ServerFrame& frame);
void refuse(Turn& turn, ConnId conn, wire::ErrorCode code, std::optional<ChatId> chat = {},
            std::optional<ChangeId> change = {});
// To every ready connection of the account but one, encoded once.
void announce(Turn& turn, const AccountId& account, std::optional<ConnId> except,
              const wire::ServerFrame& frame);

}  // namespace dp::server
