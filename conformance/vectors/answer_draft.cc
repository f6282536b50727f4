// Sections 6.4, 7.2, 9 and 10: payloads, previews, order of drafts, edits and merges.
#include "conformance/vectors/input.h"
#include "core/crypto/envelope.h"
#include "core/crypto/padding.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"
#include "core/draft/preview.h"

namespace dp::vectors {
namespace {

using draft::Draft;

std::string writer_text(WriterId writer) {
  Bytes bytes;
  append_u64(bytes, writer.value);
  std::ranges::reverse(bytes);
  return hex_encode(bytes);
}

Json dot_json(const draft::Dot& dot) {
  return Json::array({writer_text(dot.writer), dot.sequence});
}
Json vector_json(const draft::VersionVector& vector) {
  Json out = Json::array();
  for (const draft::Dot& entry : vector.entries()) out.push_back(dot_json(entry));
  return out;
}

draft::Dot dot_of(const Json& input, const char* name) {
  const Json& value = member(input, name);
  if (!value.is_array() || value.size() != 2) throw BadVector{name};
  const auto bytes = hex_decode(value[0].get<std::string>());
  if (!bytes || bytes->size() != 8) throw BadVector{name};
  draft::Dot dot;
  for (const std::uint8_t byte : *bytes) dot.writer.value = dot.writer.value << 8 | byte;
  dot.sequence = value[1].get<std::uint64_t>();
  return dot;
}

Draft draft_of(const Json& input, const char* name) {
  auto draft = draft::decode_payload(hex_of(input, name));
  if (!draft) throw BadVector{name};
  return *std::move(draft);
}

Json encoded(const Draft& draft) {
  return {{"payload", hex_encode(draft::encode_payload(draft))}};
}

Answer payload(const Json& input) {
  const auto draft = draft::decode_payload(hex_of(input, "payload"));
  if (!draft) return refused();
  Json copies = Json::array();
  for (const draft::Copy& copy : draft->copies) copies.push_back(draft::join_lines(copy.lines));
  Json unknown = Json::array();
  for (const draft::UnknownField& field : draft->unknown) unknown.push_back(field.tag);
  return accepted({{"operation", static_cast<int>(draft->operation)},
                   {"vector", vector_json(draft->vv)},
                   {"dot", dot_json(draft->dot)},
                   {"clock", draft->logical_clock},
                   {"cleared", vector_json(draft->cleared)},
                   {"text", draft::text_of(*draft)},
                   {"copies", std::move(copies)},
                   {"unknown_tags", std::move(unknown)},
                   {"payload", hex_encode(draft::encode_payload(*draft))}});
}

Answer preview(const Json& input) {
  return accepted({{"preview", draft::preview_of(text_of(input, "text")).value_or("")}});
}

// The largest payload that still seals within that many characters of base64.
std::size_t payload_bytes_max(std::uint64_t chars) {
  const std::size_t overhead = crypto::kHeaderBytes + crypto::kTagBytes;
  std::size_t bytes = static_cast<std::size_t>(chars);
  while (bytes > 0 && base64_length(overhead + crypto::bucket_size(bytes + 1)) > chars) --bytes;
  return bytes;
}

Answer merge(const Json& input) {
  const Draft a = draft_of(input, "a");
  const Draft b = draft_of(input, "b");
  std::optional<Draft> base;
  if (is_given(input, "base")) base = draft_of(input, "base");
  const draft::MergeLimits limits{payload_bytes_max(number_of(input, "max_draft_chars"))};
  const Draft* common = base ? &*base : nullptr;
  const draft::Merged merged = draft::merge(common, a, b, limits);
  if (draft::merge(common, b, a, limits).draft != merged.draft) return refused("not commutative");
  Json output = encoded(merged.draft);
  Json copies = Json::array();
  for (const draft::Copy& copy : merged.draft.copies) {
    copies.push_back(draft::join_lines(copy.lines));
  }
  output["operation"] = static_cast<int>(merged.draft.operation);
  output["text"] = draft::text_of(merged.draft);
  output["copies"] = std::move(copies);
  return accepted(std::move(output));
}

Answer order(const Json& input) {
  const Draft local = draft_of(input, "local");
  const Draft remote = draft_of(input, "remote");
  switch (draft::reconcile(&local, remote, {}).verdict) {
    case draft::Verdict::adopt:
      return accepted({{"verdict", "adopt"}});
    case draft::Verdict::keep:
      return accepted({{"verdict", "keep"}});
    case draft::Verdict::merge:
      break;
  }
  return accepted({{"verdict", "merge"}});
}

Answer edit(const Json& input) {
  std::optional<Draft> before;
  if (is_given(input, "before")) before = draft_of(input, "before");
  const Draft* known = before ? &*before : nullptr;
  const draft::Dot dot = dot_of(input, "dot");
  const std::uint64_t clock = number_of(input, "clock");
  const std::string what = text_of(input, "edit");
  if (what == "save")
    return accepted(encoded(draft::saved(known, text_of(input, "text"), dot, clock)));
  if (what == "clear") {
    return accepted(encoded(draft::consumed(known, draft::Operation::clear, dot, clock)));
  }
  if (what != "send") throw BadVector{"edit"};
  return accepted(encoded(draft::consumed(known, draft::Operation::sent, dot, clock)));
}

}  // namespace

std::vector<NamedAnswerer> draft_answerers() {
  return {{"payload", payload},
          {"preview", preview},
          {"merge", merge},
          {"order", order},
          {"edit", edit}};
}

}  // namespace dp::vectors
