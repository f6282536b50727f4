// What the reference says to the input of a vector: the one function behind writing and checking.
//
// Each type of vector (README.md) has an answerer: a pure function of the input, which either
// accepts and gives what came out, or refuses, and then gives at most what the refusal looks like.
// Does not: know what was expected.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dp::vectors {

using Json = nlohmann::ordered_json;

struct Answer {
  bool accepted = false;
  Json output = nullptr;  // null: nothing to compare beyond the acceptance
};

inline Answer accepted(Json output) {
  return {true, std::move(output)};
}
inline Answer refused(Json output = nullptr) {
  return {false, std::move(output)};
}

using Answerer = Answer (*)(const Json& input);

struct NamedAnswerer {
  std::string_view type;
  Answerer answer;
};
// In no particular order; each room of the specification brings its own.
std::vector<NamedAnswerer> key_answerers();
std::vector<NamedAnswerer> envelope_answerers();
std::vector<NamedAnswerer> draft_answerers();
std::vector<NamedAnswerer> frame_answerers();
std::vector<NamedAnswerer> server_answerers();
std::vector<NamedAnswerer> sequence_answerers();

// Null if this program does not know the type.
Answerer answerer_of(std::string_view type);

}  // namespace dp::vectors
