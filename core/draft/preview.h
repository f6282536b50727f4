// The chat list's preview of a draft: document-order text, white space collapsed, at most 100
// code points and an ellipsis; nothing visible gives nullopt (null on the wire).
//
// White space and line ends of Unicode and all control characters count as white space; zero-width
// spaces, word joiners and byte order marks count like any character, but show nothing. Bytes that
// are not UTF-8 become U+FFFD, so the result always is.
// Guarantees: total; at most kPreviewBytesMax bytes; reads no further than it needs to; the same
// bytes as every implementation of the protocol, so the cut is where the count says, also after a
// space or within a grapheme cluster.
// Does not: interpret markdown.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dp::draft {

inline constexpr std::size_t kPreviewCharsMax = 100;
inline constexpr std::size_t kPreviewBytesMax = 4 * kPreviewCharsMax + 3;

std::optional<std::string> preview_of(std::string_view text);

}  // namespace dp::draft
