// Result<T>: a value, or an Error that says who is at fault and where.
//
// Error texts come from closed templates and never carry payload text, keys or ciphertext
// (SEC-48, SEC-49); `detail` names a field or an offset, nothing a person typed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace dp {

enum class Fault : std::uint8_t {
  peer,     // the other side sent something wrong
  storage,  // a disk, cache or database failed
  cipher,   // sealing or opening failed: one error for every cause (SEC-17)
  key,      // a key is missing or was refused
  limit,    // a configured limit was exceeded
  caller,   // the caller broke a precondition that input can reach
};

struct Error {
  Fault fault = Fault::peer;
  std::string code;    // snake_case, from a closed set per module
  std::string detail;  // field, offset or number; may be empty
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Fault fault, std::string code, std::string detail = {}) {
  return std::unexpected(Error{fault, std::move(code), std::move(detail)});
}

}  // namespace dp
