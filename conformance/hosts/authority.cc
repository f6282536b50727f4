#include "conformance/hosts/authority.h"

#include <sys/stat.h>

#include "conformance/hosts/files.h"

namespace dp::hosts {

Authority::Authority(std::filesystem::path file, const Profile& profile, StructuredLog log)
    : file_(std::move(file)), log_(log), read_at_(stamp()) {
  adopt(profile);
}

std::optional<Authority::Stamp> Authority::stamp() const {
  struct ::stat found{};
  if (::stat(file_.c_str(), &found) != 0) return std::nullopt;
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  return Stamp{found.st_mtim.tv_sec * kNanosecondsPerSecond + found.st_mtim.tv_nsec,
               static_cast<std::uint64_t>(found.st_size), found.st_ino};
}

void Authority::adopt(const Profile& profile) {
  by_token_.clear();
  for (const ProfileAccount& account : profile.accounts) {
    for (const std::string& token : account.tokens) {
      by_token_[hasher_.sha256(as_bytes(token))] = {account.id, true};
    }
    for (const std::string& token : account.unanswered_tokens) {
      by_token_[hasher_.sha256(as_bytes(token))] = {account.id, false};
    }
  }
}

bool Authority::refresh() {
  const std::optional<Stamp> now = stamp();
  if (now && now == read_at_) return readable_;
  read_at_ = now;
  const Result<std::string> bytes = read_file(file_, kProfileBytesMax);
  const auto profile = bytes ? read_profile(file_.string(), *bytes, hasher_)
                             : std::unexpected(sim::Problem{file_.string(), {}, "unreadable"});
  if (profile) {
    adopt(*profile);
    log_.line("profile read again", {std::to_string(profile->accounts.size())});
  } else if (readable_) {
    log_.line("profile cannot be used", {std::to_string(profile.error().at.line)});
  }
  readable_ = profile.has_value();
  return readable_;
}

server::AuthJudged Authority::judge(const server::Judge& asked) {
  using Verdict = server::AuthJudged::Verdict;
  server::AuthJudged judged;
  judged.conn = asked.conn;
  if (!refresh()) {
    judged.verdict = Verdict::unavailable;
    return judged;
  }
  const auto found = by_token_.find(hasher_.sha256(as_bytes(asked.token)));
  if (found == by_token_.end()) {
    judged.verdict = Verdict::invalid;
    return judged;
  }
  judged.account = found->second.account;
  judged.verdict = found->second.answered ? Verdict::accepted : Verdict::unavailable;
  return judged;
}

}  // namespace dp::hosts
