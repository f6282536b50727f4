// What every back end of the cipher seam refuses, in the same words.
#pragma once

#include "core/crypto/cipher.h"

namespace dp::crypto {

// The one answer to everything that does not open, whatever the reason (SEC-17).
std::unexpected<Error> cannot_open();
// The account's keys are not here, or no longer.
std::unexpected<Error> no_key();

// The header of a request, without key id, nonce and commitment.
Header header_of(const SealRequest& request);
// Refuses with Fault::caller, "bad_seal_request", a header the kind does not allow, a wrapped key
// (KeyProvisioning makes those) and plaintext that is not padded to a bucket of its kind: nothing
// whose length says more than its bucket gets past this seam (SEC-04).
Result<void> check_seal_request(const SealRequest& request, std::size_t padded_bytes);
// Whether the header is what the opener insists on. A wrapped key never is.
bool is_expected(const OpenRequest& request, const Header& header);

}  // namespace dp::crypto
