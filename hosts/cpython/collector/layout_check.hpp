// Whether the interpreter in the process has the layout this host was built for.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython {

// Null when what the public interface says of the collector and of the running frame is found where
// we expect it; else what differs. Runs in the main interpreter.
const char* layout_difference(PyThreadState* thread, PyObject* gc_module) noexcept;

}  // namespace exuvia::cpython
