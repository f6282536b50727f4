#include "sim/oracles/canary_search.h"

#include <array>

namespace dp::sim {
namespace {

// Where bytes leave a device's process, or lie where a thief or a server reads them.
constexpr std::array kTaps{EventKind::frame_sent, EventKind::auth_asked, EventKind::db_asked,
                           EventKind::db_applied, EventKind::store_put,  EventKind::log,
                           EventKind::notice,     EventKind::conn_asked};

bool is_tap(EventKind kind) {
  for (const EventKind tap : kTaps) {
    if (tap == kind) return true;
  }
  return false;
}

// Of 32 random bytes any fifteen in a row are recognised; of a text any twenty-three.
constexpr std::size_t kKeyStep = 4;

constexpr std::string_view kPlanted = "PlantedCanary0f7Kq29ZxWm4RbT8sVyLcNgHdJu3EaQi6Po";

}  // namespace

CanarySearch::CanarySearch() = default;

const OracleCard& CanarySearch::card() const {
  static const OracleCard kCard{
      "canary_search",
      "No typed text and no key appears in frames, logs, notices, database or store, in any of "
      "fifteen encodings.",
      "Texts under twelve bytes or with fewer than six different bytes in a window.",
      {"SEC-01", "SEC-42", "SEC-48", "SEC-49", "R55"}};
  return kCard;
}

bool CanarySearch::applies(const World&) const {
  return keys_learned_;
}

void CanarySearch::learn(std::string_view secret, std::size_t step) {
  if (!known_.emplace(secret).second) return;
  for (const std::string_view window : windows_of(secret, step)) {
    if (!windows_.emplace(window).second) continue;  // typing repeats what was typed before
    for (std::uint32_t view = 0; view < kSecretViewCount; ++view) {
      const auto as = static_cast<SecretView>(view);
      const bool fold = as == SecretView::case_folded;
      index_.add(written_as(as, window), view, fold ? Letters::any_case : Letters::exact);
    }
  }
}

void CanarySearch::observe(const TraceEvent& event, const World& world) {
  if (!keys_learned_) {
    keys_learned_ = true;
    for (const Bytes& key : world.key_material()) learn(as_text(key), kKeyStep);
  }
  // Other things people do carry a chat id, which the server may know.
  if (event.kind == EventKind::person && event.name == "edited") {
    learn(event.bytes.substr(0, 512), kWindowSymbols);
  }
  if (!is_tap(event.kind)) return;
  compared();
  if (!search(event)) return;
  violated({.oracle = {},
            .site = std::string(name(event.kind)),
            .detail = "a secret left the device as " +
                      std::string(name(static_cast<SecretView>(hit_view_))),
            .time_us = event.time_us,
            .sequence = event.sequence,
            .node = event.node,
            .expected = "no typed text and no key outside the process",
            .seen = "\"" + hit_text_ + "\""});
}

bool CanarySearch::search(const TraceEvent& event) {
  if (search_text(event.bytes) || search_text(event.name)) return true;
  if (event.kind != EventKind::frame_sent) return false;
  // A secret split over two frames of one connection shows only in their concatenation.
  std::string& tail = tails_[{event.node, event.number}];
  const std::string seam = tail + std::string(event.bytes.substr(0, 96));
  const bool found = !tail.empty() && search_text(seam);
  tail = std::string(event.bytes.size() > 96 ? event.bytes.substr(event.bytes.size() - 96)
                                             : event.bytes);
  return found;
}

bool CanarySearch::search_text(std::string_view text) {
  const auto hit = index_.find(text);
  if (!hit) return false;
  hit_view_ = hit->label;
  hit_text_ = std::string(text.substr(hit->offset, kPatternBytesMin));
  return true;
}

void CanarySearch::plant_in_every_tap() {
  learn(kPlanted, kWindowSymbols);
  for (const EventKind tap : kTaps) {
    for (std::uint32_t view = 0; view < kSecretViewCount; ++view) {
      const std::string leak =
          "before " + written_as(static_cast<SecretView>(view), kPlanted) + " after";
      TraceEvent planted;
      planted.kind = tap;
      planted.name = "planted";
      planted.bytes = leak;
      compared();
      if (search(planted)) continue;
      violated({.oracle = {},
                .site = "planted_canary_missed",
                .detail = std::string(name(tap)) + " as " +
                          std::string(name(static_cast<SecretView>(view))),
                .expected = "the planted canary is found",
                .seen = "the search is blind there"});
    }
  }
}

void CanarySearch::at_quiescence(const World&) {
  plant_in_every_tap();
}

}  // namespace dp::sim
