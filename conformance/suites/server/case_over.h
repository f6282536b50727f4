// How a case for servers ends early: thrown by checks, caught by the suite.
#pragma once

#include <string>

#include "conformance/verdict/verdict.h"

namespace dp::conformance {

struct CaseOver {
  Verdict verdict = Verdict::fail;
  std::string tag;
  std::string expected;
  std::string actual;
  std::string requirement;  // "" is the first of the case
};

}  // namespace dp::conformance
