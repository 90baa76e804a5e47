// The environment through which a run speaks to the libraries inside the program.
#pragma once

#include <string>

#include <sys/types.h>

#include "environment_block.hpp"
#include "options.hpp"

namespace exuvia::cli {

// Adds the preload library and the options to `environment`, and removes what an enclosing run has
// set. The user's own LD_PRELOAD stays, in front.
void announce_run(EnvironmentBlock& environment, const std::string& preload,
                  const RunOptions& options);

// Names the ledger; `root` is the process that prints the summary, 0 for none.
void announce_ledger(EnvironmentBlock& environment, const std::string& ledger, pid_t root);

}  // namespace exuvia::cli
