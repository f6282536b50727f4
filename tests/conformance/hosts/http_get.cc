#include "tests/conformance/hosts/http_get.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

namespace dp::hosts::testing {

std::string http_get(const std::string& port, const std::string& target) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<::sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    [[maybe_unused]] const auto sent = ::write(socket, request.data(), request.size());
    char bytes[4096];
    for (::ssize_t count = 0; (count = ::read(socket, bytes, sizeof bytes)) > 0;) {
      answer.append(bytes, static_cast<std::size_t>(count));
    }
  }
  ::close(socket);
  return answer;
}

void await_health(const std::string& port, const std::string& words) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string answer;
  while (std::chrono::steady_clock::now() < give_up) {
    answer = http_get(port, "/health");
    if (answer.find(words) != std::string::npos) return;
  }
  ADD_FAILURE() << "the server's health never had " << words << ", at last:\n" << answer;
}

}  // namespace dp::hosts::testing
