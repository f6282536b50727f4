#include "cli/conform_client_url.h"

#include <fmt/format.h>

#include "cli/conform_reports.h"
#include "cli/interrupt.h"
#include "conformance/hosts/files.h"
#include "conformance/hosts/key_file.h"
#include "conformance/hosts/system_random.h"
#include "conformance/net/url.h"
#include "conformance/suites/client/url_only.h"

namespace dp::cli {
namespace {

// The account is made for this run and holds nothing, so its password may be known to everybody.
constexpr std::string_view kPassword = "draftproof";

Result<void> write_key_file(const conformance::Vault& vault, const std::string& path) {
  const auto proof = crypto::initialise();
  if (!proof) return std::unexpected(proof.error());
  const auto policy = crypto::KdfPolicy::production();
  auto cipher = crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, policy);
  if (!cipher) return std::unexpected(cipher.error());
  const auto key = cipher->add_account(crypto::KeyView(vault.master_key()), 1);
  if (!key) return std::unexpected(key.error());
  hosts::SystemRandom random;
  hosts::KeyFile file;
  file.account = vault.account();
  file.params = policy.cheapest(random.bytes16(Draw::key_material));
  auto wrapped = cipher->wrap_master_key(*key, file.account, {kPassword, file.params}, random);
  if (!wrapped) return std::unexpected(wrapped.error());
  file.wrapped_key = std::move(*wrapped);
  return hosts::write_durably(path, hosts::key_file_text(file));
}

}  // namespace

Result<conformance::SuiteResult> judge_client_by_url(const ConformClientOptions& options) {
  const auto endpoint = net::parse_endpoint(options.listen);
  if (!endpoint) return fail(Fault::caller, "bad_address", options.listen + " is no HOST:PORT");
  conformance::UrlOnlyOptions judging;
  judging.listen.host = endpoint->host;
  judging.listen.port = endpoint->port;
  judging.seed = options.seed;
  judging.time = std::chrono::seconds(options.seconds);
  judging.stop = interrupted;
  Result<void> written;
  judging.on_ready = [&](const conformance::Invitation& one, const conformance::Vault& vault) {
    if (!options.key_file.empty()) written = write_key_file(vault, options.key_file);
    std::FILE* out = options.reports->to_stdout() ? stderr : stdout;
    fmt::print(out, "{{\"ready\":true,\"url\":\"{}\",\"token\":\"{}\",\"account\":{}", one.url,
               one.token, one.account_json);
    if (!options.key_file.empty()) fmt::print(out, ",\"password\":\"{}\"", kPassword);
    fmt::print(out, ",\"seconds\":{}}}\n", options.seconds);
    std::fflush(out);
  };
  auto result = conformance::judge_by_url(judging);
  if (result && !written) return std::unexpected(written.error());
  return result;
}

}  // namespace dp::cli
