// Loads the host library that fits an interpreter.
#pragma once

#include "preload/interpreter.hpp"

namespace exuvia::preload {

// Loads it from the preload library's own folder and has it install itself. If there is none for
// this interpreter, says so in one line on stderr (the first process of a run only) and leaves the
// program alone. Only the first call in a process does anything.
void load_host_for(const Interpreter& interpreter) noexcept;

// Where no interpreter ever was, says so in one line on stderr (the first process of a run only).
void report_absence() noexcept;

// Has the host record the process's final figures, if there is a host.
void finish_host() noexcept;

// Has the host give up the addresses that it reserved and does not use, if there is a host.
void release_addresses() noexcept;

}  // namespace exuvia::preload
