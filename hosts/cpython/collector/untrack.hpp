// CPython stops tracking tuples and dicts that hold only atoms when a collection examines them.
#pragma once

#include <cstddef>

#include "cpython/internals.hpp"

namespace exuvia::cpython {

// Untracks such tuples and dicts among the first `limit` objects of `list`. Returns how many.
std::size_t untrack_atom_holders(PyGC_Head* list, std::size_t limit) noexcept;

}  // namespace exuvia::cpython
