// libFuzzer: any bytes through the payload decoder, and whatever decodes through merging.
//
// Checked on every input: decoding returns; what decodes is the one spelling of its draft; a draft
// of any origin merges with two ordinary ones the same way in either order, into a draft in normal
// form that includes both.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/draft/merge.h"
#include "core/draft/payload.h"

namespace {

using dp::draft::Draft;

// Small limits, so that a fuzzer can reach beyond them with short inputs.
constexpr dp::draft::PayloadLimits kLimits = {
    .bytes_max = 2048, .lines_max = 64, .writers_max = 8, .copies_max = 6};

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "law broken: %s\n", law);
  std::abort();
}

dp::draft::Dot dot(std::uint64_t writer, std::uint64_t sequence) {
  return {dp::WriterId{writer}, sequence};
}

void check_merge(const Draft* base, const Draft& foreign, const Draft& ours) {
  const dp::draft::Merged one = merge(base, foreign, ours);
  const dp::draft::Merged other = merge(base, ours, foreign);
  require(one == other, "merge is commutative");
  require(one.draft.vv == joined(foreign.vv, ours.vv), "the result's vector is the join");
  const auto read = dp::draft::decode_payload(dp::draft::encode_payload(one.draft));
  require(read && *read == one.draft, "merges of normal forms are in normal form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dp::ByteView bytes(data, size);
  const dp::Result<Draft> draft = dp::draft::decode_payload(bytes, kLimits);
  if (!draft) {
    require(draft.error().code.starts_with("payload_"), "refusals have their own codes");
    return 0;
  }
  const dp::Bytes again = dp::draft::encode_payload(*draft);
  require(again == dp::Bytes(data, data + size), "there is one spelling");

  const Draft base = dp::draft::saved(nullptr, "a\nb\nc", dot(1, 1), 1);
  const Draft edited = dp::draft::saved(&base, "a\nb\nc\nd", dot(2, 1), 2);
  const Draft gone = dp::draft::consumed(&base, dp::draft::Operation::sent, dot(2, 1), 2);
  const bool common = draft->vv.covers(base.vv);
  check_merge(nullptr, *draft, edited);
  check_merge(common ? &base : nullptr, *draft, edited);
  check_merge(common ? &base : nullptr, *draft, gone);
  return 0;
}
