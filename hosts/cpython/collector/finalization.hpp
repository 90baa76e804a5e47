// Whether the end of an object concerns the program.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython {

inline bool has_finalizer(const PyTypeObject* type) noexcept {
  return type->tp_finalize != nullptr || type->tp_del != nullptr;
}

inline bool has_weak_references(PyObject* object, const PyTypeObject* type) noexcept {
  if (type->tp_weaklistoffset == 0) return false;
  return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + type->tp_weaklistoffset) !=
         nullptr;
}

}  // namespace exuvia::cpython
