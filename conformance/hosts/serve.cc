#include "conformance/hosts/serve.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "conformance/hosts/files.h"
#include "conformance/hosts/server_host.h"
#include "conformance/hosts/server_limits.h"
#include "conformance/net/url.h"

namespace dp::hosts {
namespace {

using sim::ExitCode;

constexpr Micros kStopDeadlineUs = 10 * kSecond;
constexpr const char* kDefaultListen = "127.0.0.1:7320";
constexpr std::size_t kTokenBytes = 24;

ExitCode complain(const std::string& sentence, ExitCode code = ExitCode::bad_input) {
  std::fprintf(stderr, "draftproof serve: %s\n", sentence.c_str());
  return code;
}

ExitCode complain(const Error& error) {
  const bool theirs = error.fault == Fault::caller;
  return complain(error.detail, theirs ? ExitCode::bad_input : ExitCode::broken);
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string said(const std::string& argument, const char* variable, const std::string& otherwise) {
  return argument.empty() ? environment(variable).value_or(otherwise) : argument;
}

std::string fresh_token() {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  SystemRandom().fill(Draw::key_material, bytes);
  return hex_encode(bytes);
}

ExitCode add_account(const std::filesystem::path& file, const std::string& name) {
  if (!is_account_name(name)) {
    return complain("an account's name has 1 to 64 letters, digits, _ and -");
  }
  std::string before;
  if (std::filesystem::exists(file)) {
    const Result<std::string> read = read_file(file, kProfileBytesMax);
    if (!read) return complain(read.error());
    before = *read;
  }
  const std::string token = fresh_token();
  const auto after = with_account(file.string(), before, name, token, crypto::Sha256Hasher());
  if (!after) return complain(after.error().text());
  if (const auto written = write_durably(file, *after); !written) return complain(written.error());
  std::printf("{\"account\":\"%s\",\"token\":\"%s\"}\n", name.c_str(), token.c_str());
  return std::fflush(stdout) == 0 ? ExitCode::all_hold : ExitCode::broken;
}

struct Program {
  net::Loop loop;
  ExitCode code = ExitCode::all_hold;
};

std::string ready_line(const ServerHost& host, ServerAlteration* alteration) {
  std::string line = "{\"ready\":true,\"url\":\"" + host.url() + "\"}\n";
  return alteration ? alteration->ready_line(std::move(line)) : line;
}

// Once is a request to stop, twice is an order.
void stop_on_signals(Program& program, ServerHost& host, const StructuredLog& log) {
  auto asked = std::make_shared<bool>(false);
  program.loop.on_signals({SIGTERM, SIGINT}, [&program, &host, log, asked](int) {
    if (std::exchange(*asked, true)) {
      log.line("stopped at once");
      program.code = ExitCode::broken;
      program.loop.stop();
      return;
    }
    log.line("stopping");
    host.stop(kStopDeadlineUs, [&program, log](ServerHost::End end) {
      const bool clean = end == ServerHost::End::clean;
      log.line(clean ? "stopped" : "stopped before everything was done");
      program.code = clean ? ExitCode::all_hold : ExitCode::broken;
      program.loop.stop();
    });
  });
}

ExitCode run(ServerHostParts parts) {
  const StructuredLog log = parts.log;
  const std::shared_ptr<ServerAlteration> alteration = parts.alteration;
  Program program;
  std::signal(SIGPIPE, SIG_IGN);
  ServerHost host(program.loop, std::move(parts));
  if (const Result<void> listening = host.listen(); !listening) return complain(listening.error());
  stop_on_signals(program, host, log);
  log.line("ready", {host.url()});
  std::fputs(ready_line(host, alteration.get()).c_str(), stdout);
  if (std::fflush(stdout) != 0) return complain("cannot say that it is ready", ExitCode::broken);
  program.loop.run();
  return program.code;
}

ExitCode serve_as_it_is(const ServeOptions& options) {
  const std::string data_dir = said(options.data_dir, "DRAFTPROOF_DATA_DIR", "");
  if (data_dir.empty()) {
    return complain("say where the data is to be kept: --data DIR, or DRAFTPROOF_DATA_DIR");
  }
  Result<OwnedFolder> folder = OwnedFolder::take(data_dir);
  const std::filesystem::path profile_file =
      said(options.profile_file, "DRAFTPROOF_PROFILE", data_dir + "/profile.json");
  if (!options.add_account.empty()) {
    // A server may be running: the profile is replaced whole, and read again by it.
    if (!folder && folder.error().code != "folder_in_use") return complain(folder.error());
    return add_account(profile_file, options.add_account);
  }
  if (!folder) return complain(folder.error());
  const std::string listen = said(options.listen, "DRAFTPROOF_LISTEN", kDefaultListen);
  const std::optional<net::Endpoint> endpoint = net::parse_endpoint(listen);
  if (!endpoint) {
    return complain("\"" + listen + "\" is no address: --listen or DRAFTPROOF_LISTEN is HOST:PORT");
  }
  const Result<std::string> bytes = read_file(profile_file, kProfileBytesMax);
  if (!bytes) {
    return complain(bytes.error().detail + "; make a profile with: draftproof serve --data " +
                    data_dir + " --add-account NAME");
  }
  const auto profile = read_profile(profile_file.string(), *bytes, crypto::Sha256Hasher());
  if (!profile) return complain(profile.error().text());
  Result<server::Config> config =
      server_config(profile_file.string(), profile->limits, environment);
  ServerAlteration* const alteration = options.alteration.get();
  if (alteration != nullptr) config = alteration->settings(std::move(config));
  if (!config) return complain(config.error());
  if (alteration != nullptr) alteration->starting(folder->path());
  Result<SqliteDatabase> database = SqliteDatabase::open(folder->path() / "server.sqlite3");
  if (!database) return complain(database.error());

  const StructuredLog log(options.quiet ? nullptr : stderr);
  net::ServerOptions sockets;
  sockets.host = endpoint->host;
  sockets.port = endpoint->port;
  sockets.certificate_file = options.certificate_file;
  sockets.key_file = options.key_file;
  if (alteration != nullptr) alteration->sockets(sockets);
  return run({*config, std::move(sockets), std::move(*database),
              Authority(profile_file, *profile, log), log, options.alteration});
}

}  // namespace

ExitCode serve(const ServeOptions& options) {
  const ExitCode code = serve_as_it_is(options);
  if (!options.alteration) return code;
  return static_cast<ExitCode>(options.alteration->ended(number(code)));
}

std::string describe_serve_settings() {
  return "Environment (an option wins over it):\n"
         "  DRAFTPROOF_DATA_DIR, DRAFTPROOF_LISTEN, DRAFTPROOF_PROFILE\n"
         "Limits, in the profile; those in capitals also in the environment:\n" +
         describe_server_limits();
}

}  // namespace dp::hosts
