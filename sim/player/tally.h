// Counts what expectations ask for: frames by type, notices by name, writes, per node.
//
// Lifetime: attached to one world for one run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/trace/event.h"
#include "sim/world/observer.h"

namespace dp::sim {

class Tally : public Observer {
 public:
  void observe(const TraceEvent& event, const World& world) override;
  void start_counting(NodeId node) { nodes_.erase(node); }

  std::int64_t sent(NodeId node, std::string_view frame_type) const;
  std::int64_t received(NodeId node, std::string_view frame_type) const;
  // The last frame of the type as it came; nothing since counting began is nullptr.
  const std::string* last_received(NodeId node, std::string_view frame_type) const;
  std::int64_t notices(NodeId node, std::string_view name) const;
  std::int64_t writes(NodeId node) const;
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  using Counts = std::map<std::string, std::int64_t, std::less<>>;
  struct Node {
    Counts sent;
    Counts received;
    Counts notices;
    std::map<std::string, std::string, std::less<>> last_received;
    std::int64_t writes = 0;
  };
  static std::int64_t count_of(const Counts& counts, std::string_view name);
  const Node* find(NodeId node) const;

  std::map<NodeId, Node> nodes_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace dp::sim
