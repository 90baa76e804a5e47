// The summary of a run, printed by its root process at its end.
#pragma once

#include <sys/types.h>

#include "ledger/file.hpp"

namespace exuvia::ledger {

// Prints what process `root` recorded, and a line for its children, to `descriptor`. Does not
// allocate. Prints nothing when `root` recorded nothing. One thread at a time.
void print_summary(const LedgerFile& file, pid_t root, int descriptor) noexcept;

}  // namespace exuvia::ledger
