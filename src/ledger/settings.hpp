// What the environment asks of a process that records in a ledger, copied when the ledger is
// opened: the program may change or clear its environment later.
#pragma once

#include <climits>

#include <sys/types.h>

namespace exuvia::ledger {

struct RunSettings {
  char ledger_path[PATH_MAX] = "";
  char json_path[PATH_MAX] = "";  // empty: no JSON is written
  pid_t root_pid = 0;             // 0: no process prints a summary
  bool prints_summary = true;
  bool measures_unshared = false;
};

// Reads the variables of environment.hpp. Values that make no sense count as absent.
void read_environment(RunSettings& settings) noexcept;

}  // namespace exuvia::ledger
