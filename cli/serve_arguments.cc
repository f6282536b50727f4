#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "conformance/broken/server/broken_servers.h"
#include "conformance/hosts/serve.h"

namespace dp::cli {

Command add_serve(CLI::App& app, const Invocation&) {
  auto options = std::make_shared<hosts::ServeOptions>();
  CLI::App* serve = app.add_subcommand("serve", "Run the reference server");
  serve->footer(
      "Examples:\n"
      "  draftproof serve --data ./server --add-account alice   make an account, print its token\n"
      "  draftproof serve --data ./server                       serve it on 127.0.0.1:7320\n"
      "\n"
      "Exit codes: 0 stopped by SIGTERM or SIGINT with everything stored; 2 usage or a bad\n"
      "setting; 3 an address, folder or database that could not be used, or something unstored.\n"
      "\n" +
      hosts::describe_serve_settings());
  serve->add_option("--data", options->data_dir, "Folder of the database; made if it is missing")
      ->type_name("DIR");
  serve->add_option("--listen", options->listen, "Address; port 0 is any that is free")
      ->type_name("HOST:PORT");
  serve
      ->add_option("--profile", options->profile_file,
                   "Accounts, tokens and limits; profile.json of the data folder if not said")
      ->type_name("FILE");
  CLI::Option* certificate =
      serve->add_option("--certificate", options->certificate_file, "PEM chain; serve TLS")
          ->type_name("FILE");
  CLI::Option* key = serve->add_option("--key", options->key_file, "PEM key of the certificate")
                         ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  serve
      ->add_option("--add-account", options->add_account,
                   "Add an account to the profile, print its token, and end")
      ->type_name("NAME");
  serve->add_flag("--quiet", options->quiet, "No log on standard error");
  // Hidden: for judging the suite that judges servers.
  serve
      ->add_option_function<std::string>(
          "--break",
          [options](const std::string& name) {
            const conformance::BrokenServer* found = conformance::find_broken_server(name);
            if (found == nullptr) throw CLI::ValidationError("--break", "no such switch: " + name);
            options->alteration = found->make();
          })
      ->group("");
  return {serve, [options] { return hosts::serve(*options); }};
}

}  // namespace dp::cli
