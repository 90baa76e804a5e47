// exuvia run: executes a program on Exuvia.
#pragma once

#include "command_line.hpp"
#include "outcome.hpp"

namespace exuvia::cli {

// `words` follow "run". Does not return when the program is executed.
Outcome<Done> run_command(const Words& words);

}  // namespace exuvia::cli
