// Requirements of clients that an adapter cannot show, each with its reason.
#include "conformance/suites/client/suite.h"

namespace dp::conformance {

const std::vector<Exclusion>& client_exclusions() {
  static const std::vector<Exclusion> kAll = {};
  return kAll;
}

}  // namespace dp::conformance
