// Whether something seen satisfies the conditions of an expectation, and both in words.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace dp::sim {

using Seen = Condition::Operand;  // null, flag, number, text or list of texts

bool holds(const Condition& condition, const Seen& seen);
bool all_hold(const std::vector<Condition>& conditions, const Seen& seen);

std::string in_words(const Seen& seen);  // texts quoted and cut to a line
std::string in_words(const std::vector<Condition>& conditions);

}  // namespace dp::sim
