#include "conformance/suites/client/vault.h"

#include <algorithm>
#include <cstdlib>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/draft/preview.h"

namespace dp::conformance {
namespace {

crypto::RealCipher real_cipher() {
  const auto proof = crypto::initialise();
  if (!proof) std::abort();
  auto cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, crypto::KdfPolicy::simulation());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

}  // namespace

Vault::Vault(std::uint64_t seed) : seed_(seed), cipher_(real_cipher()) {
  fill(Draw::key_material, account_.bytes);
  master_.resize(crypto::kKeyBytes);
  fill(Draw::key_material, master_);
  const auto key = cipher_.add_account(crypto::KeyView(master_), 1);
  if (!key) std::abort();
  key_ = *key;
}

void Vault::fill(Draw label, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    Bytes input;
    append_u64(input, seed_);
    append_u64(input, static_cast<std::uint64_t>(label));
    append_u64(input, drawn_++);
    const Hash32 block = cipher_.sha256(input);
    const std::size_t take = std::min(out.size(), block.size());
    std::copy_n(block.begin(), take, out.begin());
    out = out.subspan(take);
  }
}

std::string Vault::draw_hex(std::size_t bytes) {
  Bytes out(bytes);
  fill(Draw::change_id, out);
  return hex_encode(out);
}

std::string Vault::draw_chat() {
  return ChatId::from_random(bytes16(Draw::chat_id)).text();
}

std::string Vault::draw_words() {
  constexpr std::string_view kSymbols =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr int kLength = 48;
  std::string out;
  for (int i = 0; i < kLength; ++i) out += kSymbols[below(Draw::message_id, kSymbols.size())];
  return out;
}

std::string Vault::account_json() const {
  return R"({"account_id":")" + hex_encode(account_.bytes) + R"(","master_key":")" +
         hex_encode(master_) + R"(","epoch":1})";
}

std::optional<crypto::Opened> Vault::open(std::string_view chat, crypto::Kind kind,
                                          std::string_view base64) const {
  const auto id = ChatId::parse(chat);
  const auto bytes = base64_decode(base64);
  if (!id || !bytes) return std::nullopt;
  const auto slot = cipher_.slot_id(key_, *id);
  auto opened = cipher_.open({key_, account_, kind, *slot}, *bytes);
  if (!opened) return std::nullopt;
  return std::move(*opened);
}

std::optional<OpenedDraft> Vault::open_draft(std::string_view chat, std::string_view base64) const {
  for (const crypto::Kind kind : {crypto::Kind::draft, crypto::Kind::tombstone}) {
    const auto opened = open(chat, kind, base64);
    if (!opened) continue;
    const auto content = crypto::unpad(kind, opened->plaintext);
    if (!content) return std::nullopt;
    auto draft = draft::decode_payload(*content);
    if (!draft || draft->is_tombstone() != (kind == crypto::Kind::tombstone)) return std::nullopt;
    return OpenedDraft{opened->header.version, opened->header.parent, hash_of(base64),
                       std::move(*draft)};
  }
  return std::nullopt;
}

std::optional<std::string> Vault::open_text(std::string_view chat, crypto::Kind kind,
                                            std::string_view base64) const {
  const auto opened = open(chat, kind, base64);
  if (!opened) return std::nullopt;
  const auto content = crypto::unpad(kind, opened->plaintext);
  if (!content) return std::nullopt;
  return std::string(as_text(*content));
}

Hash32 Vault::hash_of(std::string_view base64) const {
  const auto bytes = base64_decode(base64);
  return bytes ? cipher_.sha256(*bytes) : Hash32{};
}

Bytes Vault::seal_padded(const SealOrder& order, ByteView padded) {
  crypto::SealRequest request;
  request.key = key_;
  request.account = account_;
  request.suite = suite_;
  request.kind = order.kind;
  request.slot_id = *cipher_.slot_id(key_, *ChatId::parse(order.chat));
  request.version = order.version;
  request.parent = order.parent;
  auto sealed = cipher_.seal(request, padded, *this);
  if (!sealed) std::abort();  // the harness itself is wrong
  return std::move(*sealed);
}

std::string Vault::seal(const SealOrder& order, ByteView content) {
  const auto padded = crypto::pad(order.kind, content);
  if (!padded) std::abort();
  return base64_encode(seal_padded(order, *padded));
}

std::string Vault::reseal(std::string_view chat, std::string_view sealed,
                          const std::function<void(Bytes& header)>& change) {
  const auto opened = open(chat, crypto::Kind::draft, sealed);
  const auto bytes = base64_decode(sealed);
  if (!opened || !bytes) std::abort();
  Bytes header(bytes->begin(), bytes->begin() + crypto::kCommitmentAt);
  change(header);
  const auto again = cipher_.seal_as_written(key_, account_, header, opened->plaintext);
  if (!again) std::abort();
  return base64_encode(*again);
}

std::string Vault::seal_draft(std::string_view chat, const draft::Draft& draft, Version version,
                              const Hash32& parent) {
  const auto kind = draft.is_tombstone() ? crypto::Kind::tombstone : crypto::Kind::draft;
  return seal({std::string(chat), kind, version, parent}, draft::encode_payload(draft));
}

std::string Vault::seal_preview(std::string_view chat, std::string_view text, Version version,
                                std::string_view draft_base64) {
  const std::string preview = draft::preview_of(text).value_or("");
  return seal({std::string(chat), crypto::Kind::preview, version, hash_of(draft_base64)},
              as_bytes(preview));
}

std::string Vault::seal_field(std::string_view text) {
  const auto sealed = cipher_.seal_field(key_, as_bytes(text), *this);
  return sealed ? base64_encode(*sealed) : std::string();
}

}  // namespace dp::conformance
