// Texts that two runs of one seed must be free to differ in (SEC-02): what a person types as a
// function of a secret.
//
// `letters` disguises whatever the generator made up: the second run types other letters of the
// same lengths in the same pattern. The other families make texts of their own, because texts with
// other lengths or repetitions would lead a generator that looks at the editor elsewhere. Where a
// text keeps lines of the editor, every text has the same four lengths of lines, so that merges of
// either run have them too.
// Guarantees: two texts of one device in one run are never equal, so that no pause ends without a
// save, which would be declassified. Does not: keep the number of kept copies alike.
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

struct SecretPlace {
  std::uint64_t seed = 0;
  std::uint32_t device = 0;
  std::uint32_t operation = 0;
  std::string_view before;  // what is in the editor
};
// `secret` 0 and 1 are the two runs.
std::string secret_text(SecretFamily family, std::uint32_t secret, const SecretPlace& place);

}  // namespace dp::sim
