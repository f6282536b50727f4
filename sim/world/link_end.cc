// How connections end: politely from either side, by breaking, or with the process at one end.
#include <utility>

#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr std::uint16_t kAbnormalClosure = 1006;

}  // namespace

void WorldState::forget_if_finished(std::uint64_t link_id) {
  const auto found = links.find(link_id);
  if (found == links.end()) return;
  const Link& link = found->second;
  if (link.device_end_open || link.server_end_open) return;
  Device& host = device(link.device);
  if (host.link == link_id) host.link = 0;
  links.erase(found);
}

void WorldState::close_by_device(DeviceId id, ConnEpoch epoch, std::uint16_t code) {
  Link* link = link_of(id);
  if (link == nullptr || link->epoch != epoch || !link->device_end_open) return;
  emit(node_of(id), EventKind::conn_closed, link->id, code, "closed by the device");
  Device& host = device(id);
  link->device_end_open = false;
  host.link = 0;
  link->down.clear();
  if (link->server_end_open && !link->up.closed) {
    InFlight end;
    end.close_code = code;
    end.sent_us = now_us;
    end.due_us = now_us + drawn_delay(*link, Direction::up);
    link->up.push(std::move(end));
    link->up.closed = true;
    arm_lane(*link, Direction::up);
  } else if (link->stage == LinkStage::asked) {
    link->stage = LinkStage::finished;
  }
  forget_if_finished(link->id);
}

void WorldState::close_by_server(ConnId conn, std::uint16_t code) {
  Link* link = find_link(conn.value);
  if (link == nullptr || !link->server_end_open) return;
  emit(kServerNode, EventKind::conn_closed, conn.value, code, "closed by the server");
  link->server_end_open = false;
  link->up.clear();
  if (link->device_end_open && !link->down.closed) {
    InFlight end;
    end.close_code = code;
    end.sent_us = now_us;
    end.due_us = now_us + drawn_delay(*link, Direction::down);
    link->down.push(std::move(end));
    link->down.closed = true;
    arm_lane(*link, Direction::down);
  }
  forget_if_finished(conn.value);
}

void WorldState::deliver_close(std::uint64_t link_id, Direction direction, std::uint16_t code) {
  Link* link = find_link(link_id);
  const DeviceId id = link->device;
  const ConnEpoch epoch = link->epoch;
  if (direction == Direction::up) {
    link->server_end_open = false;
    emit(kServerNode, EventKind::conn_closed, link_id, code, "closed by the device");
    forget_if_finished(link_id);
    if (server.core) step_server(server::ConnClosed{ConnId{link_id}});
    return;
  }
  link->device_end_open = false;
  if (device(id).link == link_id) device(id).link = 0;
  emit(node_of(id), EventKind::conn_closed, link_id, code, "closed by the server");
  forget_if_finished(link_id);
  complete(id, client::ConnClosed{epoch, code});
}

void WorldState::break_link(std::uint64_t link_id, std::string_view why) {
  Link* link = find_link(link_id);
  if (link == nullptr || link->broken) return;
  if (link->stage == LinkStage::asked) {
    decide_connection(link_id, true);
    return;
  }
  for (const Direction direction : {Direction::up, Direction::down}) {
    for (const InFlight& frame : lane_of(*link, direction).queue) {
      if (!frame.close_code) {
        emit(receiver_of(*link, direction), EventKind::frame_lost, link_id, 0, why, frame.text);
      }
    }
    lane_of(*link, direction).clear();
  }
  const Micros learns = now_us + device(link->device).network.profile.loss_notice_us;
  link->broken = true;
  schedule(learns, TaskKind::device_learns, 0, link_id, kAbnormalClosure);
  schedule(learns, TaskKind::server_learns, 0, link_id);
}

void WorldState::device_learns(std::uint64_t link_id, std::uint16_t code) {
  Link* link = find_link(link_id);
  if (link == nullptr || !link->device_end_open) return;
  const DeviceId id = link->device;
  const ConnEpoch epoch = link->epoch;
  link->device_end_open = false;
  if (device(id).link == link_id) device(id).link = 0;
  emit(node_of(id), EventKind::conn_closed, link_id, code, "lost");
  forget_if_finished(link_id);
  complete(id, client::ConnClosed{epoch, code});
}

void WorldState::server_learns(std::uint64_t link_id) {
  Link* link = find_link(link_id);
  if (link == nullptr || !link->server_end_open) return;
  link->server_end_open = false;
  emit(kServerNode, EventKind::conn_closed, link_id, kAbnormalClosure, "lost");
  forget_if_finished(link_id);
  if (server.core) step_server(server::ConnClosed{ConnId{link_id}});
}

// The kernel of a dead process still sends what it had, then says goodbye.
void WorldState::device_end_gone(std::uint64_t link_id) {
  Link* link = find_link(link_id);
  if (link == nullptr) return;
  Device& host = device(link->device);
  if (host.link == link_id) host.link = 0;
  link->device_end_open = false;
  link->down.clear();
  if (link->server_end_open && !link->up.closed) {
    InFlight end;
    end.close_code = kAbnormalClosure;
    end.sent_us = now_us;
    end.due_us = now_us + host.network.profile.loss_notice_us;
    link->up.push(std::move(end));
    link->up.closed = true;
    arm_lane(*link, Direction::up);
  }
  forget_if_finished(link_id);
}

void WorldState::server_end_gone() {
  std::vector<std::uint64_t> ids;
  for (const auto& [link_id, link] : links) ids.push_back(link_id);
  for (const std::uint64_t link_id : ids) {
    Link* link = find_link(link_id);
    if (link == nullptr || !link->server_end_open) continue;
    link->server_end_open = false;
    link->up.clear();
    if (link->device_end_open && !link->down.closed) {
      InFlight end;
      end.close_code = kAbnormalClosure;
      end.sent_us = now_us;
      end.due_us = now_us + device(link->device).network.profile.loss_notice_us;
      link->down.push(std::move(end));
      link->down.closed = true;
      arm_lane(*link, Direction::down);
    }
    forget_if_finished(link_id);
  }
}

}  // namespace dp::sim
