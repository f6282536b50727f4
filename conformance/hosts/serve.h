// `draftproof serve`: the reference server as a program.
//
// Guarantees: prints {"ready":true,"url":"ws://..."} on standard output once it can be connected
// to; ends with 0 after SIGTERM or SIGINT once everything acknowledged is durable; with 2 for a bad
// setting, profile or certificate, with 3 for a folder or port that cannot be had.
#pragma once

#include <memory>
#include <string>

#include "conformance/hosts/server_alteration.h"
#include "sim/report/exit_code.h"

namespace dp::hosts {

struct ServeOptions {  // "" is what the environment says, or the default
  std::string data_dir;
  std::string listen;
  std::string profile_file;
  std::string certificate_file;
  std::string key_file;
  std::string add_account;  // add it to the profile, print its token, and end
  bool quiet = false;       // no log
  std::shared_ptr<ServerAlteration> alteration = nullptr;  // to be wrong on purpose
};

sim::ExitCode serve(const ServeOptions& options);
std::string describe_serve_settings();

}  // namespace dp::hosts
