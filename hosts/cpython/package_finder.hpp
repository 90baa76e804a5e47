// Lets a program that runs under `exuvia run` import the package `exuvia`, whose folder is not on
// sys.path.
#pragma once

#include <Python.h>

namespace exuvia::cpython {

// Appends a finder for that one package to sys.meta_path, after all others: a module of the
// program's own that is called exuvia comes first. Needs the interpreter's lock. Failure is not
// reported: the program did not ask.
void make_package_importable() noexcept;

}  // namespace exuvia::cpython
