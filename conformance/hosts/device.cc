#include "conformance/hosts/device.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "conformance/hosts/conversation.h"
#include "conformance/hosts/device_keys.h"
#include "conformance/hosts/files.h"
#include "conformance/hosts/profile.h"
#include "core/crypto/sha256_hasher.h"

namespace dp::hosts {
namespace {

using sim::ExitCode;

constexpr std::size_t kLineBytesMax = 1u << 20;
constexpr std::size_t kTokenFileBytesMax = 4096;
constexpr std::int64_t kMaxDraftCharsMin = 5'664;
constexpr std::int64_t kMaxDraftCharsMax = 1 << 20;

std::unexpected<Error> bad(std::string sentence) {
  return fail(Fault::caller, "bad_argument", std::move(sentence));
}

ExitCode complain(const Error& error) {
  std::fprintf(stderr, "draftproof device: %s\n",
               error.detail.empty() ? error.code.c_str() : error.detail.c_str());
  return error.fault == Fault::caller ? ExitCode::bad_input : ExitCode::broken;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Keys and typed text leave this process in no core dump and to no debugger of another user.
void forbid_core_dumps() {
  const ::rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

Result<net::ClientOptions> socket_options(const DeviceOptions& options) {
  net::ClientOptions socket;
  socket.url = options.url.empty() ? environment("DRAFTPROOF_URL") : options.url;
  if (socket.url.empty()) return bad("say where the server is: --url ws://HOST:PORT");
  if (!net::check_url(socket.url)) {
    return bad("\"" + socket.url + "\" is no address: ws://HOST[:PORT][/PATH] or wss:// expected");
  }
  socket.token = options.token;
  if (socket.token.empty() && !options.token_file.empty()) {
    Result<std::string> token = read_file(options.token_file, kTokenFileBytesMax);
    if (!token) return bad(token.error().detail);
    socket.token = token->substr(0, token->find_first_of("\r\n"));
  }
  if (socket.token.empty()) socket.token = environment("DRAFTPROOF_TOKEN");
  if (!is_token(socket.token)) {
    return bad("a token of letters, digits, - . _ ~ is needed: --token-file or DRAFTPROOF_TOKEN");
  }
  socket.token_as_protocol = options.token_as_protocol;
  socket.ca_file = options.ca_file;
  return socket;
}

Result<client::Config> client_config(const DeviceOptions& options, const AccountId& account) {
  client::Config config;
  config.account = account;
  if (options.aes) config.suite = crypto::Suite::aes256_gcm;
  config.debounce_us = options.debounce_ms * kMillisecond;
  config.preview_cache_us = options.preview_cache_s * kSecond;
  const std::string limit = environment("MAX_DRAFT_CHARS");
  if (limit.empty()) return config;
  std::int64_t chars = 0;
  const char* end = limit.data() + limit.size();
  const auto [stop, error] = std::from_chars(limit.data(), end, chars);
  if (error != std::errc() || stop != end || chars < kMaxDraftCharsMin ||
      chars > kMaxDraftCharsMax) {
    return bad("MAX_DRAFT_CHARS must be a whole number from 5664 to 1048576");
  }
  config.max_draft_chars = static_cast<std::size_t>(chars);
  return config;
}

KeyWish key_wish(const DeviceOptions& options) {
  KeyWish wish;
  wish.store_dir = options.store_dir;
  wish.import_file = options.key_file;
  wish.password_file = options.password_file;
  wish.create = options.create_key;
  if (!options.account.empty()) {
    wish.account = account_id_from(options.account, crypto::Sha256Hasher());
  }
  if (options.test_kdf) {
    std::fprintf(stderr,
                 "draftproof device: WARNING: --insecure-test-kdf makes passwords cheap to guess. "
                 "It is for tests only; do not type anything here that matters.\n");
    wish.policy = crypto::KdfPolicy::simulation();
  }
  return wish;
}

// The wrapped key leaves the store as it is: it needs no password to be copied.
ExitCode export_key(const DeviceOptions& options) {
  const Result<std::string> bytes = read_file(key_path(options.store_dir), kKeyFileBytesMax);
  if (!bytes) return complain(Error{Fault::caller, "", bytes.error().detail});
  const auto written = write_durably(options.export_key, *bytes);
  if (!written) return complain(written.error());
  return ExitCode::all_hold;
}

ExitCode converse(const DeviceOptions& options, DeviceParts parts) {
  net::Loop loop;
  ExitCode code = ExitCode::all_hold;
  std::signal(SIGPIPE, SIG_IGN);
  const auto voice = options.batch ? voice_for_programs() : voice_for_people();
  Conversation conversation(loop, *voice);
  DeviceHost host(loop, std::move(parts), conversation.ears());
  if (const Result<void> started = host.start(); !started) return complain(started.error());
  conversation.begin(host, [&loop, &code](ExitCode end) {
    code = end;
    loop.stop();
  });
  loop.on_signals({SIGTERM, SIGINT}, [&conversation](int) { conversation.quit(); });
  loop.read_lines(
      STDIN_FILENO, kLineBytesMax,
      [&conversation](const std::optional<std::string>& line) { conversation.take(line); });
  loop.run();
  // What could not be said is not known to whoever asked.
  return std::ferror(stdout) != 0 ? ExitCode::broken : code;
}

}  // namespace

ExitCode device(const DeviceOptions& options) {
  if (options.store_dir.empty()) {
    return complain(Error{Fault::caller, "", "say where drafts are to be kept: --store DIR"});
  }
  if (!options.export_key.empty()) return export_key(options);
  forbid_core_dumps();
  const Result<net::ClientOptions> socket = socket_options(options);
  if (!socket) return complain(socket.error());
  const Result<OwnedFolder> folder = OwnedFolder::take(options.store_dir);
  if (!folder) return complain(folder.error());
  Result<UnlockedDevice> unlocked = unlock_device(key_wish(options));
  if (!unlocked) return complain(unlocked.error());
  const Result<client::Config> config = client_config(options, unlocked->account);
  if (!config) return complain(config.error());
  Result<DeviceStore> store = DeviceStore::open(folder->path() / "store.sqlite3");
  if (!store) return complain(store.error());
  return converse(options,
                  {*config, *socket, std::move(*store), std::move(unlocked->cipher), unlocked->key,
                   StructuredLog(options.log ? stderr : nullptr), !options.offline});
}

std::string describe_device_orders() {
  return "Commands, one a line:\n" + orders_help();
}

}  // namespace dp::hosts
