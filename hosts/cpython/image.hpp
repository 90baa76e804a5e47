// The executables and libraries that hold the interpreter and this host.
#pragma once

#include <cstdint>

namespace exuvia::cpython {

// The addresses from an image's first byte to its last.
struct ImageRange {
  std::uintptr_t begin = 0;
  std::uintptr_t size = 0;

  bool contains(const void* address) const noexcept {
    return reinterpret_cast<std::uintptr_t>(address) - begin < size;
  }
};

// That of the interpreter: the executable or libpython. Any thread; the first call takes the
// loader's lock.
const ImageRange& interpreter_image() noexcept;

// Whether the function or variable at `address` is the interpreter's own.
inline bool is_in_interpreter(const void* address) noexcept {
  return interpreter_image().contains(address);
}

// Lets those pages of this library go that are as in its file, until they are touched again: most
// served only to load and install it.
void let_own_pages_go() noexcept;

}  // namespace exuvia::cpython
