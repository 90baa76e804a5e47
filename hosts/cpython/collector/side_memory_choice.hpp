// Side memory as it suits a heap of the size at hand.
#pragma once

#include <cstddef>

#include "gc/side_memory.hpp"

namespace exuvia::cpython {

// The process's side memory. For a heap of fewer than about two million objects one that never asks
// for huge pages: to zero even one would cost more than its tables' few small pages.
gc::SideMemory& side_memory_for(std::size_t objects) noexcept;

}  // namespace exuvia::cpython
