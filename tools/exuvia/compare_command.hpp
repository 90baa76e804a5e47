// exuvia compare: runs a program on stock Python and on Exuvia in turn.
#pragma once

#include "command_line.hpp"
#include "outcome.hpp"

namespace exuvia::cli {

// `words` follow "compare".
Outcome<Done> compare_command(const Words& words);

}  // namespace exuvia::cli
