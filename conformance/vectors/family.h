// Drafts that share a history: what devices of one account make of a slot.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/vectors/draws.h"
#include "core/draft/draft.h"

namespace dp::vectors {

// A fresh slot's first save.
draft::Draft saved_text(std::string_view text, draft::Dot dot, std::uint64_t clock);

// Two drafts neither of which covers the other, and one that both cover, if there is any.
struct Family {
  std::optional<draft::Draft> base;
  draft::Draft a;
  draft::Draft b;
};
// Lines are drawn from that many words: the fewer, the more alike.
Family drawn_family(Draws& draws, std::size_t words);

}  // namespace dp::vectors
