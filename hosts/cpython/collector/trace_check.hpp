// Compares how we trace with how CPython does.
#pragma once

#include <cstddef>

#include "cpython/internals.hpp"

namespace exuvia::cpython {

// Of the main interpreter's tracked objects, how many have other containers among their references
// by our tracing than by tp_traverse. Writes the type's name of the first one into `first_type`.
// For tests.
std::size_t count_trace_differences(traverseproc subtype_traverse, char* first_type,
                                    std::size_t capacity) noexcept;

}  // namespace exuvia::cpython
