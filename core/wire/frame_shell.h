// What surrounds the fields of a frame: which name it bears, which object is its body, and the
// error a refusal becomes. The same for both directions.
//
// Two spellings are read for every frame:
//   A  {"type": NAME, "payload": {fields...}}
//   B  {"event": NAME, fields...}            the whole frame is the body
// `type` decides if it is a string; otherwise `event` does; otherwise the frame is refused with the
// path "type". A frame with fields needs an object as `payload`; `ping` and `pong` have none, and a
// payload of theirs is ignored. An unknown name is refused as unknown_type, with the path of the
// name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/wire/codec.h"
#include "core/wire/fields.h"
#include "core/wire/json_index.h"

namespace dp::wire {

struct FrameShell {
  std::string_view name;                  // empty if neither spelling fits
  std::string_view name_field;            // "type" or "event"
  std::uint32_t body = JsonIndex::kNone;  // kNone if spelling A lacks an object as payload
};
FrameShell open_shell(const JsonIndex& index);

// The error for a text whose index failed, or that exceeds limits.frame_bytes_max. Ids are taken
// from what could be read: of a text that is too large, from its first kSalvageBytes.
inline constexpr std::size_t kSalvageBytes = 4096;
DecodeError unreadable(const JsonIndex& index);
DecodeError too_large(std::string_view text, const WireLimits& limits);

// The error for a frame that is JSON. Ids come from the object with the refused member if it has
// any, otherwise from the body. The id of a change is its `change_id`, of a send its `message_id`.
DecodeError refused(const JsonIndex& index, ErrorCode code, const FrameShell& shell,
                    Refusal refusal);

// For each alternative of the variant Frame: its name, how to read its fields, whether it has any.
template <class Frame>
struct FrameReader {
  std::string_view name;
  Frame (*read)(Fields&);
  bool has_fields = true;
};
template <class Frame>
using FrameReaders = std::array<FrameReader<Frame>, std::variant_size_v<Frame>>;

// Makes the table from the readers, in the order of the variant; a reader in the wrong place does
// not compile.
template <class Frame, auto... kReads>
constexpr FrameReaders<Frame> frame_readers(
    const std::array<std::string_view, std::variant_size_v<Frame>>& names) {
  static_assert(sizeof...(kReads) == std::variant_size_v<Frame>);
  return []<std::size_t... I>(const auto& all_names, std::index_sequence<I...>) {
    static_assert((std::is_same_v<decltype(kReads(std::declval<Fields&>())),
                                  std::variant_alternative_t<I, Frame>> &&
                   ...));
    return FrameReaders<Frame>{
        FrameReader<Frame>{all_names[I], [](Fields& fields) -> Frame { return kReads(fields); },
                           !std::is_empty_v<std::variant_alternative_t<I, Frame>>}...};
  }(names, std::index_sequence_for<std::integral_constant<decltype(kReads), kReads>...>());
}

template <class Frame>
std::expected<Frame, DecodeError> decode_frame(std::string_view text, const WireLimits& limits,
                                               const FrameReaders<Frame>& readers) {
  if (text.size() > limits.frame_bytes_max) return std::unexpected(too_large(text, limits));
  const JsonIndex index(text, limits);
  if (index.status() != JsonStatus::ok) return std::unexpected(unreadable(index));
  const FrameShell shell = open_shell(index);
  Refusal refusal;
  const Place root;
  Fields top(index, JsonIndex::kRoot, root, refusal);
  if (shell.name_field.empty()) {
    top.refuse("type");
    return std::unexpected(refused(index, ErrorCode::invalid_frame, shell, std::move(refusal)));
  }
  const auto found = std::find_if(readers.begin(), readers.end(), [&shell](const auto& reader) {
    return reader.name == shell.name;
  });
  if (found == readers.end()) {
    top.refuse(shell.name_field);
    return std::unexpected(refused(index, ErrorCode::unknown_type, shell, std::move(refusal)));
  }
  if (found->has_fields && shell.body == JsonIndex::kNone) top.refuse("payload");
  const bool flat = shell.body == JsonIndex::kRoot;
  Fields body(index, shell.body, flat ? root : Place{&root, "payload"}, refusal);
  Frame frame = found->read(body);
  if (refusal.refused) {
    return std::unexpected(refused(index, ErrorCode::invalid_frame, shell, std::move(refusal)));
  }
  return frame;
}

}  // namespace dp::wire
