// A run's ledger as JSON, for programs. The members are described in exuvia(1).
#pragma once

#include <sys/types.h>

#include "ledger/file.hpp"

namespace exuvia::ledger {

// Writes every recorded process of the run to `descriptor`. Returns 0 or an errno. Does not
// allocate. One thread at a time.
int write_run_json(const LedgerFile& file, pid_t root, int descriptor) noexcept;

// The same into the file at `path`, which is replaced. Says on standard error when that fails.
void write_run_json_file(const LedgerFile& file, pid_t root, const char* path) noexcept;

}  // namespace exuvia::ledger
