#include "conformance/hosts/profile.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/vocabulary/bytes.h"
#include "sim/scenario/suggestion.h"

namespace dp::hosts {
namespace {

using sim::Member;
using sim::Problem;
using sim::Value;
using Outcome = std::expected<void, Problem>;

constexpr std::string_view kFormat = "draftproof-profile/1";
constexpr std::string_view kIdLabel = "draftproof-account/1";
constexpr std::size_t kNameCharsMax = 64;
constexpr std::size_t kIdHexChars = 32;

class Reader {
 public:
  Reader(std::string_view file, const crypto::Hasher& hasher) : file_(file), hasher_(hasher) {}

  Outcome read(const Value& root, Profile& profile) {
    static constexpr std::array<std::string_view, 4> kKeys = {"format", "accounts", "limits",
                                                              "features"};
    if (Outcome ok = keys(root, kKeys); !ok) return ok;
    if (const Value* format = root.find("format"); format != nullptr && format->text != kFormat) {
      return wrong(format->at, "this program reads \"" + std::string(kFormat) + "\"");
    }
    const Value* accounts = root.find("accounts");
    if (accounts == nullptr || !accounts->is(Value::Kind::array)) {
      return wrong(root.at, "\"accounts\" must be a list of accounts");
    }
    for (const Value& value : accounts->items) {
      profile.accounts.emplace_back();
      if (Outcome ok = account(value, profile.accounts.back()); !ok) return ok;
    }
    const Value* limits = root.find("limits");
    if (limits == nullptr) return {};
    if (!limits->is(Value::Kind::object)) return wrong(limits->at, "\"limits\" must be an object");
    for (const Member& member : limits->members) profile.limits.emplace(member.key, member.value);
    return {};
  }

 private:
  std::unexpected<Problem> wrong(sim::Position at, std::string message) const {
    return std::unexpected(Problem{std::string(file_), at, std::move(message)});
  }

  Outcome keys(const Value& value, std::span<const std::string_view> known) const {
    if (!value.is(Value::Kind::object)) return wrong(value.at, "an object was expected here");
    for (const Member& member : value.members) {
      if (std::ranges::find(known, member.key) != known.end()) continue;
      return wrong(member.at,
                   "unknown key \"" + member.key + "\"" + sim::suggestion(member.key, known));
    }
    return {};
  }

  Outcome account(const Value& value, ProfileAccount& account) {
    static constexpr std::array<std::string_view, 5> kKeys = {"name", "id", "dialect", "tokens",
                                                              "unanswered_tokens"};
    if (Outcome ok = keys(value, kKeys); !ok) return ok;
    const Value* name = value.find("name");
    if (name == nullptr || !is_account_name(name->text)) {
      return wrong(name == nullptr ? value.at : name->at,
                   "an account has a \"name\" of 1 to 64 letters, digits, _ and - that does not "
                   "look like an id");
    }
    account.name = name->text;
    account.id = account_id_of(name->text, hasher_);
    if (const Value* id = value.find("id")) {
      const auto bytes = hex_decode(id->text);
      if (!bytes || bytes->size() != account.id.bytes.size()) {
        return wrong(id->at, "\"id\" must be 32 lowercase hexadecimal digits");
      }
      std::ranges::copy(*bytes, account.id.bytes.begin());
    }
    if (!names_.insert(account.name).second || !ids_.insert(account.id).second) {
      return wrong(name->at, "the account \"" + account.name + "\" is there twice");
    }
    if (const Value* dialect = value.find("dialect")) {
      if (dialect->text != "sealed" && dialect->text != "field") {
        return wrong(dialect->at, "\"dialect\" must be \"sealed\" or \"field\"");
      }
      if (dialect->text == "field") account.dialect = AccountDialect::field;
    }
    if (Outcome ok = tokens(value.find("tokens"), account.tokens); !ok) return ok;
    return tokens(value.find("unanswered_tokens"), account.unanswered_tokens);
  }

  Outcome tokens(const Value* list, std::vector<std::string>& out) {
    if (list == nullptr) return {};
    if (!list->is(Value::Kind::array)) return wrong(list->at, "tokens must be a list of texts");
    for (const Value& token : list->items) {
      // What is wrong with a token is said without repeating it.
      if (!is_token(token.text)) {
        return wrong(token.at, "a token has 1 to 512 characters of A-Z a-z 0-9 - . _ ~");
      }
      if (!tokens_.insert(token.text).second) return wrong(token.at, "this token is there twice");
      out.push_back(token.text);
    }
    return {};
  }

  std::string_view file_;
  const crypto::Hasher& hasher_;
  std::set<std::string> names_;
  std::set<AccountId> ids_;
  std::set<std::string> tokens_;
};

bool is_id(std::string_view text) {
  return text.size() == kIdHexChars && hex_decode(text).has_value();
}

bool all_are(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [others](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_account_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameCharsMax && all_are(text, "_-") && !is_id(text);
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kTokenCharsMax && all_are(text, "-._~");
}

AccountId account_id_of(std::string_view name, const crypto::Hasher& hasher) {
  std::string labelled(kIdLabel);
  labelled += '\0';
  labelled += name;
  const Hash32 hash = hasher.sha256(as_bytes(labelled));
  AccountId id;
  std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

AccountId account_id_from(std::string_view text, const crypto::Hasher& hasher) {
  if (!is_id(text)) return account_id_of(text, hasher);
  const auto bytes = hex_decode(text);
  AccountId id;
  std::ranges::copy(*bytes, id.bytes.begin());
  return id;
}

std::expected<Profile, Problem> read_profile(std::string_view file, std::string_view bytes,
                                             const crypto::Hasher& hasher) {
  const auto root = sim::read_document(file, bytes);
  if (!root) return std::unexpected(root.error());
  Profile profile;
  if (Outcome ok = Reader(file, hasher).read(*root, profile); !ok) {
    return std::unexpected(ok.error());
  }
  return profile;
}

std::expected<std::string, Problem> with_account(std::string_view file, std::string_view before,
                                                 const std::string& name, const std::string& token,
                                                 const crypto::Hasher& hasher) {
  const std::string account =
      R"({"name": ")" + name + R"(", "tokens": [")" + token + R"("], "dialect": "sealed"})";
  std::string after = "{\n  \"format\": \"" + std::string(kFormat) + "\",\n  \"accounts\": [\n";
  std::string rest;
  if (!before.empty()) {
    const auto root = sim::read_document(file, before);
    if (!root) return std::unexpected(root.error());
    if (const auto checked = read_profile(file, before, hasher); !checked) {
      return std::unexpected(checked.error());
    }
    for (const Value& one : root->find("accounts")->items) after += "    " + to_json(one) + ",\n";
    for (const Member& member : root->members) {
      if (member.key == "format" || member.key == "accounts") continue;
      rest += ",\n  " + sim::json_quoted(member.key) + ": " + to_json(member.value);
    }
  }
  after += "    " + account + "\n  ]" + rest + "\n}\n";
  if (const auto checked = read_profile(file, after, hasher); !checked) {
    return std::unexpected(checked.error());
  }
  return after;
}

}  // namespace dp::hosts
