// Texts that two runs of one seed must be free to differ in (SEC-02): what a person types as a
// function of a secret.
//
// `letters` disguises whatever the generator made up: the second run types other letters of the
// same lengths in the same pattern. The other families make texts of their own, a function of
// (secret, device, operation) alone, because texts of other lengths or with other repetitions would
// lead a generator that looks at the editor elsewhere.
// Guarantees: valid UTF-8; two texts of one device in one run are never equal, so that no pause
// ends without a save, which would be declassified. Does not: keep results of merges alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dp::sim {

enum class SecretFamily : std::uint8_t {
  letters,     // same lengths, same repetitions, other letters
  lengths,     // other lengths, meant to stay within one bucket
  repetition,  // what two devices type is equal in one run and different in the other
  overlap,     // two devices edit different lines in one run and the same line in the other
};
inline constexpr std::size_t kSecretFamilyCount = 4;

// Which piece of a text of `family` is typed; `secret` 0 and 1 are the two runs.
std::string secret_text(SecretFamily family, std::uint32_t secret, std::uint64_t seed,
                        std::uint32_t device, std::uint32_t operation);

}  // namespace dp::sim
