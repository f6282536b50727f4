#include "sim/trace/event.h"

#include <array>
#include <charconv>

#include "core/vocabulary/bytes.h"

namespace dp::sim {

namespace {

constexpr std::array<std::string_view, kEventKindCount> kKindNames{"phase",
                                                                   "fault",
                                                                   "fault_ended",
                                                                   "person",
                                                                   "lifecycle",
                                                                   "boot",
                                                                   "crash",
                                                                   "power",
                                                                   "timer",
                                                                   "clock_changed",
                                                                   "conn_asked",
                                                                   "conn_opened",
                                                                   "conn_failed",
                                                                   "conn_closed",
                                                                   "frame_sent",
                                                                   "frame_came",
                                                                   "frame_lost",
                                                                   "frame_forged",
                                                                   "store_write",
                                                                   "store_put",
                                                                   "store_synced",
                                                                   "store_failed",
                                                                   "store_changed",
                                                                   "editor_replaced",
                                                                   "preview_invalidated",
                                                                   "draft_announced",
                                                                   "chat_list_changed",
                                                                   "notice",
                                                                   "log",
                                                                   "seal_turn",
                                                                   "cipher_seal",
                                                                   "cipher_open",
                                                                   "auth_asked",
                                                                   "auth_judged",
                                                                   "db_asked",
                                                                   "db_applied",
                                                                   "db_answered",
                                                                   "job_queued",
                                                                   "job_lost",
                                                                   "cache_struck",
                                                                   "server_step"};

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string_view name(EventKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::string node_name(NodeId node) {
  if (node == kWorldNode) return "world";
  if (node == kServerNode) return "server";
  std::string out = "d";
  append_number(out, device_of(node).index);
  return out;
}

RecordedEvent recorded(const TraceEvent& event) {
  return {event.sequence,
          event.time_us,
          event.node,
          event.kind,
          event.number,
          event.other,
          std::string(event.name),
          std::string(event.bytes)};
}

TraceEvent view_of(const RecordedEvent& event) {
  return {event.sequence, event.time_us, event.node,  event.kind, event.number,
          event.other,    event.name,    event.bytes, {}};
}

std::string line_of(const TraceEvent& event) {
  std::string out;
  append_number(out, event.sequence);
  out += ' ';
  append_number(out, static_cast<std::uint64_t>(event.time_us));
  out += ' ';
  out += node_name(event.node);
  out += ' ';
  out += name(event.kind);
  out += ' ';
  append_number(out, event.number);
  out += ' ';
  append_number(out, event.other);
  out += ' ';
  append_json(out, event.name);
  out += ' ';
  if (is_valid_utf8(event.bytes)) {
    append_json(out, event.bytes);
  } else {
    out += "x:";
    out += hex_encode(as_bytes(event.bytes));
  }
  return out;
}

}  // namespace dp::sim
