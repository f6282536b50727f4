#include <algorithm>
#include <utility>

#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr Micros kLongTailMax = 20 * kSecond;
constexpr Micros kSlowReaderGap = 4 * kSecond;
constexpr Micros kReorderMax = 2 * kSecond;
constexpr std::uint64_t kFieldsBytes = 256;  // of a frame: what comes before its envelopes

bool is_receipt(std::string_view type) {
  return type == "draft_update_receipt" || type == "draft_delete_receipt" ||
         type == "chat_message_receipt" || type == "offline_sync_complete";
}

}  // namespace

Link* WorldState::find_link(std::uint64_t id) {
  const auto found = links.find(id);
  return found == links.end() ? nullptr : &found->second;
}

Link* WorldState::link_of(DeviceId id) {
  const Device& host = device(id);
  return host.link == 0 ? nullptr : find_link(host.link);
}

Micros WorldState::drawn_delay(Link& link, Direction direction) {
  const Device& host = device(link.device);
  const bool up = direction == Direction::up;
  const DelayTable& table = up ? host.network.profile.up : host.network.profile.down;
  const std::uint64_t position =
      tape.pick(up ? kDelayUpSite : kDelayDownSite, host.node.value, 65'536);
  Micros delay = delay_at(table, static_cast<std::uint32_t>(position));
  if (strikes(FaultKind::long_tail_delay, host.node)) {
    had_effect(FaultKind::long_tail_delay);
    delay += 1 + static_cast<Micros>(tape.pick(how_site(FaultKind::long_tail_delay),
                                               host.node.value, kLongTailMax));
  }
  return delay;
}

// ---- connecting ---------------------------------------------------------------------------------

void WorldState::ask_connection(DeviceId id, ConnEpoch epoch) {
  Device& host = device(id);
  if (host.link != 0) device_end_gone(host.link);
  Link link;
  link.id = next_link++;
  link.device = id;
  link.epoch = epoch;
  link.device_end_open = true;
  host.link = link.id;
  emit(host.node, EventKind::conn_asked, link.id, epoch.value);
  const NetworkProfile& profile = host.network.profile;
  const std::uint64_t position = tape.pick(kHandshakeSite, host.node.value, 65'536);
  Micros delay = 2 * delay_at(profile.handshake, static_cast<std::uint32_t>(position));
  bool fails = host.network.refusing || !host.network.online;
  if (!fails && strikes(FaultKind::connect_refused, host.node)) {
    had_effect(FaultKind::connect_refused);
    fails = true;
  }
  if (!fails && (host.network.up_blocked || host.network.down_blocked)) {
    had_effect(host.network.up_blocked ? FaultKind::partition_up : FaultKind::partition_down);
    fails = true;
    delay = profile.connect_timeout_us;
  }
  schedule(now_us + delay, TaskKind::link_decided, 0, link.id, fails ? 1 : 0);
  links.emplace(link.id, std::move(link));
}

void WorldState::decide_connection(std::uint64_t link_id, bool fails) {
  Link* link = find_link(link_id);
  if (link == nullptr || link->stage != LinkStage::asked) return;
  const DeviceId id = link->device;
  Device& host = device(id);
  const bool blocked = host.network.up_blocked || host.network.down_blocked;
  if (fails || !server.core || server.stopping || !host.network.online || blocked) {
    const std::string_view why = !server.core ? "server down" : "refused";
    emit(host.node, EventKind::conn_failed, link_id, link->epoch.value, why);
    const ConnEpoch epoch = link->epoch;
    if (host.link == link_id) host.link = 0;
    links.erase(link_id);
    complete(id, client::ConnClosed{epoch, 0});
    return;
  }
  link->stage = LinkStage::open;
  link->server_end_open = true;
  const ConnEpoch epoch = link->epoch;
  std::string token = "token-" + std::to_string(host.config.account);
  emit(kServerNode, EventKind::conn_opened, link_id, 0, {}, token);
  step_server(server::ConnOpened{ConnId{link_id}, std::move(token)});
  link = find_link(link_id);
  if (link == nullptr || !link->device_end_open) return;
  emit(node_of(id), EventKind::conn_opened, link_id, epoch.value);
  complete(id, client::ConnOpened{epoch});
}

// ---- sending ------------------------------------------------------------------------------------

void WorldState::send_up(DeviceId id, ConnEpoch epoch, const std::string& text) {
  Link* link = link_of(id);
  const NodeId node = node_of(id);
  if (link == nullptr || link->epoch != epoch || link->stage != LinkStage::open ||
      !link->device_end_open || link->up.closed) {
    emit(node, EventKind::frame_sent, link == nullptr ? 0 : link->id, 0, frame_type(text), text);
    emit(kServerNode, EventKind::frame_lost, link == nullptr ? 0 : link->id, 0, "no connection",
         text);
    return;
  }
  emit(node, EventKind::frame_sent, link->id, link->up.bytes_queued, frame_type(text), text);
  push_frame(*link, Direction::up, text);
}

void WorldState::send_down(ConnId conn, const std::string& text) {
  Link* link = find_link(conn.value);
  const bool usable = link != nullptr && link->server_end_open && !link->down.closed;
  emit(kServerNode, EventKind::frame_sent, conn.value, usable ? link->down.bytes_queued : 0,
       frame_type(text), text);
  if (!usable) {
    const NodeId receiver = link == nullptr ? kWorldNode : node_of(link->device);
    emit(receiver, EventKind::frame_lost, conn.value, 0, "no connection", text);
    return;
  }
  for (std::string& frame : byzantine(*link, text)) {
    const bool forged = frame != text;
    push_frame(*link, Direction::down, std::move(frame), forged);
  }
}

void WorldState::push_frame(Link& link, Direction direction, std::string text, bool forged) {
  const NodeId node = node_of(link.device);
  const NodeId receiver = receiver_of(link, direction);
  Lane& lane = lane_of(link, direction);
  const HostileProfile& hostile = device(link.device).network.hostile;
  const auto hit = [&](FaultKind kind, std::uint32_t ppm) {
    if (strikes(kind, node)) return true;
    if (ppm == 0 || !tape.chance(how_site(kind), node.value, ppm)) return false;
    fired(kind, node);
    return true;
  };
  if (hit(FaultKind::frame_dropped, hostile.drop_ppm)) {
    had_effect(FaultKind::frame_dropped);
    emit(receiver, EventKind::frame_lost, link.id, 0, "dropped", text);
    return;
  }
  if (hit(FaultKind::frame_corrupted, hostile.corrupt_ppm) && !text.empty()) {
    // Envelopes are most of a frame, so every other flipped bit is among the fields before them.
    const std::uint64_t bits = text.size() * 7;
    const std::uint64_t bits_of_fields = std::min<std::uint64_t>(bits, kFieldsBytes * 7);
    std::uint64_t bit = tape.pick(how_site(FaultKind::frame_corrupted), node.value, bits * 2);
    if (bit >= bits) bit %= bits_of_fields;
    text[bit / 7] = static_cast<char>(text[bit / 7] ^ static_cast<char>(1 << (bit % 7)));
    had_effect(FaultKind::frame_corrupted);
    forged = true;
  }
  InFlight frame;
  frame.text = std::move(text);
  frame.sent_us = now_us;
  frame.due_us = now_us + drawn_delay(link, direction);
  frame.forged = forged;
  const bool twice = hit(FaultKind::frame_duplicated, hostile.duplicate_ppm);
  const bool replay = hit(FaultKind::frame_replayed, hostile.replay_ppm);
  if (hit(FaultKind::frame_reordered, hostile.reorder_ppm)) {
    frame.reorderable = true;
    frame.due_us += 1 + static_cast<Micros>(tape.pick(how_site(FaultKind::frame_reordered),
                                                      node.value, kReorderMax));
  }
  if (twice) {
    had_effect(FaultKind::frame_duplicated);
    InFlight again = frame;
    again.forged = true;
    queue_frame(link, direction, std::move(frame));
    queue_frame(link, direction, std::move(again));
  } else {
    queue_frame(link, direction, std::move(frame));
  }
  if (replay && !lane.history.empty()) {
    const std::uint64_t which =
        tape.pick(how_site(FaultKind::frame_replayed), node.value, lane.history.size());
    InFlight old;
    old.text = lane.history[which];
    old.sent_us = now_us;
    old.due_us = now_us;
    old.forged = true;
    had_effect(FaultKind::frame_replayed);
    queue_frame(link, direction, std::move(old));
  }
}

void WorldState::queue_frame(Link& link, Direction direction, InFlight frame) {
  if (frame.forged) {
    emit(receiver_of(link, direction), EventKind::frame_forged, link.id, 0, frame_type(frame.text),
         frame.text);
  }
  if (lane_of(link, direction).push(std::move(frame))) had_effect(FaultKind::frame_reordered);
  arm_lane(link, direction);
}

// ---- delivering ---------------------------------------------------------------------------------

bool WorldState::held(const Link& link, Direction direction) const {
  if (link.frozen || link.stage != LinkStage::open) return true;
  if (direction == Direction::up ? link.up.waits : link.down.waits) return true;
  const Device& host = devices[link.device.index];
  if (direction == Direction::up) return host.network.up_blocked;
  return host.network.down_blocked || !host.running() || !host.waiting.empty();
}

void WorldState::arm_lane(Link& link, Direction direction) {
  Lane& lane = lane_of(link, direction);
  if (lane.armed || lane.queue.empty() || held(link, direction)) return;
  Micros at = std::max(now_us, lane.queue.front().due_us);
  if (direction == Direction::down && device(link.device).network.slow_reader) {
    at = std::max(at, lane.last_taken_us + kSlowReaderGap);
  }
  lane.armed = true;
  schedule(at, TaskKind::lane_head, 0, link.id, static_cast<std::uint64_t>(direction));
}

void WorldState::rearm_lanes(DeviceId id) {
  for (auto& [link_id, link] : links) {
    if (link.device != id) continue;
    arm_lane(link, Direction::up);
    arm_lane(link, Direction::down);
  }
}

void WorldState::release_lanes(DeviceId id) {
  for (auto& [link_id, link] : links) {
    if (link.device != id) continue;
    link.up.waits = false;
    link.down.waits = false;
  }
  rearm_lanes(id);
}

bool WorldState::hold_here(Link& link, Direction direction, const InFlight& frame) {
  auto& holds = device(link.device).network.holds;
  const std::string_view type = frame_type(frame.text);
  const auto found = std::find_if(holds.begin(), holds.end(), [&](const Cut& hold) {
    return hold.direction == direction && (hold.frame_type.empty() || hold.frame_type == type);
  });
  if (found == holds.end()) return false;
  holds.erase(found);
  lane_of(link, direction).waits = true;
  return true;
}

bool WorldState::cut_here(Link& link, Direction direction, const InFlight& frame) {
  Device& host = device(link.device);
  const std::string_view type = frame_type(frame.text);
  auto& cuts = host.network.cuts;
  const auto found = std::find_if(cuts.begin(), cuts.end(), [&](const Cut& cut) {
    return cut.direction == direction && (cut.frame_type.empty() || cut.frame_type == type);
  });
  if (found != cuts.end()) {
    cuts.erase(found);
    return true;
  }
  if (direction == Direction::down && is_receipt(type) &&
      strikes(FaultKind::lost_receipt, host.node)) {
    had_effect(FaultKind::lost_receipt);
    return true;
  }
  return false;
}

void WorldState::deliver_head(std::uint64_t link_id, Direction direction) {
  Link* link = find_link(link_id);
  if (link == nullptr) return;
  Lane& lane = lane_of(*link, direction);
  lane.armed = false;
  if (lane.queue.empty() || held(*link, direction)) return;
  if (lane.queue.front().due_us > now_us) {
    arm_lane(*link, direction);
    return;
  }
  if (!lane.queue.front().close_code && hold_here(*link, direction, lane.queue.front())) return;
  if (!lane.queue.front().close_code && cut_here(*link, direction, lane.queue.front())) {
    break_link(link_id, "cut");
    return;
  }
  const InFlight frame = lane.take_head();
  lane.last_taken_us = now_us;
  if (frame.close_code) {
    deliver_close(link_id, direction, *frame.close_code);
    return;
  }
  lane.remember(frame.text);
  arm_lane(*link, direction);
  deliver_frame(link_id, direction, frame);
}

void WorldState::deliver_frame(std::uint64_t link_id, Direction direction, const InFlight& frame) {
  Link* link = find_link(link_id);
  const DeviceId id = link->device;
  const ConnEpoch epoch = link->epoch;
  const NodeId receiver = receiver_of(*link, direction);
  // Not a copy: a rewrite remembers what it has seen and how often it may still strike.
  const World::Rewrite& rewrite =
      direction == Direction::up ? device(id).network.rewrite_up : device(id).network.rewrite_down;
  std::vector<std::string> texts;
  if (rewrite) {
    texts = rewrite(frame.text);
    if (texts.empty()) emit(receiver, EventKind::frame_lost, link_id, 0, "rewritten", frame.text);
  } else {
    texts.push_back(frame.text);
  }
  for (const std::string& text : texts) {
    ++frames_delivered;
    if (text != frame.text) {
      emit(receiver, EventKind::frame_forged, link_id, 0, frame_type(text), text);
    }
    emit(receiver, EventKind::frame_came, link_id, static_cast<std::uint64_t>(frame.sent_us),
         frame_type(text), text);
    if (direction == Direction::up) {
      step_server(server::FrameArrived{ConnId{link_id}, text});
    } else {
      complete(id, client::FrameArrived{epoch, text});
    }
  }
  if (direction == Direction::up || frame.forged) return;
  link = find_link(link_id);
  if (link != nullptr && link->server_end_open && server.core) {
    if (device(id).network.slow_reader) had_effect(FaultKind::slow_reader);
    step_server(server::Written{ConnId{link_id}, frame.text.size()});
  }
}

}  // namespace dp::sim
