// The token authority of the reference server: the profile file, read again when it changes.
//
// A file that is gone or damaged is an authority that cannot be asked, so tokens are then neither
// valid nor invalid, and connections are closed with 1011.
// Guarantees: the time of a judgement does not depend on how much of a token is right, because
// tokens are looked up by their hash.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "conformance/hosts/profile.h"
#include "conformance/hosts/structured_log.h"
#include "core/crypto/sha256_hasher.h"
#include "core/server/server.h"

namespace dp::hosts {

class Authority {
 public:
  Authority(std::filesystem::path file, const Profile& profile, StructuredLog log);

  server::AuthJudged judge(const server::Judge& asked);

 private:
  struct Entry {
    AccountId account;
    bool answered = true;
  };
  struct Stamp {
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  std::optional<Stamp> stamp() const;
  void adopt(const Profile& profile);
  bool refresh();  // false: cannot be asked

  std::filesystem::path file_;
  StructuredLog log_;
  crypto::Sha256Hasher hasher_;
  std::optional<Stamp> read_at_;
  bool readable_ = true;
  std::map<Hash32, Entry> by_token_;
};

}  // namespace dp::hosts
