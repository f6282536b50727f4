#include "core/client/store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/client/row_codec.h"
#include "core/crypto/padding.h"

namespace dp::client {
namespace {

constexpr std::size_t kRowIdHexLength = 32;

// One physical row that authenticated.
struct Authentic {
  std::uint8_t physical = 0;
  std::uint64_t stamp = 0;
  Bytes content;
  bool dead() const {
    const Result<RowType> type = row_type(content);
    return type && *type == RowType::dead;
  }
};
using Found = std::map<SlotId, std::vector<Authentic>>;  // newest first

std::uint64_t mixed(std::uint64_t x) {  // splitmix64's finaliser
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

struct PhysicalName {
  SlotId row_id;
  std::uint8_t physical = 0;
};
std::optional<PhysicalName> parse_key(std::string_view key) {
  if (key.size() != kRowIdHexLength + 2 || key[kRowIdHexLength] != '.') return std::nullopt;
  const char physical = key.back();
  if (physical != '0' && physical != '1') return std::nullopt;
  const std::optional<Bytes> id = hex_decode(key.substr(0, kRowIdHexLength));
  if (!id || id->size() != 16) return std::nullopt;
  PhysicalName name;
  std::ranges::copy(*id, name.row_id.bytes.begin());
  name.physical = physical == '1' ? 1 : 0;
  return name;
}

std::optional<Authentic> open_row(const StoreRow& row, const PhysicalName& name,
                                  const StoreKeys& keys, const crypto::Cipher& cipher) {
  const crypto::OpenRequest request{keys.key, keys.account, crypto::Kind::local_row, name.row_id};
  Result<crypto::Opened> opened = cipher.open(request, row.value);
  if (!opened) return std::nullopt;
  Result<Bytes> content = crypto::unpad(crypto::Kind::local_row, opened->plaintext);
  if (!content || !row_type(*content)) return std::nullopt;
  return Authentic{name.physical, opened->header.version, std::move(*content)};
}

// Whether the bytes are an envelope of a length that a local row can have.
bool is_whole(ByteView bytes) {
  const Result<crypto::Header> header = crypto::parse_header(bytes);
  if (!header || header->kind != crypto::Kind::local_row) return false;
  const std::size_t padded = bytes.size() - crypto::kHeaderBytes - crypto::kTagBytes;
  return crypto::is_bucket(crypto::Kind::local_row, padded);
}

FoundRow newest_of(const SlotId& row_id, std::vector<Authentic>& physical) {
  Authentic& newest = physical.front();
  FoundRow found;
  found.row_id = row_id;
  found.place.row_id = row_id;
  found.place.next = newest.physical == 0 ? 1 : 0;
  found.place.stamp = newest.stamp;
  found.content = std::move(newest.content);
  return found;
}

// The sum as the manifest of `stamp` must have it.
std::uint64_t expected_sum(const Found& found, std::uint64_t stamp, std::uint64_t salt) {
  std::uint64_t sum = 0;
  for (const auto& [row_id, physical] : found) {
    for (const Authentic& row : physical) {  // newest first
      if (row.stamp > stamp) continue;
      if (!row.dead()) sum += sum_of(row_id, row.stamp, salt);
      break;
    }
  }
  return sum;
}

// Takes the manifest out of `found`. False if there is none that can be read.
bool take_manifest(Found& found, const SlotId& manifest_id, Manifest& manifest) {
  const auto entry = found.find(manifest_id);
  if (entry == found.end()) return false;
  FoundRow row = newest_of(manifest_id, entry->second);
  found.erase(entry);
  Result<Manifest> decoded = decode_manifest(row.content);
  if (!decoded) return false;
  manifest = *decoded;
  manifest.place = row.place;
  return true;
}

}  // namespace

std::string physical_key(const SlotId& row_id, std::uint8_t physical) {
  return hex_encode(row_id.bytes) + (physical == 0 ? ".0" : ".1");
}
std::string slot_row_name(const ChatId& chat) {
  return "slot/" + chat.text();
}
std::string archive_row_name(std::uint64_t number) {
  return "archive/" + std::to_string(number);
}

std::uint64_t sum_of(const SlotId& row_id, std::uint64_t stamp, std::uint64_t salt) {
  if (stamp == 0) return 0;
  std::uint64_t x = salt;
  for (const std::uint8_t byte : row_id.bytes) x = x * 0x100000001b3ULL ^ byte;
  return mixed(mixed(x) + stamp * 0x9e3779b97f4a7c15ULL);
}

FoundStore read_store(const std::vector<StoreRow>& rows, const StoreKeys& keys,
                      const crypto::Cipher& cipher, Manifest& manifest) {
  FoundStore store;
  Found found;
  std::vector<StoreRow> refused;
  for (const StoreRow& row : rows) {
    const std::optional<PhysicalName> name = parse_key(row.key);
    if (!name) continue;
    if (std::optional<Authentic> authentic = open_row(row, *name, keys, cipher)) {
      found[name->row_id].push_back(std::move(*authentic));
    } else {
      refused.push_back(row);
    }
  }
  if (found.empty() && !refused.empty()) {
    // The very first write ever may have been torn: one row, cut short. Nothing was ever saved.
    const bool torn = refused.size() == 1 && !is_whole(refused.front().value);
    store.key_lost = !torn;
    if (torn) store.leftovers.push_back(refused.front().key);
    if (store.key_lost) store.damaged = std::move(refused);
    return store;
  }
  for (auto& [row_id, physical] : found) {
    std::ranges::sort(physical, std::ranges::greater{}, &Authentic::stamp);
  }

  const Result<SlotId> manifest_id = cipher.row_id(keys.key, kManifestRowName);
  const bool has_manifest = manifest_id && take_manifest(found, *manifest_id, manifest);
  std::uint64_t newest_stamp = manifest.stamp;
  for (const auto& [row_id, physical] : found) {
    newest_stamp = std::max(newest_stamp, physical.front().stamp);
  }
  // The first write ever may be cut short before its manifest.
  const bool manifest_behind = newest_stamp > manifest.stamp + 1;
  store.cut_short = newest_stamp > manifest.stamp;
  const bool sum_differs =
      has_manifest && expected_sum(found, manifest.stamp, manifest.salt) != manifest.sum;
  if (manifest_behind || sum_differs) {
    store.damaged = std::move(refused);
    store.rolled_back = store.damaged.empty();
  }

  manifest.stamp = newest_stamp;
  manifest.sum = 0;
  for (auto& [row_id, physical] : found) {
    if (!physical.front().dead()) {
      manifest.sum += sum_of(row_id, physical.front().stamp, manifest.salt);
    }
    store.rows.push_back(newest_of(row_id, physical));
  }
  return store;
}

}  // namespace dp::client
