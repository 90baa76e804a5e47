// Reads what the processes of a run have recorded, while they run or after their deaths.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "ledger/file.hpp"

namespace exuvia::ledger {

// Copies the slot at `index`, below claimed_slots(). False when its process has not filled it.
bool try_read_slot(const LedgerFile& file, std::size_t index, Slot& into) noexcept;

// Copies the slot of process `pid`. When the number was used twice, the first process's.
bool try_read_process(const LedgerFile& file, pid_t pid, Slot& into) noexcept;

// Processes of the run that found no slot, or no memory for one.
std::size_t unrecorded_processes(const LedgerFile& file) noexcept;

// From its first slot's claim to its last figure.
std::uint64_t duration_ns(const Slot& slot) noexcept;

// What the processes other than `root` did together.
struct ChildrenFigures {
  std::size_t processes = 0;
  std::uint64_t collections = 0;
  std::uint64_t collected = 0;
  std::uint64_t resident_peak = 0;  // of the largest
  std::uint64_t unshared = 0;       // sum
  bool unshared_known = false;      // of at least one
  PauseHistogram pauses{};          // of full collections
};
void read_children(const LedgerFile& file, pid_t root, Slot& buffer,
                   ChildrenFigures& figures) noexcept;

}  // namespace exuvia::ledger
