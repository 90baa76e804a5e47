// Between CPython's collector and the program's gc.callbacks.
#pragma once

#include "cpython/collector/aside.hpp"

namespace exuvia::cpython::relay {

// Called around every collection of the interpreter, whatever its origin. `info` is the dict that
// the program's callbacks get: numbers "generation", "collected", "uncollectable", and since 3.15
// "candidates" and "duration".
struct Listener {
  void (*start)(PyObject* info) noexcept;  // after the program's callbacks
  void (*stop)(PyObject* info) noexcept;   // before them
};

// Replaces the list of callbacks that CPython calls by a private one. The program keeps its list,
// finds it in the module whenever it imports that, and what it puts there is called as CPython
// would. Null when that is done; else, with nothing changed, why not.
const char* try_install(GcState& gc, PyObject* gc_module, const Listener& listener) noexcept;

// While silent, collections are announced to nobody.
void set_silent(bool silent) noexcept;

// What `info` says of the generation that is collected. For every collection, so fast.
Py_ssize_t generation_in(PyObject* info) noexcept;

// Numbers of `info`.
Py_ssize_t number_in(PyObject* info, const char* key) noexcept;
void set_number_in(PyObject* info, const char* key, Py_ssize_t number) noexcept;
void set_number_in(PyObject* info, const char* key, double number) noexcept;

}  // namespace exuvia::cpython::relay
