// The interpreter's allocators of one domain form a stack: tracemalloc puts itself on top of what
// it finds, and puts that back when it stops. Who is to stay must be at the bottom.
#pragma once

#include <Python.h>

namespace exuvia::cpython::allocator::stack {

// Why Exuvia must not be put at the bottom now; null if it may. Needs the interpreter's lock.
const char* obstacle() noexcept;

// The domain's allocator, below tracemalloc if that traces.
PyMemAllocatorEx bottom(PyMemAllocatorDomain domain) noexcept;

// Replaces what bottom() returned.
void set_bottom(PyMemAllocatorDomain domain, const PyMemAllocatorEx& allocator) noexcept;

}  // namespace exuvia::cpython::allocator::stack
