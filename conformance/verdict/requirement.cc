#include "conformance/verdict/requirement.h"

#include <optional>

#include "conformance/verdict/specification.h"

namespace dp::conformance {
namespace {

constexpr std::string_view kAnchor = "<!-- req: ";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string_view next_word(std::string_view& rest) {
  rest = trimmed(rest);
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(word.size());
  return word;
}

std::optional<Requirement> requirement_of(std::string_view line) {
  const std::size_t at = line.find(kAnchor);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(at + kAnchor.size());
  Requirement out;
  out.id = next_word(rest);
  const std::string_view binding = next_word(rest);
  const std::string_view side = next_word(rest);
  if (!out.id.starts_with("DP-") || (binding != "MUST" && binding != "SHOULD")) return std::nullopt;
  if (side != "client" && side != "server" && side != "both") return std::nullopt;
  out.binding = binding == "MUST" ? Binding::must : Binding::should;
  out.side = side == "client" ? Side::client : side == "server" ? Side::server : Side::both;
  std::string_view sentence = trimmed(line.substr(0, at));
  if (sentence.starts_with("- ")) sentence.remove_prefix(2);
  out.sentence = sentence;
  return out;
}

}  // namespace

std::vector<Requirement> read_requirements(std::string_view specification) {
  std::vector<Requirement> all;
  std::size_t number = 0;
  while (!specification.empty()) {
    ++number;
    const std::size_t end = specification.find('\n');
    const std::string_view line = specification.substr(0, end);
    specification.remove_prefix(end == std::string_view::npos ? specification.size() : end + 1);
    if (auto one = requirement_of(line)) {
      one->line = number;
      all.push_back(std::move(*one));
    }
  }
  return all;
}

const std::vector<Requirement>& requirements() {
  static const std::vector<Requirement> kAll = read_requirements(kSpecificationText);
  return kAll;
}

const Requirement* find_requirement(std::string_view id) {
  for (const Requirement& one : requirements()) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

}  // namespace dp::conformance
