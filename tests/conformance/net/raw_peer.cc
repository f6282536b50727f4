#include "tests/conformance/net/raw_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace dp::net {

RawPeer::RawPeer(const std::string& port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<::sockaddr*>(&address), sizeof address) != 0) {
    std::abort();
  }
  ::fcntl(socket_, F_SETFL, O_NONBLOCK);
}

RawPeer::~RawPeer() {
  ::close(socket_);
}

void RawPeer::send(const std::string& bytes) {
  if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<::ssize_t>(bytes.size())) {
    std::abort();
  }
}

const std::string& RawPeer::receive() {
  char bytes[4096];
  for (;;) {
    const ::ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return received_;
    if (count <= 0) {
      is_over_ = true;
      return received_;
    }
    received_.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string RawPeer::upgrade() {
  return "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

std::string RawPeer::frame(unsigned char first, const std::string& payload) {
  std::string bytes;
  bytes += static_cast<char>(first);
  bytes += static_cast<char>(0x80 | payload.size());
  bytes += std::string(4, '\0');  // a mask of zeros changes nothing
  return bytes + payload;
}

}  // namespace dp::net
