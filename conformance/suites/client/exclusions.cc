// Requirements of clients that an adapter cannot show, each with its reason.
#include "conformance/suites/client/suite.h"

namespace dp::conformance {

const std::vector<Exclusion>& client_exclusions() {
  static const std::vector<Exclusion> kAll = {
      {"DP-STORE-004", "rows are in the implementation's own format: nobody else can exchange two"},
      {"DP-SYNC-019",
       "a sealed tombstone lives as long as its chat: such an absence cannot be made"},
      {"DP-KEY-004", "an adapter shows neither output; vectors check the derivation"},
      {"DP-KEY-007", "locked memory cannot be seen from outside the process"},
      {"DP-KEY-008", "labels are inside; what each derives is checked with DP-KEY-001"},
      {"DP-ENV-002", "one plaintext per nonce is all that can be seen; two-run checks of the core"},
      {"DP-ENV-004", "time within the process cannot be seen through an adapter"},
      {"DP-ENV-011", "memory within the process cannot be seen through an adapter"},
      {"DP-MERGE-015", "needs a text cleared under a copy that survives; vectors check it"},
      {"DP-FIELD-004", "concerns clients of the field dialect, which have no adapter"},
      {"DP-SET-001", "settings are handed to an adapter in a shape that is always valid"},
  };
  return kAll;
}

}  // namespace dp::conformance
