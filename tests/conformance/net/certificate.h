// A self-signed certificate and its key as files, made when needed and removed at the end.
#pragma once

#include <string>

namespace dp::net::testing {

class Certificate {
 public:
  explicit Certificate(const std::string& name);  // a host name, or an IPv4 address
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  const std::string& file() const { return file_; }
  const std::string& key_file() const { return key_file_; }

 private:
  std::string file_;
  std::string key_file_;
};

}  // namespace dp::net::testing
