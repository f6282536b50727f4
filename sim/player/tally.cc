#include "sim/player/tally.h"

#include "core/client/words.h"
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

void add(std::map<std::string, std::int64_t, std::less<>>& counts, std::string_view name) {
  const auto known = counts.find(name);
  if (known != counts.end()) {
    ++known->second;
  } else {
    counts.emplace(name, 1);
  }
}

}  // namespace

void Tally::observe(const TraceEvent& event, const World&) {
  last_sequence_ = event.sequence;
  switch (event.kind) {
    case EventKind::frame_sent:
      return add(nodes_[event.node].sent, event.name);
    case EventKind::frame_came:
      nodes_[event.node].last_received.insert_or_assign(std::string(event.name),
                                                        std::string(event.bytes));
      return add(nodes_[event.node].received, event.name);
    case EventKind::store_write:
      ++nodes_[event.node].writes;
      return;
    case EventKind::notice:
      if (event.number < client::kNoticeWords.size()) {
        add(nodes_[event.node].notices, client::kNoticeWords[event.number]);
      }
      return;
    default:
      return;
  }
}

std::int64_t Tally::count_of(const Counts& counts, std::string_view name) {
  const auto known = counts.find(name);
  return known == counts.end() ? 0 : known->second;
}

const Tally::Node* Tally::find(NodeId node) const {
  const auto known = nodes_.find(node);
  return known == nodes_.end() ? nullptr : &known->second;
}

std::int64_t Tally::sent(NodeId node, std::string_view frame_type) const {
  const Node* counts = find(node);
  return counts == nullptr ? 0 : count_of(counts->sent, frame_type);
}

std::int64_t Tally::received(NodeId node, std::string_view frame_type) const {
  const Node* counts = find(node);
  return counts == nullptr ? 0 : count_of(counts->received, frame_type);
}

const std::string* Tally::last_received(NodeId node, std::string_view frame_type) const {
  const Node* frames = find(node);
  if (frames == nullptr) return nullptr;
  const auto known = frames->last_received.find(frame_type);
  return known == frames->last_received.end() ? nullptr : &known->second;
}

std::int64_t Tally::notices(NodeId node, std::string_view name) const {
  const Node* counts = find(node);
  return counts == nullptr ? 0 : count_of(counts->notices, name);
}

std::int64_t Tally::writes(NodeId node) const {
  const Node* counts = find(node);
  return counts == nullptr ? 0 : counts->writes;
}

}  // namespace dp::sim
