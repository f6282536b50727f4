#include <array>

#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr std::array<std::string_view, std::variant_size_v<client::Event>> kClientEventNames{
    "store_opened",
    "unlocked",
    "locked",
    "timer_fired",
    "chat_opened",
    "composer_opened",
    "chat_closed",
    "edited",
    "editor_reset",
    "focused",
    "blurred",
    "hidden",
    "shown",
    "closing",
    "clear_pressed",
    "send_pressed",
    "chat_delete_pressed",
    "previews_needed",
    "net_hint",
    "conn_opened",
    "conn_closed",
    "frame_arrived",
    "store_written",
    "seal_turn_came"};
constexpr std::array<std::string_view, std::variant_size_v<server::Event>> kServerEventNames{
    "conn_opened",    "auth_judged",        "frame_arrived", "conn_closed",
    "written",        "database_answered",  "timer_fired",   "cache_evicted",
    "cache_hollowed", "cache_availability", "stop_requested"};
constexpr std::array<std::string_view, std::variant_size_v<server::Request>> kRequestNames{
    "load_slot", "list_chats", "write_draft", "store_message", "drop_chat", "expire_tombstones"};
constexpr std::array<std::string_view, std::variant_size_v<server::Answer>> kAnswerNames{
    "slot_loaded",  "chats_listed",       "draft_written", "message_stored",
    "chat_dropped", "tombstones_expired", "request_failed"};

}  // namespace

std::string_view event_name(const client::Event& event) {
  return kClientEventNames[event.index()];
}
std::string_view event_name(const server::Event& event) {
  return kServerEventNames[event.index()];
}
std::string_view request_name(const server::Request& request) {
  return kRequestNames[request.index()];
}
std::string_view answer_name(const server::Answer& answer) {
  return kAnswerNames[answer.index()];
}

bool is_person_event(const client::Event& event) {
  return std::visit(
      [](const auto& one) {
        using T = std::decay_t<decltype(one)>;
        return std::is_same_v<T, client::ChatOpened> || std::is_same_v<T, client::ComposerOpened> ||
               std::is_same_v<T, client::ChatClosed> || std::is_same_v<T, client::Edited> ||
               std::is_same_v<T, client::EditorReset> || std::is_same_v<T, client::Focused> ||
               std::is_same_v<T, client::Blurred> || std::is_same_v<T, client::Hidden> ||
               std::is_same_v<T, client::Shown> || std::is_same_v<T, client::Closing> ||
               std::is_same_v<T, client::ClearPressed> || std::is_same_v<T, client::SendPressed> ||
               std::is_same_v<T, client::ChatDeletePressed> ||
               std::is_same_v<T, client::PreviewsNeeded>;
      },
      event);
}

bool is_lifecycle_event(const client::Event& event) {
  return std::holds_alternative<client::NetHint>(event) ||
         std::holds_alternative<client::Locked>(event) ||
         std::holds_alternative<client::Unlocked>(event);
}

void WorldState::emit(const TraceEvent& event) {
  TraceEvent complete = event;
  complete.sequence = next_sequence++;
  complete.time_us = now_us;
  digest.include(complete);
  if (config.keep_trace) trace.push_back(recorded(complete));
  for (Observer* observer : observers.value) observer->observe(complete, *self.value);
}

void WorldState::emit(NodeId node, EventKind kind, std::uint64_t number, std::uint64_t other,
                      std::string_view name, std::string_view bytes, Detail detail) {
  emit(TraceEvent{0, 0, node, kind, number, other, name, bytes, detail});
}

void WorldState::fired(FaultKind kind, NodeId node, std::string_view parameters) {
  ++count(kind).fired;
  emit(kWorldNode, EventKind::fault, static_cast<std::uint64_t>(kind), node.value,
       dp::sim::name(kind), parameters);
}

bool WorldState::strikes(FaultKind kind, NodeId node, std::uint32_t factor) {
  if (phase != Phase::safety) return false;
  const std::uint64_t scaled_ppm = std::uint64_t{config.faults[kind]} * factor;
  if (scaled_ppm == 0) return false;
  ++count(kind).armed;
  const auto ppm = static_cast<std::uint32_t>(scaled_ppm < 1'000'000 ? scaled_ppm : 1'000'000);
  if (!tape.chance(strike_site(kind), node.value, ppm)) return false;
  fired(kind, node);
  return true;
}

}  // namespace dp::sim
