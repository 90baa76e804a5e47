// Python.h with CPython's internal structures. Include it first, and only in files that need what
// is internal.
#pragma once

#include <pyconfig.h>

// C's <stdatomic.h> cannot be had in C++20; CPython's other definitions, by compiler built-ins,
// have the same layout.
#undef HAVE_STD_ATOMIC

#define Py_BUILD_CORE 1
#include <Python.h>

#include <internal/pycore_interp.h>
#include <internal/pycore_runtime.h>
