// "Did you mean ...?": the nearest of the words that would have been right.
//
// Guarantees: deterministic; ties go to the word that comes first in the list; words longer than
// 64 bytes get no suggestion, so a hostile file cannot make this slow.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dp::sim {

// Edits (insert, delete, replace, swap of neighbours) between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

// "; did you mean \"type\"?", or "; one of a, b, c was expected" if nothing is near.
std::string suggestion(std::string_view found, std::span<const std::string_view> right_words);

}  // namespace dp::sim
