// `draftproof device`: the reference client as a program for a terminal or a script.
//
// The store folder holds the sealed rows and key.json, the wrapped master key. Keys and the
// password live in locked memory; a system that does not let us lock it is refused (SEC-46).
// Exit: 0; 2 for a bad argument, password, key file or order; 3 if memory cannot be locked, the
// store cannot be had, or something could not be saved; 4 if a `wait` was in vain.
#pragma once

#include <string>

#include "sim/report/exit_code.h"

namespace dp::hosts {

struct DeviceOptions {
  std::string url;      // "" is DRAFTPROOF_URL
  std::string account;  // name or id; needed to create a key
  std::string token;    // "" is that of token_file, then DRAFTPROOF_TOKEN
  std::string token_file;
  std::string store_dir;
  std::string password_file;  // "": asked on the terminal
  std::string key_file;       // take the account's key from there
  std::string export_key;     // write it there, and end
  std::string ca_file;
  bool create_key = false;
  bool token_as_protocol = false;
  bool test_kdf = false;
  bool batch = false;
  bool offline = false;
  bool log = false;
  bool aes = false;
  int debounce_ms = 1200;
  int preview_cache_s = 900;
};

sim::ExitCode device(const DeviceOptions& options);
std::string describe_device_orders();

}  // namespace dp::hosts
