#include "sim/player/event_words.h"

#include <fmt/format.h>

#include "core/client/words.h"
#include "sim/scenario/document.h"
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

constexpr std::size_t kTextShownMax = 60;

std::string quoted(std::string_view text) {
  if (text.size() <= kTextShownMax) return json_quoted(text);
  std::size_t end = kTextShownMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}... ({} bytes)", json_quoted(text.substr(0, end)), text.size());
}

bool is_keep_alive(std::string_view frame_type) {
  return frame_type == "ping" || frame_type == "pong";
}

std::string frame(const TraceEvent& event, std::string_view verb) {
  if (is_keep_alive(event.name)) return "";
  return fmt::format("{} {}", verb, event.name.empty() ? "something unreadable" : event.name);
}

}  // namespace

std::string event_in_words(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::person:
      return event.bytes.empty() ? fmt::format("person: {}", event.name)
                                 : fmt::format("person: {} {}", event.name, quoted(event.bytes));
    case EventKind::fault:
      return fmt::format("fault: {} {}", event.name, event.bytes);
    case EventKind::fault_ended:
      return fmt::format("fault over: {}", event.name);
    case EventKind::boot:
      return fmt::format("starts, {} rows in the store", event.other);
    case EventKind::crash:
      return "dies";
    case EventKind::power:
      return fmt::format("power: {}", event.name);
    case EventKind::conn_opened:
      return "connection opened";
    case EventKind::conn_closed:
      return fmt::format("connection closed: {}", event.name);
    case EventKind::conn_failed:
      return fmt::format("could not connect: {}", event.name);
    case EventKind::frame_sent:
      return frame(event, "sends");
    case EventKind::frame_came:
      return frame(event, "hears");
    case EventKind::frame_lost:
      return fmt::format("a frame is lost: {}", event.name);
    case EventKind::frame_forged:
      return "a frame that nobody sent";
    case EventKind::store_failed:
      return fmt::format("write failed: {}", event.name);
    case EventKind::store_changed:
      return fmt::format("store {}", event.name);
    case EventKind::editor_replaced:
      return fmt::format("editor now {}", quoted(event.bytes));
    case EventKind::notice:
      return fmt::format("notice: {}", event.number < client::kNoticeWords.size()
                                           ? client::kNoticeWords[event.number]
                                           : std::string_view("?"));
    case EventKind::job_lost:
      return "a persistence job is lost";
    case EventKind::cache_struck:
      return fmt::format("cache {}", event.name);
    default:
      return "";
  }
}

}  // namespace dp::sim
