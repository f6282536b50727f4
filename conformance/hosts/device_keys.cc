#include "conformance/hosts/device_keys.h"

#include <algorithm>

#include "conformance/hosts/files.h"
#include "conformance/hosts/system_random.h"

namespace dp::hosts {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> bad(std::string sentence) {
  return fail(Fault::caller, "bad_key", std::move(sentence));
}

// Errors of the cipher in words for the person who typed the password.
std::unexpected<Error> explained(const Error& error) {
  if (error.code == "memory_not_locked") {
    return fail(Fault::key, error.code,
                "memory for keys cannot be locked on this system (see ulimit -l); keys are not "
                "held in memory that may be swapped out");
  }
  if (error.code == "cannot_open") {
    return bad("the key does not open: wrong password, another account's key, or a damaged file");
  }
  if (error.code == "kdf_below_floor" || error.code == "kdf_above_ceiling") {
    return bad("the key's password cost is outside what this program accepts (" + error.detail +
               "); a key made for tests needs --insecure-test-kdf");
  }
  return bad("the key cannot be used: " + error.code);
}

Result<PasswordText> ask_password(crypto::Initialised proof, const KeyWish& wish, bool repeat) {
  Result<PasswordText> password = wish.password_file.empty()
                                      ? PasswordText::from_terminal(proof, repeat)
                                      : PasswordText::from_file(proof, wish.password_file);
  if (!password && password.error().fault != Fault::caller) return explained(password.error());
  return password;
}

Result<KeyFile> load(const fs::path& path) {
  const Result<std::string> bytes = read_file(path, kKeyFileBytesMax);
  if (!bytes) return bad(bytes.error().detail);
  auto key = read_key_file(path.string(), *bytes);
  if (!key) return bad(key.error().text());
  return std::move(*key);
}

Result<UnlockedDevice> open_key(crypto::Initialised proof, crypto::RealCipher cipher,
                                const KeyWish& wish, const KeyFile& file) {
  if (wish.account && *wish.account != file.account) {
    return bad("the key belongs to another account than --account says");
  }
  const Result<void> cost = wish.policy.check(file.params);  // before anybody types a password
  if (!cost) return explained(cost.error());
  const Result<PasswordText> password = ask_password(proof, wish, false);
  if (!password) return std::unexpected(password.error());
  const Result<crypto::KeyRef> key =
      cipher.unlock(file.account, {password->view(), file.params}, file.wrapped_key);
  if (!key) return explained(key.error());
  return UnlockedDevice{std::move(cipher), *key, file.account};
}

Result<UnlockedDevice> make_key(crypto::Initialised proof, crypto::RealCipher cipher,
                                const KeyWish& wish) {
  if (!wish.account) return bad("say whose key it is to be: --account NAME");
  const Result<PasswordText> password = ask_password(proof, wish, true);
  if (!password) return std::unexpected(password.error());
  SystemRandom random;
  Result<crypto::KeyArena> master =
      crypto::KeyArena::create(proof, crypto::KeyMemory::locked, crypto::kKeyBytes);
  if (!master) return explained(master.error());
  const std::span<std::uint8_t> bytes = master->bytes();
  random.fill(Draw::key_material, bytes);
  const auto key = cipher.add_account(crypto::KeyView(bytes.first<crypto::kKeyBytes>()), 1);
  if (!key) return explained(key.error());
  KeyFile file;
  file.account = *wish.account;
  file.params = wish.policy.cheapest(random.bytes16(Draw::key_material));
  auto wrapped =
      cipher.wrap_master_key(*key, file.account, {password->view(), file.params}, random);
  if (!wrapped) return explained(wrapped.error());
  file.wrapped_key = std::move(*wrapped);
  const Result<void> kept = write_durably(key_path(wish.store_dir), key_file_text(file));
  if (!kept) return std::unexpected(kept.error());
  return UnlockedDevice{std::move(cipher), *key, file.account};
}

}  // namespace

fs::path key_path(const fs::path& store_dir) {
  return store_dir / "key.json";
}

Result<UnlockedDevice> unlock_device(const KeyWish& wish) {
  const Result<crypto::Initialised> proof = crypto::initialise();
  if (!proof) return fail(Fault::key, proof.error().code, "the crypto library cannot be used");
  Result<crypto::RealCipher> cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::locked, wish.policy);
  if (!cipher) return explained(cipher.error());
  const bool has_key = fs::exists(key_path(wish.store_dir));
  if (has_key && (wish.create || !wish.import_file.empty())) {
    return bad("this store has a key already; leave out --create-key and --key-file");
  }
  if (has_key || !wish.import_file.empty()) {
    const Result<KeyFile> file = load(has_key ? key_path(wish.store_dir) : wish.import_file);
    if (!file) return std::unexpected(file.error());
    Result<UnlockedDevice> unlocked = open_key(*proof, std::move(*cipher), wish, *file);
    if (!unlocked || has_key) return unlocked;
    const Result<void> kept = write_durably(key_path(wish.store_dir), key_file_text(*file));
    if (!kept) return std::unexpected(kept.error());
    return unlocked;
  }
  if (wish.create) return make_key(*proof, std::move(*cipher), wish);
  return bad(
      "this store has no key yet. On an account's first device say --create-key; on a further one "
      "--key-file FILE, with the file that `draftproof device --store OTHER --export-key FILE` "
      "wrote on a device that has it");
}

}  // namespace dp::hosts
