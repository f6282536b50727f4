#include "conformance/suites/server/lobby.h"

#include <algorithm>

#include "core/crypto/sha256_hasher.h"
#include "core/vocabulary/bytes.h"

namespace dp::conformance {
namespace {

constexpr std::size_t kTokenChars = 32;

// Tokens are drawn, so that finding one in a log means something.
std::string token_of(std::uint64_t seed, const std::string& name) {
  const std::string label = "token " + std::to_string(seed) + " " + name;
  return hex_encode(crypto::Sha256Hasher().sha256(as_bytes(label))).substr(0, kTokenChars);
}

std::vector<SubjectAccount> accounts_of(std::uint64_t seed, std::size_t ordinal) {
  const std::string number = std::to_string(ordinal);
  std::vector<SubjectAccount> out;
  for (const char* kind : {"own", "other", "field"}) {
    const std::string name = kind + number;
    SubjectAccount one{.name = name,
                       .field = kind == std::string_view("field"),
                       .tokens = {},
                       .unanswered_tokens = {}};
    one.tokens = {token_of(seed, name), token_of(seed, name + " again")};
    one.unanswered_tokens = {token_of(seed, name + " unanswered")};
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<SubjectAccount> of_dialect(const std::vector<SubjectAccount>& all, bool field) {
  std::vector<SubjectAccount> out;
  std::ranges::copy_if(all, std::back_inserter(out),
                       [field](const SubjectAccount& one) { return one.field == field; });
  return out;
}

}  // namespace

Lobby::Lobby(LobbyOrder order, std::size_t cases) : order_(std::move(order)) {
  if (!starts_programs()) return;
  for (std::size_t i = 0; i < cases; ++i) accounts_.push_back(accounts_of(order_.seed, i));
}

SubjectOrder Lobby::subject_order(std::string name, SubjectLimits limits,
                                  std::vector<SubjectAccount> accounts) const {
  SubjectOrder order;
  order.command = order_.command;
  order.url = order_.url;
  order.ca_file = order_.ca_file;
  order.folder = order_.folder / std::move(name);
  order.accounts = std::move(accounts);
  order.limits = starts_programs() ? std::move(limits) : order_.profile_limits;
  order.ready_within = order_.ready_within;
  order.stop = order_.stop;
  return order;
}

Result<std::shared_ptr<Subject>> Lobby::shared(const SubjectLimits& limits) {
  const SubjectLimits key = starts_programs() ? limits : SubjectLimits{};
  Entry* entry = nullptr;
  {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Entry>& place = entries_[key];
    if (!place) place = std::make_unique<Entry>();
    entry = place.get();
  }
  const std::lock_guard lock(entry->mutex);
  if (entry->refusal) return std::unexpected(*entry->refusal);
  if (entry->subject && entry->subject->alive()) return entry->subject;
  if (entry->subject) ++deaths_;
  std::vector<SubjectAccount> accounts;
  for (const auto& some : accounts_) accounts.insert(accounts.end(), some.begin(), some.end());
  auto started = Subject::start(
      subject_order("shared-" + std::to_string(++started_), key, std::move(accounts)));
  if (!started) {
    entry->refusal = started.error();
    return std::unexpected(started.error());
  }
  entry->subject = std::move(*started);
  return entry->subject;
}

Result<std::shared_ptr<Subject>> Lobby::own(const ServerCase& one, std::size_t ordinal) {
  auto started = Subject::start(
      subject_order("own-" + std::to_string(++started_), one.limits, accounts_.at(ordinal)));
  if (!started) return std::unexpected(started.error());
  return std::shared_ptr<Subject>(std::move(*started));
}

std::vector<SubjectAccount> Lobby::accounts(std::size_t ordinal, std::size_t worker) const {
  if (starts_programs()) return accounts_.at(ordinal);
  const auto sealed = of_dialect(order_.profile_accounts, false);
  const auto field = of_dialect(order_.profile_accounts, true);
  std::vector<SubjectAccount> out;
  for (std::size_t i = 2 * worker; i < std::min(2 * worker + 2, sealed.size()); ++i) {
    out.push_back(sealed[i]);
  }
  if (worker < field.size()) out.push_back(field[worker]);
  return out;
}

std::size_t Lobby::workers_max() const {
  if (starts_programs()) return accounts_.size();
  const std::size_t pairs = of_dialect(order_.profile_accounts, false).size() / 2;
  const std::size_t fields = of_dialect(order_.profile_accounts, true).size();
  return std::max<std::size_t>(1, fields == 0 ? pairs : std::min(pairs, fields));
}

std::vector<std::shared_ptr<Subject>> Lobby::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Subject>> out;
  for (const auto& [limits, entry] : entries_) {
    if (entry->subject) out.push_back(entry->subject);
  }
  return out;
}

}  // namespace dp::conformance
