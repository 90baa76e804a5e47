// Whether the end of an object concerns the program.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython {

inline bool has_finalizer(const PyTypeObject* type) noexcept {
  return type->tp_finalize != nullptr || type->tp_del != nullptr;
}

// The first of the weak references to an object, which are a list.
inline const PyWeakReference* weak_references(PyObject* object, const PyTypeObject* type) noexcept {
  if (type->tp_weaklistoffset == 0) return nullptr;
  return *reinterpret_cast<PyWeakReference**>(reinterpret_cast<char*>(object) +
                                              type->tp_weaklistoffset);
}

inline bool has_weak_references(PyObject* object, const PyTypeObject* type) noexcept {
  return weak_references(object, type) != nullptr;
}

inline bool has_callbacks(PyObject* object, const PyTypeObject* type) noexcept {
  const PyWeakReference* reference = weak_references(object, type);
  while (reference != nullptr && reference->wr_callback == nullptr) reference = reference->wr_next;
  return reference != nullptr;
}

}  // namespace exuvia::cpython
