// Requirements of servers that nobody outside can see, each with its reason.
#include "conformance/suites/server/suite.h"

namespace dp::conformance {

const std::vector<Exclusion>& server_exclusions() {
  static const std::vector<Exclusion> kAll = {
      {"DP-VER-022", "a write that loses before it took effect is a race inside the server"},
      {"DP-VER-032", "a write that fails after its number was allocated cannot be caused"},
      {"DP-READ-006", "a lookup that fails cannot be caused from outside"},
      {"DP-READ-007", "a cache that fails cannot be caused from outside"},
      {"DP-READ-008", "a lookup that is overtaken by a write cannot be caused from outside"},
      {"DP-PERS-004", "a job that fails cannot be caused from outside"},
      {"DP-PERS-005", "persistence cannot be made to lag from outside"},
      {"DP-PERS-007", "a record that lives longer than it must looks the same"},
      {"DP-MSG-007", "a deletion that fails after its message was stored cannot be caused"},
      {"DP-MSG-014", "an answer of the database cannot be lost from outside"},
      {"DP-OWN-003", "an owner who cannot be determined cannot be caused from outside"},
  };
  return kAll;
}

}  // namespace dp::conformance
