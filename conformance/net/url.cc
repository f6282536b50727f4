#include "conformance/net/url.h"

#include <algorithm>
#include <cctype>

namespace dp::net {
namespace {

constexpr std::size_t kHostCharsMax = 253;
constexpr std::uint32_t kPortMax = 65535;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  std::uint32_t port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port > kPortMax) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

bool is_host(std::string_view host, bool bracketed) {
  if (host.empty() || host.size() > kHostCharsMax) return false;
  return std::ranges::all_of(host, [bracketed](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (bracketed) return std::isxdigit(byte) != 0 || c == ':' || c == '.' || c == '%';
    return std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_';
  });
}

// The host in front of `text`, and what follows it.
struct HostAndRest {
  std::string host;
  std::string_view rest;
};
std::optional<HostAndRest> split_host(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find_first_of(":/");
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  const std::string_view host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  if (!is_host(host, bracketed)) return std::nullopt;
  if (bracketed && host.find(':') == std::string_view::npos) return std::nullopt;
  if (end == std::string_view::npos) return HostAndRest{std::string(host), {}};
  return HostAndRest{std::string(host), text.substr(bracketed ? end + 1 : end)};
}

bool is_path(std::string_view path) {
  return path.starts_with('/') && std::ranges::all_of(path, [](char c) {
           return c > ' ' && c < 0x7f && c != '?' && c != '#';
         });
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("wss://")) {
    url.tls = true;
    text.remove_prefix(6);
  } else if (text.starts_with("ws://")) {
    text.remove_prefix(5);
  } else {
    return std::nullopt;
  }
  const std::optional<HostAndRest> split = split_host(text);
  if (!split) return std::nullopt;
  url.host = split->host;
  url.port = url.tls ? 443 : 80;
  std::string_view rest = split->rest;
  if (rest.starts_with(':')) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::optional<std::uint16_t> port = parse_port(rest.substr(1, slash - 1));
    if (!port || *port == 0) return std::nullopt;
    url.port = *port;
    rest.remove_prefix(slash);
  }
  if (rest.empty()) return url;
  if (!is_path(rest)) return std::nullopt;
  url.path = std::string(rest);
  return url;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::optional<HostAndRest> split = split_host(text);
  if (!split || !split->rest.starts_with(':')) return std::nullopt;
  const std::optional<std::uint16_t> port = parse_port(split->rest.substr(1));
  if (!port) return std::nullopt;
  return Endpoint{split->host, *port};
}

std::string authority_of(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace dp::net
