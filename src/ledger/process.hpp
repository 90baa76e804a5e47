// What the kernel knows about a process. Safe in a signal handler and after fork: no allocation, no
// locks.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

namespace exuvia::ledger {

struct Residence {
  std::uint64_t now;   // bytes in memory
  std::uint64_t peak;  // the most there ever were
};

// Reads at most `capacity` - 1 bytes of a (small) file and ends them with NUL. Returns their
// number, or -1.
ssize_t read_small_file(const char* path, char* into, std::size_t capacity) noexcept;

// When process `pid` started, in clock ticks since boot; with the pid it names a process. 0: there
// is none.
std::uint64_t start_ticks(pid_t pid) noexcept;

// Names the namespace in which this process's pids have their meaning; 0 when unknown.
std::uint64_t pid_namespace() noexcept;

// Whether the process that had this pid and start time still runs.
bool is_alive(pid_t pid, std::uint64_t ticks) noexcept;

Residence own_residence() noexcept;

// Bytes of this process's memory that are written and shared with no other process. Walks its page
// tables: about a millisecond for each few hundred MB. False when the kernel does not tell.
bool try_private_dirty(std::uint64_t& bytes) noexcept;

// User and system time of this process, without its children.
std::uint64_t own_cpu_ns() noexcept;

std::uint64_t monotonic_ns() noexcept;

// The command line as a reader names the program: without Python's own path, blanks for separators,
// cut at `capacity` - 1 characters.
void own_command_line(char* into, std::size_t capacity) noexcept;

}  // namespace exuvia::ledger
