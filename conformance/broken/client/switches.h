// Alterations made of functions, so that a broken client is a few lines.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/kits/cpp/alteration.h"

namespace dp::conformance {

// Each empty function changes nothing. `typed` is the newest text a person typed.
struct Switches {
  std::function<void(client::Config&)> configure;
  std::function<std::vector<client::Event>(const client::Event&)> hear;
  std::function<void(std::vector<client::Effect>&)> act;
  std::function<std::vector<client::Event>()> afterwards;
  std::function<bool(const client::StoreWrite&)> keeps;
  std::function<std::string(std::string, const std::string&)> url;
  std::function<void(client::View&)> view;
  std::function<std::optional<std::string>(const std::string&, std::string)> reply;
  std::function<std::string(const std::string& typed)> log_prefix;
  std::function<std::string(const std::string& typed)> stray_file;                // its content
  std::function<std::string(std::string frame, const std::string& typed)> frame;  // sent
  std::function<std::string(std::string frame)> heard_frame;
  std::function<void(Draw, std::span<std::uint8_t>)> draw;  // after the honest draw
  std::function<void(crypto::SealRequest&, Bytes& padded)> seal;
  bool fixed_nonces = false;
  std::function<void(crypto::OpenRequest&, ByteView envelope)> open;
};

std::unique_ptr<kit::Alteration> altered(Switches switches);

}  // namespace dp::conformance
