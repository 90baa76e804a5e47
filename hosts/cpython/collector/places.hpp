// Where an object holds its references.
#pragma once

#include "cpython/collector/trace_inl.hpp"

namespace exuvia::cpython {

// Visits the places in which an object holds references. What it holds otherwise cannot be taken
// out of it, and is said to be `fixed`.
template <class OnPlace, class OnFixed>
struct Places {
  const OnPlace& on_place;
  const OnFixed& on_fixed;

  void operator()(PyObject* const& place) const noexcept {
    if (place != nullptr) on_place(const_cast<PyObject*&>(place));
  }
  void operator()(PyObject* const&& fixed) const noexcept { (*this)(static_cast<void*>(fixed)); }
  void operator()(const void* fixed) const noexcept {
    if (fixed != nullptr) on_fixed();
  }
};

// Of an object of a plan whose base is known.
template <class OnPlace, class OnFixed>
void visit_places(const TypePlan& plan, PyObject* object, const OnPlace& on_place,
                  const OnFixed& on_fixed) noexcept {
  const Places<OnPlace, OnFixed> visit{on_place, on_fixed};
  trace::known_layout(plan.base, object, visit);
  if (!plan.is_instance) return;
  trace::slots(plan, object, visit);
  if (plan.has_attributes) version::trace_attributes(object, plan.type, false, visit);
  if (plan.dict_offset == 0) return;
  visit(*reinterpret_cast<PyObject* const*>(reinterpret_cast<char*>(object) + plan.dict_offset));
}

// What to put in a place of the object's instead of a reference, so that it can be deallocated: the
// parts of some objects are never null.
inline PyObject* substitute_in(const PyObject* object) noexcept {
  const PyTypeObject* type = Py_TYPE(object);
  const bool is_never_null = type == &PySet_Type || type == &PyFrozenSet_Type ||
                             type == &PyMethod_Type || type == &PyFunction_Type;
  return is_never_null ? Py_NewRef(Py_None) : nullptr;
}

}  // namespace exuvia::cpython
