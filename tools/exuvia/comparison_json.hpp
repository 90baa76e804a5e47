// A comparison for programs. The members are described in exuvia(1).
#pragma once

#include <string>

#include "comparison.hpp"

namespace exuvia::cli {

std::string comparison_json(const Comparison& comparison);

}  // namespace exuvia::cli
