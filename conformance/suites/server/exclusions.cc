// Requirements of servers that nobody outside can see, each with its reason.
#include "conformance/suites/server/suite.h"

namespace dp::conformance {

const std::vector<Exclusion>& server_exclusions() {
  static const std::vector<Exclusion> kAll = {};
  return kAll;
}

}  // namespace dp::conformance
