// Members of a request, read strictly: what is missing or of the wrong type is a Refusal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/kits/cpp/device.h"

namespace dp::kit {

struct Refusal {  // thrown: ends an operation before it changed anything
  std::string code;
  std::string message;
};

class Request {
 public:
  Request() = default;
  explicit Request(Json json) : json_(std::move(json)) {}

  bool has(const char* name) const { return json_.is_object() && json_.contains(name); }
  const Json& member(const char* name) const;
  Request object(const char* name) const;
  std::string text(const char* name) const;
  std::uint64_t number(const char* name) const;
  bool boolean(const char* name) const;
  ChatId chat() const;
  std::string frame() const;  // of conn.frame: text, or the bytes of base64
  Bytes hex(const char* name, std::size_t size) const;

 private:
  Json json_;
};

client::Config config_of(const Request& config);
OpenOrder order_of(const Request& request);
StoreFault fault_of(const Request& request);
std::uint64_t fault_count_of(const Request& request);  // 0 unless the mode is fail_next

}  // namespace dp::kit
