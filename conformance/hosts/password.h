// A password on its way from a person or a file to the key derivation.
//
// Guarantees: it is read straight into locked memory, which is wiped when the Password goes away;
// it is never in a string, and a terminal does not show it.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/crypto/key_arena.h"
#include "core/vocabulary/result.h"

namespace dp::hosts {

inline constexpr std::size_t kPasswordBytesMax = 1024;

class PasswordText {
 public:
  // The first line of a file. Fails with Fault::caller, "bad_password", a sentence in the detail,
  // or with Fault::key, "memory_not_locked".
  static Result<PasswordText> from_file(crypto::Initialised proof,
                                        const std::filesystem::path& path);
  // Asks on the controlling terminal; twice if `repeat`.
  static Result<PasswordText> from_terminal(crypto::Initialised proof, bool repeat);

  std::string_view view() const;

 private:
  explicit PasswordText(crypto::KeyArena arena) : arena_(std::move(arena)) {}
  static Result<PasswordText> read_line(crypto::Initialised proof, int descriptor);

  crypto::KeyArena arena_;
  std::size_t size_ = 0;
};

}  // namespace dp::hosts
