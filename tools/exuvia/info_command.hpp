// exuvia info: what works with the Python at hand.
#pragma once

#include "command_line.hpp"
#include "outcome.hpp"

namespace exuvia::cli {

// `words` follow "info".
Outcome<Done> info_command(const Words& words);

}  // namespace exuvia::cli
