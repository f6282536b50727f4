// One server and the devices of one account, as programs on this machine.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/conformance/hosts/living_program.h"

namespace dp::hosts::testing {

inline constexpr const char* kPassword = "correct horse battery staple 4711";

class Household {
 public:
  Household() {
    folder_.write("password", std::string(kPassword) + "\n");
    LivingProgram add({{"serve", "--data", folder_.at("server"), "--add-account", "alice"}});
    token_ = add.expect({{"account", "alice"}}).value("token", "");
    EXPECT_EQ(add.exit_code(), 0);
    folder_.write("token", token_);
  }

  // The first time on a free port, later on the same one.
  void start_server() {
    server_ = std::make_unique<LivingProgram>(Start{
        {"serve", "--data", folder_.at("server"), "--listen", "127.0.0.1:" + port_, "--quiet"}});
    url_ = server_->expect({{"ready", true}}).value("url", "");
    port_ = url_.substr(url_.rfind(':') + 1);
  }
  LivingProgram& server() { return *server_; }

  // The first device makes the account's key; later ones take it from the first.
  std::unique_ptr<LivingProgram> start_device(const std::string& name,
                                              std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"device",
                                          "--batch",
                                          "--store",
                                          folder_.at(name),
                                          "--url",
                                          url_,
                                          "--token-file",
                                          folder_.at("token"),
                                          "--password-file",
                                          folder_.at("password"),
                                          "--debounce-ms",
                                          "50",
                                          "--insecure-test-kdf"};
    if (!std::filesystem::exists(folder_.at(name) + "/key.json")) {
      const std::string exported = folder_.at("alice.key");
      if (std::filesystem::exists(exported)) {
        more.insert(more.end(), {"--key-file", exported});
      } else {
        more.insert(more.end(), {"--account", "alice", "--create-key"});
      }
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto device = std::make_unique<LivingProgram>(Start{arguments});
    device->expect({{"event", "ready"}});
    export_key(name);
    return device;
  }

  std::string at(const std::string& name) const { return folder_.at(name); }
  const Folder& folder() const { return folder_; }
  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }
  const std::string& port() const { return port_; }

 private:
  void export_key(const std::string& name) {
    LivingProgram exporter(
        {{"device", "--store", folder_.at(name), "--export-key", folder_.at("alice.key")}});
    EXPECT_EQ(exporter.exit_code(), 0) << exporter.errors();
  }

  Folder folder_;
  std::string token_;
  std::string url_;
  std::string port_ = "0";
  std::unique_ptr<LivingProgram> server_;
};

}  // namespace dp::hosts::testing
