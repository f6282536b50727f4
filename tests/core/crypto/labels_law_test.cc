// covers: SEC-25
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "core/crypto/hmac.h"
#include "core/crypto/labels.h"

namespace dp::crypto {
namespace {

std::string_view some_label() {
  return kLabels[*rc::gen::inRange<std::size_t>(0, kLabels.size())];
}

RC_GTEST_PROP(LabelsLaws, bytes_that_begin_with_a_label_begin_with_no_other_whatever_follows, ()) {
  const std::string_view label = some_label();
  const std::string input = std::string(label) + *rc::gen::arbitrary<std::string>();
  RC_ASSERT(std::ranges::count_if(
                kLabels, [&](std::string_view one) { return input.starts_with(one); }) == 1);
}

RC_GTEST_PROP(LabelsLaws, one_key_derives_different_bytes_under_different_labels, ()) {
  const std::string_view one = some_label();
  const std::string_view other = some_label();
  RC_PRE(one != other);
  HmacState key;
  key.absorb_key(as_bytes(*rc::gen::arbitrary<std::string>()));
  // What follows a label may be anything, the other label and what follows that included.
  const std::string tail = *rc::gen::arbitrary<std::string>();
  const std::string other_tail =
      *rc::gen::element(tail, std::string(one) + tail, *rc::gen::arbitrary<std::string>());
  std::array<std::uint8_t, kHmacBytes> derived{};
  std::array<std::uint8_t, kHmacBytes> other_derived{};
  key.mac({as_bytes(one), as_bytes(tail)}, derived);
  key.mac({as_bytes(other), as_bytes(other_tail)}, other_derived);
  RC_ASSERT(derived != other_derived);
}

}  // namespace
}  // namespace dp::crypto
