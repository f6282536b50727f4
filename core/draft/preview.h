// The chat list's preview of a draft: document-order text, white space collapsed, at most 100
// code points and an ellipsis; nothing visible gives nullopt (null on the wire).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dp::draft {

inline constexpr std::size_t kPreviewCharsMax = 100;

std::optional<std::string> preview_of(std::string_view text);

}  // namespace dp::draft
