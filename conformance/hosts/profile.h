// The profile: which accounts a server under test has, with their tokens, and its limits.
//
//   {"format": "draftproof-profile/1",
//    "accounts": [{"name": "alice", "tokens": ["..."], "dialect": "sealed"}],
//    "limits": {"MAX_DRAFT_CHARS": 100000, "max_connections_per_account": 50}}
//
// The same file tells the conformance suite what it may expect. docs/hosting.md describes it.
// Guarantees: strict; a mistake is said with file, line and column. Does not: open files.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/cipher.h"
#include "sim/scenario/document.h"

namespace dp::hosts {

enum class AccountDialect : std::uint8_t { sealed, field };

struct ProfileAccount {
  std::string name;
  AccountId id;
  AccountDialect dialect = AccountDialect::sealed;
  std::vector<std::string> tokens;
  std::vector<std::string> unanswered_tokens;  // the authority cannot be asked about these
};

struct Profile {
  std::vector<ProfileAccount> accounts;
  std::map<std::string, sim::Value> limits;  // by name; judged by apply_limits
};

inline constexpr std::size_t kProfileBytesMax = 4u << 20;
inline constexpr std::size_t kTokenCharsMax = 512;

std::expected<Profile, sim::Problem> read_profile(std::string_view file, std::string_view bytes,
                                                  const crypto::Hasher& hasher);

// The id that both sides give an account that states none: from its name.
AccountId account_id_of(std::string_view name, const crypto::Hasher& hasher);
// 32 hexadecimal digits, or a name that an id is made from.
AccountId account_id_from(std::string_view text, const crypto::Hasher& hasher);
bool is_account_name(std::string_view text);
// What may stand in an Authorization header after Bearer.
bool is_token(std::string_view text);

// The profile with one more account, as the text of a file. `before` may be empty.
std::expected<std::string, sim::Problem> with_account(std::string_view file,
                                                      std::string_view before,
                                                      const std::string& name,
                                                      const std::string& token,
                                                      const crypto::Hasher& hasher);

}  // namespace dp::hosts
