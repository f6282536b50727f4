#include "conformance/kits/cpp/crypto_run.h"

#include <algorithm>
#include <cstdlib>

#include "core/crypto/account_keys.h"
#include "core/crypto/padding.h"
#include "core/crypto/real_cipher.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"
#include "core/draft/preview.h"

namespace dp::kit {
namespace {

using Json = nlohmann::json;

std::string text(const Json& input, const char* name) {
  const auto at = input.find(name);
  return at != input.end() && at->is_string() ? at->get<std::string>() : std::string();
}
std::uint64_t number(const Json& input, const char* name) {
  const auto at = input.find(name);
  return at != input.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}
template <std::size_t N>
bool hex(const Json& input, const char* name, std::array<std::uint8_t, N>& out) {
  const auto bytes = hex_decode(text(input, name));
  if (!bytes || bytes->size() != N) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}
std::string hex_of(ByteView bytes) {
  return hex_encode(bytes);
}

crypto::RealCipher cipher_of(crypto::Initialised proof) {
  auto cipher =
      crypto::RealCipher::create(proof, crypto::KeyMemory::plain, crypto::KdfPolicy::production());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

// Draws zeros: nothing that is only derived or opened needs randomness.
class NoRandom final : public Random {
 public:
  void fill(Draw, std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

std::optional<Json> derive(const Json& input) {
  const auto proof = crypto::initialise();
  std::array<std::uint8_t, 32> master{};
  const auto chat = ChatId::parse(text(input, "chat_id"));
  if (!proof || !chat || !hex(input, "master_key", master)) return std::nullopt;
  const auto epoch = static_cast<std::uint32_t>(number(input, "epoch"));
  const auto keys =
      crypto::AccountKeys::derive(*proof, crypto::KeyMemory::plain, crypto::KeyView(master), epoch);
  if (!keys) return Json();
  return Json{{"slot_id", hex_of(keys->slot_id(*chat).bytes)},
              {"key_id", hex_of(keys->key_id(epoch).bytes)}};
}

std::optional<Json> unlock(const Json& input) {
  const auto proof = crypto::initialise();
  AccountId account;
  crypto::KdfParams params;
  const auto wrapped = base64_decode(text(input, "wrapped_key"));
  if (!proof || !wrapped || !hex(input, "account_id", account.bytes) ||
      !hex(input, "salt", params.salt)) {
    return std::nullopt;
  }
  params.operations = static_cast<std::uint32_t>(number(input, "operations"));
  params.memory_kib = static_cast<std::uint32_t>(number(input, "memory_kib"));
  const std::string password = text(input, "password");
  crypto::RealCipher cipher = cipher_of(*proof);
  const auto key = cipher.unlock(account, {password, params}, *wrapped);
  if (!key) return Json();
  // The key's id shows in the header of anything sealed with it.
  NoRandom random;
  crypto::SealRequest request;
  request.key = *key;
  request.account = account;
  request.kind = crypto::Kind::message;
  const auto sealed = cipher.seal(request, *crypto::pad(crypto::Kind::message, {}), random);
  const auto header = sealed ? crypto::parse_header(*sealed) : Result<crypto::Header>();
  return Json{{"key_id", hex_of(header->key_id.bytes)}};
}

std::optional<Json> open(const Json& input) {
  const auto proof = crypto::initialise();
  const Json& account_json = input.contains("account") ? input["account"] : input;
  AccountId account;
  std::array<std::uint8_t, 32> master{};
  const auto chat = ChatId::parse(text(input, "chat_id"));
  if (!proof || !chat || !hex(account_json, "account_id", account.bytes) ||
      !hex(account_json, "master_key", master)) {
    return std::nullopt;
  }
  const auto envelope = base64_decode(text(input, "envelope"));
  if (!envelope) return Json();
  crypto::RealCipher cipher = cipher_of(*proof);
  const auto key = cipher.add_account(crypto::KeyView(master),
                                      static_cast<std::uint32_t>(number(account_json, "epoch")));
  if (!key) return Json();
  const auto kind = static_cast<crypto::Kind>(number(input, "kind"));
  const auto slot = cipher.slot_id(*key, *chat);
  const auto opened = cipher.open({*key, account, kind, *slot}, *envelope);
  if (!opened) return Json();
  const auto plain = crypto::unpad(kind, opened->plaintext);
  if (!plain) return Json();
  return Json{{"version", opened->header.version},
              {"parent", hex_of(opened->header.parent)},
              {"plaintext", base64_encode(*plain)}};
}

std::optional<draft::Draft> payload(const Json& input, const char* name) {
  const auto bytes = base64_decode(text(input, name));
  if (!bytes) return std::nullopt;
  auto draft = draft::decode_payload(*bytes);
  if (!draft) return std::nullopt;
  return std::move(*draft);
}

std::optional<Json> check_payload(const Json& input) {
  const auto draft = payload(input, "payload");
  if (!draft) return Json();
  Json copies = Json::array();
  for (const draft::Copy& copy : draft->copies) copies.push_back(draft::join_lines(copy.lines));
  return Json{{"text", draft::text_of(*draft)},
              {"copies", std::move(copies)},
              {"operation", static_cast<int>(draft->operation)}};
}

std::optional<Json> merge(const Json& input) {
  const auto a = payload(input, "a");
  const auto b = payload(input, "b");
  const auto base = payload(input, "base");
  if (!a || !b) return Json();
  const draft::Merged merged = draft::merge(base ? &*base : nullptr, *a, *b);
  return Json{{"payload", base64_encode(draft::encode_payload(merged.draft))}};
}

}  // namespace

std::optional<Json> run_crypto(const std::string& name, const Json& input) {
  if (name == "keys.derive") return derive(input);
  if (name == "kdf.unlock") return unlock(input);
  if (name == "envelope.open") return open(input);
  if (name == "preview.of") {
    const auto preview = draft::preview_of(text(input, "text"));
    return Json{{"preview", preview ? Json(*preview) : Json()}};
  }
  if (name == "payload.check") return check_payload(input);
  if (name == "draft.merge") return merge(input);
  return std::nullopt;
}

}  // namespace dp::kit
