// Addresses of servers: ws://host[:port][/path] and wss://, and HOST:PORT to listen on.
//
// Guarantees: total; one spelling of a port; IPv6 hosts in brackets. A query is refused in a
// server's address, because that is where tokens leak from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dp::net {

struct Url {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string path = "/";
  bool operator==(const Url&) const = default;
};
std::optional<Url> parse_url(std::string_view text);

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};
// "127.0.0.1:8080", "[::1]:0", "localhost:0".
std::optional<Endpoint> parse_endpoint(std::string_view text);

// host:port as it stands in a URL.
std::string authority_of(const std::string& host, std::uint16_t port);

}  // namespace dp::net
