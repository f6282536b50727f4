#include "sim/world/keys.h"

#include <cstdlib>
#include <variant>

#include "core/crypto/ideal_cipher.h"
#include "core/crypto/real_cipher.h"
#include "sim/tape/core_random.h"

namespace dp::sim {

struct WorldKeys::Ring {
  std::variant<crypto::RealCipher, crypto::IdealCipher> cipher;
};

namespace {

constexpr std::uint32_t kKeyNode = 0xFFFFFFFF;

crypto::RealCipher real_cipher() {
  const auto proof = crypto::initialise();
  if (!proof) std::abort();  // the library is unusable: no run can mean anything
  auto cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, crypto::KdfPolicy::simulation());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

}  // namespace

WorldKeys::WorldKeys(CipherMode mode, std::uint64_t seed, std::size_t accounts) {
  if (mode == CipherMode::real) {
    ring_ = std::make_unique<Ring>(Ring{real_cipher()});
  } else {
    ring_ = std::make_unique<Ring>(Ring{crypto::IdealCipher(crypto::KdfPolicy::simulation())});
  }
  DrawCounters counters{};
  CoreRandom random(seed, kKeyNode, counters);
  auto& provisioning =
      std::visit([](auto& cipher) -> crypto::KeyProvisioning& { return cipher; }, ring_->cipher);
  for (std::size_t i = 0; i < accounts; ++i) {
    std::array<std::uint8_t, crypto::kKeyBytes> master{};
    random.fill(Draw::key_material, master);
    const auto key = provisioning.add_account(crypto::KeyView(master), 1);
    if (!key) std::abort();
    keys_.push_back(*key);
    material_.emplace_back(master.begin(), master.end());
  }
}

WorldKeys::WorldKeys(const WorldKeys& other)
    : ring_(std::make_unique<Ring>(*other.ring_)), keys_(other.keys_), material_(other.material_) {}

WorldKeys& WorldKeys::operator=(const WorldKeys& other) {
  if (this != &other) *this = WorldKeys(other);
  return *this;
}

WorldKeys::WorldKeys(WorldKeys&&) noexcept = default;
WorldKeys& WorldKeys::operator=(WorldKeys&&) noexcept = default;
WorldKeys::~WorldKeys() = default;

crypto::Cipher& WorldKeys::cipher() {
  return std::visit([](auto& cipher) -> crypto::Cipher& { return cipher; }, ring_->cipher);
}

const crypto::Cipher& WorldKeys::cipher() const {
  return std::visit([](const auto& cipher) -> const crypto::Cipher& { return cipher; },
                    ring_->cipher);
}

crypto::FieldSealer& WorldKeys::field_sealer() {
  return std::visit([](auto& cipher) -> crypto::FieldSealer& { return cipher; }, ring_->cipher);
}

Result<Bytes> WorldKeys::reseal(std::size_t account, const AccountId& id, ByteView honest,
                                ByteView header, ByteView padded_plaintext) const {
  if (const auto* real = std::get_if<crypto::RealCipher>(&ring_->cipher)) {
    return real->seal_as_written(key(account), id, header, padded_plaintext);
  }
  Bytes bytes(header.begin(), header.end());
  append(bytes, honest.subspan(crypto::kCommitmentAt));
  return bytes;
}

}  // namespace dp::sim
