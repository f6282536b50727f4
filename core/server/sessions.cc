#include "core/server/sessions.h"

#include <algorithm>
#include <utility>

#include "core/server/persistence.h"
#include "core/server/tasks.h"
#include "core/wire/codec.h"

namespace dp::server {
namespace {

constexpr std::size_t kInboundOverheadBytes = 64;

void leave_account(Turn& turn, ConnId conn, const Connection& connection) {
  const auto members = turn.state.members.find(connection.account);
  if (members == turn.state.members.end() || members->second.erase(conn) == 0) return;
  if (!members->second.empty()) return;
  turn.state.members.erase(members);
  flush(turn, connection.account);  // the last device left: nothing waits for a retry
}

void send_text(Turn& turn, ConnId conn, const std::string& text) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  Connection& connection = found->second;
  if (connection.phase != Connection::Phase::ready) return;
  if (connection.outbound_bytes + text.size() > turn.state.config.max_outbound_bytes) {
    cut(turn, conn, kCloseOverLimit, std::string(name(wire::ErrorCode::slow_reader)));
    return;
  }
  connection.outbound_bytes += text.size();
  turn.effects.push_back(Send{conn, text});
}

}  // namespace

std::size_t inbound_cost(const std::string& text) {
  return text.size() + kInboundOverheadBytes;
}

void open_connection(Turn& turn, const ConnOpened& event) {
  State& state = turn.state;
  if (state.connections.contains(event.conn)) return;
  if (state.stopping) {
    turn.effects.push_back(Close{event.conn, kCloseGoingAway, "going_away"});
    return;
  }
  Connection connection;
  connection.last_heard_us = turn.now.monotonic_us;
  state.connections.emplace(event.conn, std::move(connection));
  ++state.judging;
  state.deadlines.emplace(turn.now.monotonic_us + state.config.idle_timeout_us, event.conn);
  turn.effects.push_back(Judge{event.conn, event.token});
}

void receive_verdict(Turn& turn, const AuthJudged& event) {
  State& state = turn.state;
  const auto found = state.connections.find(event.conn);
  if (found == state.connections.end()) return;
  Connection& connection = found->second;
  if (connection.phase != Connection::Phase::judging) return;
  if (event.verdict == AuthJudged::Verdict::invalid) {
    cut(turn, event.conn, kCloseInvalidSession, "Invalid session");
    return;
  }
  if (event.verdict == AuthJudged::Verdict::unavailable) {
    cut(turn, event.conn, kCloseAuthorityUnavailable, "authority_unavailable");
    return;
  }
  const auto members = state.members.find(event.account);
  const std::size_t present = members == state.members.end() ? 0 : members->second.size();
  --state.judging;
  connection.phase = Connection::Phase::ready;
  connection.account = event.account;
  if (present >= state.config.max_connections_per_account) {
    refuse(turn, event.conn, wire::ErrorCode::too_many_connections);
    cut(turn, event.conn, kCloseOverLimit,
        std::string(name(wire::ErrorCode::too_many_connections)));
    return;
  }
  state.members[event.account].insert(event.conn);
  state.runnable.push_back(event.conn);
}

void receive_text(Turn& turn, const FrameArrived& event) {
  State& state = turn.state;
  const auto found = state.connections.find(event.conn);
  if (found == state.connections.end() || state.stopping) return;
  Connection& connection = found->second;
  if (connection.phase == Connection::Phase::leaving) return;
  connection.last_heard_us = turn.now.monotonic_us;
  // Of a frame above the limit one byte more than allowed is enough to refuse it by name.
  std::string text = event.text.substr(0, state.config.wire.frame_bytes_max + 1);
  const std::size_t cost = inbound_cost(text);
  if (connection.inbound_bytes + cost > state.config.max_inbound_bytes) {
    cut(turn, event.conn, kCloseOverLimit, "too_many_frames");
    return;
  }
  connection.inbound_bytes += cost;
  connection.inbound.push_back(std::move(text));
  state.runnable.push_back(event.conn);
}

void receive_close(Turn& turn, ConnId conn) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  Connection& connection = found->second;
  if (connection.phase == Connection::Phase::ready) {
    // A client flushes its last edit and closes at once: what has arrived is still handled.
    connection.phase = Connection::Phase::leaving;
    leave_account(turn, conn, connection);
    turn.state.runnable.push_back(conn);
    return;
  }
  if (connection.phase == Connection::Phase::judging) {
    --turn.state.judging;
    turn.state.connections.erase(found);
  }
}

void receive_written(Turn& turn, const Written& event) {
  const auto found = turn.state.connections.find(event.conn);
  if (found == turn.state.connections.end()) return;
  std::size_t& outbound = found->second.outbound_bytes;
  outbound -= std::min(outbound, event.bytes);
  turn.state.runnable.push_back(event.conn);
}

void close_silent_connections(Turn& turn) {
  State& state = turn.state;
  while (!state.deadlines.empty() && state.deadlines.begin()->first <= turn.now.monotonic_us) {
    const ConnId conn = state.deadlines.begin()->second;
    state.deadlines.erase(state.deadlines.begin());
    const auto found = state.connections.find(conn);
    if (found == state.connections.end()) continue;
    const Connection& connection = found->second;
    if (connection.phase == Connection::Phase::leaving) continue;
    const Micros due = connection.last_heard_us + state.config.idle_timeout_us;
    if (due > turn.now.monotonic_us) {
      state.deadlines.emplace(due, conn);  // it spoke since this deadline was noted
    } else if (connection.phase == Connection::Phase::judging) {
      cut(turn, conn, kCloseAuthorityUnavailable, "authority_unavailable");
    } else {
      cut(turn, conn, kCloseGoingAway, "idle_timeout");
    }
  }
}

void cut(Turn& turn, ConnId conn, std::uint16_t code, std::string reason) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  Connection& connection = found->second;
  if (connection.phase == Connection::Phase::leaving) return;
  log(turn, "connection closed by the server", {std::to_string(code), reason});
  turn.effects.push_back(Close{conn, code, std::move(reason)});
  connection.inbound.clear();
  connection.inbound_bytes = 0;
  connection.outbound_bytes = 0;
  const bool was_ready = connection.phase == Connection::Phase::ready;
  if (!was_ready) --turn.state.judging;
  connection.phase = Connection::Phase::leaving;
  if (was_ready) leave_account(turn, conn, connection);
  turn.state.runnable.push_back(conn);  // forgotten once its last frame is done
}

void forget_if_drained(Turn& turn, ConnId conn) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  const Connection& connection = found->second;
  if (connection.phase != Connection::Phase::leaving) return;
  if (connection.task || !connection.inbound.empty()) return;
  turn.state.connections.erase(found);
}

void send(Turn& turn, ConnId conn, const wire::ServerFrame& frame) {
  const auto found = turn.state.connections.find(conn);
  if (found == turn.state.connections.end()) return;
  if (found->second.phase != Connection::Phase::ready) return;
  send_text(turn, conn, encode(frame));
}

void refuse(Turn& turn, ConnId conn, wire::ErrorCode code, std::optional<ChatId> chat,
            std::optional<ChangeId> change) {
  log(turn, "refused", {std::string(name(code))});
  send(turn, conn,
       wire::ErrorFrame{code, std::string(message_template(code)), chat, std::move(change)});
}

void announce(Turn& turn, const AccountId& account, std::optional<ConnId> except,
              const wire::ServerFrame& frame) {
  const auto members = turn.state.members.find(account);
  if (members == turn.state.members.end()) return;
  // A slow reader leaves the set while it is walked, so walk a copy.
  const std::vector<ConnId> present(members->second.begin(), members->second.end());
  if (present.empty() || (present.size() == 1 && except && present.front() == *except)) return;
  const std::string text = encode(frame);
  for (const ConnId conn : present) {
    if (!except || conn != *except) send_text(turn, conn, text);
  }
}

}  // namespace dp::server
