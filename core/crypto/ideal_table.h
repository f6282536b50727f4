// What an ideal cipher remembers of everything it sealed, found by the envelope's commitment.
//
// Guarantees: a copy is independent and cheap (entries are shared and never change); lookups do not
// depend on addresses or on the order of insertion.
// Does not: forget.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"

namespace dp::crypto {

// One sealed thing. `holder` names the key: a master key's ordinal, or a password's.
struct IdealSealed {
  std::uint32_t holder = 0;
  std::uint32_t epoch = 0;
  AccountId account;
  Header header;  // all zeros for the field dialect, whose handle is a digest of its bytes
  Bytes content;
  bool operator==(const IdealSealed&) const = default;
};

class IdealTable {
 public:
  // Null if nothing has this handle.
  const IdealSealed* find(const Hash32& handle) const;
  // Requires that find(handle) is null.
  void insert(const Hash32& handle, IdealSealed sealed);
  std::size_t size() const { return used_; }

 private:
  struct Entry {
    Hash32 handle{};
    std::shared_ptr<const IdealSealed> sealed;
  };
  void place(Entry entry);

  std::vector<Entry> entries_;  // open addressing; a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace dp::crypto
