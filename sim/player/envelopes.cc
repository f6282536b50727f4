#include "sim/player/envelopes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace dp::sim {
namespace {

// `text` without `head`, if it begins with it.
std::optional<std::string_view> after(std::string_view text, std::string_view head) {
  if (!text.starts_with(head)) return std::nullopt;
  return text.substr(head.size());
}

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

}  // namespace

const NamedEnvelope* Envelopes::find(std::size_t name) const {
  const auto kept = kept_.find(name);
  return kept == kept_.end() ? nullptr : &kept->second;
}

const NamedEnvelope* Envelopes::find(std::string_view name) const {
  const auto known = std::ranges::find(*names_, name);
  if (known == names_->end()) return nullptr;
  return find(static_cast<std::size_t>(known - names_->begin()));
}

// What stands instead of the string `place`, if it is one of ours; empty if there is no envelope.
std::optional<std::string> Envelopes::value_of(std::string_view place) const {
  if (const auto name = after(place, "@envelope:")) {
    const NamedEnvelope* envelope = find(*name);
    return envelope == nullptr ? std::string() : quoted(base64_encode(envelope->bytes));
  }
  if (const auto name = after(place, "@preview:")) {
    const NamedEnvelope* envelope = find(*name);
    if (envelope == nullptr) return std::string();
    return envelope->preview ? quoted(*envelope->preview) : std::string("null");
  }
  if (const auto name = after(place, "@hash:")) {
    const NamedEnvelope* envelope = find(*name);
    return envelope == nullptr ? std::string() : quoted(hex_encode(envelope->hash));
  }
  if (auto name = after(place, "@version:")) {
    const bool next = name->ends_with("+1");
    if (next) name->remove_suffix(2);
    const NamedEnvelope* envelope = find(*name);
    if (envelope == nullptr) return std::string();
    return fmt::format("{}", envelope->version + (next ? 1 : 0));
  }
  return std::nullopt;
}

std::string Envelopes::filled_in(std::string frame) const {
  std::size_t at = 0;
  while ((at = frame.find("\"@", at)) != std::string::npos) {
    const std::size_t end = frame.find('"', at + 1);
    if (end == std::string::npos) break;
    const auto value = value_of(std::string_view(frame).substr(at + 1, end - at - 1));
    if (value && value->empty()) return {};
    if (value) frame.replace(at, end + 1 - at, *value);
    at += value ? value->size() : 1;
  }
  return frame;
}

std::uint64_t Envelopes::next_sequence(std::uint64_t writer, std::size_t chat,
                                       std::uint64_t count) {
  std::uint64_t& last = sequences_[{writer, chat}];
  const std::uint64_t first = last + 1;
  last += count;
  return first;
}

}  // namespace dp::sim
