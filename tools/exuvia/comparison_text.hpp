// A comparison as a table for people.
#pragma once

#include <string>

#include "comparison.hpp"

namespace exuvia::cli {

std::string comparison_text(const Comparison& comparison);

}  // namespace exuvia::cli
