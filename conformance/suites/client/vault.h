// The harness's own knowledge of an account: its keys, and what a second honest device would do.
//
// Guarantees: everything is a function of the seed; nothing here trusts an adapter.
// Does not: talk to anybody.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/real_cipher.h"
#include "core/draft/draft.h"

namespace dp::conformance {

// A draft or tombstone that opened.
struct OpenedDraft {
  Version version = 0;
  Hash32 parent{};
  Hash32 hash{};  // of the envelope
  draft::Draft draft;
};

struct SealOrder {
  std::string chat;
  crypto::Kind kind = crypto::Kind::draft;
  Version version = 0;
  Hash32 parent{};
};

class Vault final : private Random {
 public:
  explicit Vault(std::uint64_t seed);

  std::string account_json() const;  // of client.open
  const AccountId& account() const { return account_; }
  crypto::RealCipher& cipher() { return cipher_; }
  const Bytes& master_key() const { return master_; }
  void use_suite(crypto::Suite suite) { suite_ = suite; }

  // nullopt if the text is not canonical base64 or does not open as this kind in this chat.
  std::optional<crypto::Opened> open(std::string_view chat, crypto::Kind kind,
                                     std::string_view base64) const;
  std::optional<OpenedDraft> open_draft(std::string_view chat, std::string_view base64) const;
  std::optional<std::string> open_text(std::string_view chat, crypto::Kind kind,
                                       std::string_view base64) const;
  Hash32 hash_of(std::string_view base64) const;  // of the decoded bytes

  Bytes seal_padded(const SealOrder& order, ByteView padded);
  std::string seal(const SealOrder& order, ByteView content);  // base64
  // The draft in `sealed` once more, under a header changed by `change` and authenticated as it
  // then stands: what somebody with the keys and other rules would make.
  std::string reseal(std::string_view chat, std::string_view sealed,
                     const std::function<void(Bytes& header)>& change);
  std::string seal_draft(std::string_view chat, const draft::Draft& draft, Version version,
                         const Hash32& parent);
  std::string seal_preview(std::string_view chat, std::string_view text, Version version,
                           std::string_view draft_base64);
  std::string seal_field(std::string_view text);

  std::uint64_t draw() { return u64(Draw::writer_id); }
  std::string draw_hex(std::size_t bytes);
  std::string draw_chat();
  std::string draw_words();  // 48 symbols that occur nowhere else

 private:
  void fill(Draw label, std::span<std::uint8_t> out) override;

  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
  crypto::RealCipher cipher_;
  AccountId account_;
  Bytes master_;
  crypto::KeyRef key_;
  crypto::Suite suite_ = crypto::Suite::xchacha20_poly1305;
};

}  // namespace dp::conformance
