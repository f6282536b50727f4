#include "conformance/hosts/key_file.h"

#include <algorithm>
#include <array>
#include <limits>

#include "sim/scenario/suggestion.h"

namespace dp::hosts {
namespace {

using sim::Problem;
using sim::Value;

constexpr std::string_view kFormat = "draftproof-key/1";
constexpr std::string_view kKdf = "argon2id13";
constexpr std::array<std::string_view, 7> kKeys = {
    "format", "account", "kdf", "operations", "memory_kib", "salt", "wrapped_key"};

bool read_id(const Value& value, std::array<std::uint8_t, 16>& id) {
  const auto bytes = hex_decode(value.text);
  if (!bytes || bytes->size() != id.size()) return false;
  std::ranges::copy(*bytes, id.begin());
  return true;
}

bool read_number(const Value& value, std::uint32_t& number) {
  if (!value.is(Value::Kind::integer) || value.integer < 1 ||
      value.integer > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  number = static_cast<std::uint32_t>(value.integer);
  return true;
}

bool read_wrapped(const Value& value, Bytes& wrapped) {
  auto bytes = base64_decode(value.text);
  if (!bytes || bytes->empty()) return false;
  wrapped = std::move(*bytes);
  return true;
}

}  // namespace

std::string key_file_text(const KeyFile& key) {
  std::string text = "{\n  \"format\": \"" + std::string(kFormat) + "\",\n";
  text += "  \"account\": \"" + hex_encode(key.account.bytes) + "\",\n";
  text += "  \"kdf\": \"" + std::string(kKdf) + "\",\n";
  text += "  \"operations\": " + std::to_string(key.params.operations) + ",\n";
  text += "  \"memory_kib\": " + std::to_string(key.params.memory_kib) + ",\n";
  text += "  \"salt\": \"" + hex_encode(key.params.salt) + "\",\n";
  text += "  \"wrapped_key\": \"" + base64_encode(key.wrapped_key) + "\"\n}\n";
  return text;
}

std::expected<KeyFile, Problem> read_key_file(std::string_view file, std::string_view bytes) {
  const auto root = sim::read_document(file, bytes);
  if (!root) return std::unexpected(root.error());
  const auto wrong = [&](sim::Position at, std::string message) {
    return std::unexpected(Problem{std::string(file), at, std::move(message)});
  };
  if (!root->is(Value::Kind::object)) return wrong(root->at, "a key file is an object");
  for (const sim::Member& member : root->members) {
    if (std::ranges::find(kKeys, member.key) != kKeys.end()) continue;
    return wrong(member.at,
                 "unknown key \"" + member.key + "\"" + sim::suggestion(member.key, kKeys));
  }
  for (const std::string_view key : kKeys) {
    if (root->find(key) != nullptr) continue;
    return wrong(root->at, "\"" + std::string(key) + "\" is missing");
  }
  const auto at = [&](std::string_view key) -> const Value& { return *root->find(key); };
  if (at("format").text != kFormat) {
    return wrong(at("format").at, "this program reads \"" + std::string(kFormat) + "\"");
  }
  if (at("kdf").text != kKdf) return wrong(at("kdf").at, "the only kdf is " + std::string(kKdf));
  KeyFile key;
  const char* expected = nullptr;
  sim::Position place;
  const auto demand = [&](bool ok, std::string_view name, const char* what) {
    if (ok || expected != nullptr) return;
    expected = what;
    place = at(name).at;
  };
  demand(read_id(at("account"), key.account.bytes), "account", "32 hexadecimal digits expected");
  demand(read_number(at("operations"), key.params.operations), "operations", "a number expected");
  demand(read_number(at("memory_kib"), key.params.memory_kib), "memory_kib", "a number expected");
  demand(read_id(at("salt"), key.params.salt), "salt", "32 hexadecimal digits expected");
  demand(read_wrapped(at("wrapped_key"), key.wrapped_key), "wrapped_key", "base64 expected");
  if (expected != nullptr) return wrong(place, expected);
  return key;
}

}  // namespace dp::hosts
