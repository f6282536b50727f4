#include "conformance/kits/cpp/request.h"

#include <algorithm>

namespace dp::kit {
namespace {

[[noreturn]] void refuse(const char* name, const char* what) {
  throw Refusal{"bad_request", std::string(name) + what};
}

}  // namespace

const Json& Request::member(const char* name) const {
  if (!has(name)) refuse(name, " is missing");
  return json_[name];
}

Request Request::object(const char* name) const {
  if (!member(name).is_object()) refuse(name, " is no object");
  return Request(member(name));
}

std::string Request::text(const char* name) const {
  if (!member(name).is_string()) refuse(name, " is no string");
  return member(name).get<std::string>();
}

std::uint64_t Request::number(const char* name) const {
  if (!member(name).is_number_unsigned()) refuse(name, " is no whole number");
  return member(name).get<std::uint64_t>();
}

bool Request::boolean(const char* name) const {
  if (!member(name).is_boolean()) refuse(name, " is no boolean");
  return member(name).get<bool>();
}

ChatId Request::chat() const {
  const auto id = ChatId::parse(text("chat_id"));
  if (!id) refuse("chat_id", " is no UUIDv4");
  return *id;
}

std::string Request::frame() const {
  if (!has("base64")) return text("text");
  const auto bytes = base64_decode(text("base64"));
  if (!bytes) refuse("base64", " is no base64");
  return std::string(as_text(*bytes));
}

Bytes Request::hex(const char* name, std::size_t size) const {
  auto bytes = hex_decode(text(name));
  if (!bytes || bytes->size() != size) refuse(name, " is not so many bytes in hexadecimal");
  return std::move(*bytes);
}

client::Config config_of(const Request& config) {
  const auto span = [&](const char* name) {
    return static_cast<Micros>(config.number(name)) * kMillisecond;
  };
  client::Config out;
  out.debounce_us = span("debounce_ms");
  out.preview_cache_us = span("preview_cache_ms");
  out.receipt_timeout_us = span("receipt_timeout_ms");
  out.reconnect_min_us = span("reconnect_min_ms");
  out.reconnect_max_us = span("reconnect_max_ms");
  out.ping_interval_us = span("ping_interval_ms");
  out.pong_timeout_us = span("pong_timeout_ms");
  out.persistence_window_us = span("persistence_window_ms");
  out.max_draft_chars = config.number("max_draft_chars");
  out.outbox_changes_max = config.number("queue_changes_max");
  out.replay_changes_max = config.number("replay_changes_max");
  out.suite = static_cast<crypto::Suite>(config.number("suite"));
  return out;
}

StoreFault fault_of(const Request& request) {
  const std::string mode = request.text("mode");
  if (mode == "none") return StoreFault::none;
  if (mode == "fail_next") return StoreFault::fail_next;
  if (mode == "full") return StoreFault::full;
  if (mode != "hold") refuse("mode", " is not known");
  return StoreFault::hold;
}

std::uint64_t fault_count_of(const Request& request) {
  return request.text("mode") == "fail_next" ? request.number("count") : 0;
}

OpenOrder order_of(const Request& request) {
  const Request account = request.object("account");
  OpenOrder order;
  order.folder = request.text("dir");
  order.entropy = request.hex("entropy", 32);
  order.boot = request.number("boot");
  order.url = request.text("url");
  order.token = request.text("token");
  std::ranges::copy(account.hex("account_id", 16), order.account.bytes.begin());
  order.master_key = account.hex("master_key", 32);
  order.epoch = static_cast<std::uint32_t>(account.number("epoch"));
  return order;
}

}  // namespace dp::kit
