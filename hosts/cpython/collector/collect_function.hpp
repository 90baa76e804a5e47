// gc.collect() as the program calls it.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython::collect_function {

// From here on the function behind gc.collect is ours: the same object, name and signature. It
// calls CPython's, and passes the result of a full collection through `adjust`. False, with nothing
// changed, if it is not what was expected.
using Adjust = Py_ssize_t (*)(Py_ssize_t found) noexcept;
bool try_install(PyObject* gc_module, Adjust adjust) noexcept;

// Whether the running collection was called for by gc.collect().
bool is_running() noexcept;

// CPython's own gc.collect(), whatever the program has put in its place. An error is cleared.
void call_original() noexcept;

}  // namespace exuvia::cpython::collect_function
