// What belongs to the interpreter's own executable or library.
#pragma once

#include <Python.h>

#include <dlfcn.h>

namespace exuvia::cpython {

// Whether the function or variable at `address` is the interpreter's own.
inline bool is_in_interpreter(const void* address) noexcept {
  Dl_info interpreter{};
  Dl_info other{};
  return dladdr(reinterpret_cast<const void*>(&PyMem_GetAllocator), &interpreter) != 0 &&
         dladdr(address, &other) != 0 && interpreter.dli_fbase == other.dli_fbase;
}

}  // namespace exuvia::cpython
