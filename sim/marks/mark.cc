#include "sim/marks/mark.h"

#include "sim/marks/catalogue.h"

namespace dp::sim {

const MarkCard& card(Mark mark) {
  const auto index = static_cast<std::size_t>(mark);
  const std::span<const MarkCard> first = cards_of_devices();
  return index < first.size() ? first[index] : cards_of_worlds()[index - first.size()];
}

std::optional<Mark> find_mark(std::string_view name) {
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    if (card(static_cast<Mark>(i)).name == name) return static_cast<Mark>(i);
  }
  return std::nullopt;
}

}  // namespace dp::sim
