// Ctrl-C and kill(1) while a program is being measured.
#pragma once

#include <sys/types.h>

namespace exuvia::cli {

// While one exists SIGINT and SIGTERM do not end exuvia: they are remembered, and passed on to the
// program if the terminal has not done so. The second one kills the program. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
};

// The process that signals are passed on to; 0 for none.
void pass_signals_to(pid_t program);

bool was_interrupted();

// The status that a program interrupted so ends with by convention: 128 and the signal's number.
int interrupted_status();

}  // namespace exuvia::cli
