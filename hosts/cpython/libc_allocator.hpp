// The C library's malloc family as an allocator of CPython's.
#pragma once

#include <Python.h>

namespace exuvia::cpython::libc {

// With Python's rules for 0: a size of 0 is served as 1.
PyMemAllocatorEx allocator() noexcept;

// Keeps glibc from giving the end of its heap back at every turn of a load that rises and falls:
// each return is paid for again in page faults. Does nothing where the environment has settings for
// malloc.
void calm() noexcept;

// Bytes in blocks that malloc has out, whoever asked; 0 where it does not tell. Takes malloc's
// locks.
std::size_t bytes_in_use() noexcept;

}  // namespace exuvia::cpython::libc
