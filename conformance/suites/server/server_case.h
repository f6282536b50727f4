// A case for servers: what it claims, what kind of server it needs, and how it is played.
#pragma once

#include <functional>

#include "conformance/suites/server/bench.h"
#include "conformance/verdict/case.h"

namespace dp::conformance {

struct ServerCase {
  Case about;            // level S1 if an address is enough, S2 if it needs the program
  SubjectLimits limits;  // S2: of the server it is played on; S1: what the profile says
  bool own = false;      // S2: a program of its own, that it may end
  std::function<void(Bench&)> play;

  ServerCase with(SubjectLimits wanted) &&;  // played on a server with these limits
  ServerCase alone() &&;                     // level S2, with a program of its own
};

// "DP-WIRE-003/array" is judged against DP-WIRE-003, and against `also`.
ServerCase server_case(std::string id, std::string title, std::function<void(Bench&)> play,
                       std::vector<std::string> also = {});

}  // namespace dp::conformance
