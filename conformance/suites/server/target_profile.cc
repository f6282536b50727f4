#include "conformance/hosts/profile.h"
#include "conformance/suites/server/suite.h"
#include "core/crypto/sha256_hasher.h"

namespace dp::conformance {

Result<TargetProfile> read_target_profile(const std::string& file, std::string_view text) {
  const auto profile = hosts::read_profile(file, text, crypto::Sha256Hasher());
  if (!profile) {
    const sim::Problem& why = profile.error();
    return fail(Fault::caller, "bad_profile",
                why.file + ":" + std::to_string(why.at.line) + ":" + std::to_string(why.at.column) +
                    ": " + why.message);
  }
  TargetProfile out;
  for (const hosts::ProfileAccount& one : profile->accounts) {
    if (one.tokens.empty()) continue;
    out.accounts.push_back({.name = one.name,
                            .field = one.dialect == hosts::AccountDialect::field,
                            .tokens = one.tokens,
                            .unanswered_tokens = one.unanswered_tokens});
  }
  for (const auto& [name, value] : profile->limits) {
    if (value.is(sim::Value::Kind::integer)) out.limits[name] = value.integer;
  }
  if (out.accounts.empty()) {
    return fail(Fault::caller, "bad_profile", file + ": no account has a token");
  }
  return out;
}

}  // namespace dp::conformance
