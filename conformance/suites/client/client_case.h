// A case for clients: what it claims, and how it is played.
#pragma once

#include <functional>

#include "conformance/suites/client/stage.h"
#include "conformance/verdict/case.h"

namespace dp::conformance {

struct ClientCase {
  Case about;
  std::function<void(Stage&)> play;
};

}  // namespace dp::conformance
