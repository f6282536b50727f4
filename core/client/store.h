// The layout of a device's store: which rows there are, and what protects them.
//
// A logical row lives in two physical rows, "<row_id hex>.0" and ".1", written in turn, so that a
// torn write destroys nothing older. Each is an envelope of kind local_row whose version is the
// store's own stamp: the number of the write it belongs to. Of two the higher stamp counts.
// The manifest is the last row of every write. It names that write's stamp and a sum over all
// (row id, stamp) pairs, kept up to date in constant time:
//
//   a row ahead of the manifest by one   the last write was cut short: fine
//   the sum differs                      rows were removed, damaged or put back to older ones
//   a row ahead by more than one         the manifest itself was put back
//
// A row that goes for good is first replaced by a marker and erased only after that is durable, so
// that no crash makes an orderly removal look like theft.
// Guarantees: reading is total and bounded; what does not authenticate is reported, kept, and
// never overwritten.
// Does not: detect that the whole store was put back (fresh writer ids make that harmless).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/client/effect.h"
#include "core/client/event.h"
#include "core/client/slot.h"
#include "core/crypto/cipher.h"
#include "core/vocabulary/result.h"

namespace dp::client {

struct Manifest {
  std::uint64_t stamp = 0;  // of the last durable write
  std::uint64_t sum = 0;    // over live rows, the manifest excepted
  std::uint64_t salt = 0;   // makes the sum unpredictable; drawn with the first writer id
  RowPlace place;
  bool operator==(const Manifest&) const = delete;
};

std::string physical_key(const SlotId& row_id, std::uint8_t physical);
std::string slot_row_name(const ChatId& chat);
std::string archive_row_name(std::uint64_t number);
inline constexpr std::string_view kManifestRowName = "manifest";

// What one pair adds to the manifest's sum; 0 for a row that was never written.
std::uint64_t sum_of(const SlotId& row_id, std::uint64_t stamp, std::uint64_t salt);

// One row as it was found: its newest authentic value.
struct FoundRow {
  SlotId row_id;
  RowPlace place;
  Bytes content;
};

// Everything authentic in a store, and what was wrong with the rest.
struct FoundStore {
  std::vector<FoundRow> rows;          // by row id
  std::vector<StoreRow> damaged;       // did not authenticate, and no torn write explains it
  std::vector<std::string> leftovers;  // keys of rows that a torn write left and nobody needs
  bool cut_short = false;              // rows of a write that did not come to its manifest
  bool rolled_back = false;
  bool key_lost = false;
};

struct StoreKeys {
  crypto::KeyRef key;
  AccountId account;
};
FoundStore read_store(const std::vector<StoreRow>& rows, const StoreKeys& keys,
                      const crypto::Cipher& cipher, Manifest& manifest);

}  // namespace dp::client
