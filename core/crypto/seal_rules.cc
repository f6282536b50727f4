#include "core/crypto/seal_rules.h"

#include "core/crypto/padding.h"

namespace dp::crypto {

std::unexpected<Error> cannot_open() {
  return fail(Fault::cipher, "cannot_open");
}

std::unexpected<Error> no_key() {
  return fail(Fault::key, "no_key");
}

Header header_of(const SealRequest& request) {
  Header header;
  header.suite = request.suite;
  header.kind = request.kind;
  header.slot_id = request.slot_id;
  header.version = request.version;
  header.parent = request.parent;
  return header;
}

Result<void> check_seal_request(const SealRequest& request, std::size_t padded_bytes) {
  if (request.kind == Kind::wrapped_key) return fail(Fault::caller, "bad_seal_request", "kind");
  if (auto refused = check_header(header_of(request)); !refused) {
    return fail(Fault::caller, "bad_seal_request", refused.error().detail);
  }
  if (!is_bucket(request.kind, padded_bytes)) {
    return fail(Fault::caller, "bad_seal_request", "length");
  }
  return {};
}

bool is_expected(const OpenRequest& request, const Header& header) {
  return header.kind == request.kind && header.kind != Kind::wrapped_key &&
         header.slot_id == request.slot_id;
}

}  // namespace dp::crypto
