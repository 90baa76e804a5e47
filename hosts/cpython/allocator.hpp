// The allocator of CPython's object and mem domains: blocks of up to 512 bytes come from the Exuvia
// heap, larger ones from the allocator underneath, and every block goes back where it came from.
#pragma once

#include <Python.h>

namespace exuvia::cpython::allocator {

// Whether the blocks of the object domain are ours, as far as the interpreter's table of allocators
// tells.
bool is_installed() noexcept;

// Before the interpreter's runtime is initialised. Where the user asks for something (PYTHONMALLOC,
// -X dev, a configuration) CPython sets its own allocators later, and try_install() is needed.
void install_before_main() noexcept;

// In a running interpreter, under its lock: wraps the present allocators, each domain's own.
// Underneath tracemalloc if that traces, so that it can stop, and underneath CPython's debug hooks.
// Refuses where the user chose an allocator (PYTHONMALLOC=malloc, pymalloc). Returns null on
// success (also the second time), otherwise why not.
const char* try_install() noexcept;

}  // namespace exuvia::cpython::allocator
