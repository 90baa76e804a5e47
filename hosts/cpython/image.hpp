// The executables and libraries that hold the interpreter and this host.
#pragma once

#include "exuvia/base/address_range.hpp"

namespace exuvia::cpython {

// From the first byte to the last of the interpreter's image: the executable or libpython. Any
// thread; the first call takes the loader's lock.
const base::AddressRange& interpreter_image() noexcept;

// Whether the function or variable at `address` is the interpreter's own.
inline bool is_in_interpreter(const void* address) noexcept {
  return interpreter_image().contains(reinterpret_cast<std::uintptr_t>(address));
}

// Lets those pages of this library go that are as in its file, until they are touched again: most
// served only to load and install it.
void let_own_pages_go() noexcept;

}  // namespace exuvia::cpython
