#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "conformance/hosts/device.h"

namespace dp::cli {
namespace {

void declare_keys(CLI::App& device, hosts::DeviceOptions& options) {
  device
      .add_option("--password-file", options.password_file,
                  "First line of the file is the password; asked on the terminal if not said")
      ->type_name("FILE");
  CLI::Option* create =
      device.add_flag("--create-key", options.create_key, "Make the account's key: first device");
  device
      .add_option("--key-file", options.key_file,
                  "Take the account's key from a file that another device exported")
      ->type_name("FILE")
      ->excludes(create);
  device
      .add_option("--export-key", options.export_key,
                  "Write the key, as the password wraps it, for another device, and end")
      ->type_name("FILE");
  device.add_flag("--insecure-test-kdf", options.test_kdf,
                  "FOR TESTS ONLY: a password cost that anybody can afford to guess against");
}

void declare_server(CLI::App& device, hosts::DeviceOptions& options) {
  device.add_option("--url", options.url, "Server, ws:// or wss://; else DRAFTPROOF_URL")
      ->type_name("URL");
  device
      .add_option("--account", options.account,
                  "Whose drafts: a name or 32 hexadecimal digits; needed to make a key")
      ->type_name("NAME");
  device
      .add_option("--token", options.token,
                  "Shown to the server; other users of this machine can read it here")
      ->type_name("TOKEN");
  device
      .add_option("--token-file", options.token_file,
                  "First line of the file is the token; else DRAFTPROOF_TOKEN")
      ->type_name("FILE");
  device.add_flag("--token-as-protocol", options.token_as_protocol,
                  "Show the token as browsers do, in Sec-WebSocket-Protocol");
  device.add_option("--ca", options.ca_file, "Trust this PEM authority instead of the system's")
      ->type_name("FILE");
}

}  // namespace

Command add_device(CLI::App& app, const Invocation&) {
  constexpr int kDebounceMsMax = 60'000;
  constexpr int kPreviewSecondsMax = 86'400;
  auto options = std::make_shared<hosts::DeviceOptions>();
  CLI::App* device = app.add_subcommand("device", "Run the reference client in this terminal");
  device->footer(
      "Examples:\n"
      "  draftproof device --store phone --url ws://127.0.0.1:7320 --account alice --create-key\n"
      "  draftproof device --store phone --export-key alice.key\n"
      "  draftproof device --store laptop --url ws://127.0.0.1:7320 --key-file alice.key\n"
      "\n"
      "Exit codes: 0 good; 2 usage, a bad setting or an order that cannot be; 3 a store that\n"
      "could not be used, or something unsaved at the end; 4 a wait that left something open.\n"
      "\n" +
      hosts::describe_device_orders());
  device->add_option("--store", options->store_dir, "Folder of this device; made if it is missing")
      ->type_name("DIR");
  declare_server(*device, *options);
  declare_keys(*device, *options);
  device->add_flag("--batch", options->batch, "Say everything as JSON, one object a line");
  device->add_flag("--offline", options->offline, "Begin without a network");
  device->add_flag("--log", options->log, "Log on standard error");
  device->add_flag("--aes", options->aes, "Seal with AES-256-GCM instead of XChaCha20-Poly1305");
  device->add_option("--debounce-ms", options->debounce_ms, "Pause that ends in a save; 1200")
      ->type_name("N")
      ->check(CLI::Range(0, kDebounceMsMax));
  device
      ->add_option("--preview-cache-s", options->preview_cache_s,
                   "Life of a decrypted preview; 900")
      ->type_name("N")
      ->check(CLI::Range(0, kPreviewSecondsMax));
  return {device, [options] { return hosts::device(*options); }};
}

}  // namespace dp::cli
