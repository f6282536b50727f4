// The requirements of the specification, read from its own text.
//
// docs/protocol.md anchors each MUST and SHOULD sentence with a comment
//   <!-- req: DP-SAVE-001 MUST client since=1.0 from=R50 -->
// and the program carries that text with it, so that a report can show the sentence.
// Guarantees: in the order of the document; ids are distinct in a well-formed document.
// Does not: judge which cases cover what (see manifest.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dp::conformance {

enum class Binding : std::uint8_t { must, should };
enum class Side : std::uint8_t { client, server, both };

struct Requirement {
  std::string id;
  Binding binding = Binding::must;
  Side side = Side::both;
  std::string sentence;  // without its anchor and list mark
  std::size_t line = 0;  // of docs/protocol.md, from 1
  bool operator==(const Requirement&) const = default;
};

// Anchors that do not parse are left out; a layout test of the document finds those.
std::vector<Requirement> read_requirements(std::string_view specification);

// Of the specification this program was built with.
const std::vector<Requirement>& requirements();
const Requirement* find_requirement(std::string_view id);  // null if there is none

}  // namespace dp::conformance
