// Which program this is: its version, and a print of the executable that tells two builds apart.
#pragma once

#include "sim/capsule/capsule.h"

namespace dp::cli {

const sim::Maker& this_program();  // read once

}  // namespace dp::cli
