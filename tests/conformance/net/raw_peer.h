// A client that sends bytes, not WebSocket: for what no library would send.
#pragma once

#include <string>

namespace dp::net {

class RawPeer {
 public:
  explicit RawPeer(const std::string& port);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void send(const std::string& bytes);
  const std::string& receive();  // what has come so far; does not wait
  const std::string& received() const { return received_; }
  bool is_over() const { return is_over_; }

  static std::string upgrade();
  static std::string frame(unsigned char first, const std::string& payload);  // short, masked

 private:
  int socket_;
  std::string received_;
  bool is_over_ = false;
};

}  // namespace dp::net
