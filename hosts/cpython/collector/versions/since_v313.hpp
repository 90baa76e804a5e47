// What has been so since CPython 3.13.
#pragma once

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>

#include "cpython/collector/versions/common.hpp"

namespace exuvia::cpython::version {

// Automatic collections start between instructions, where the evaluation loop looks at its breaker.
inline constexpr bool kCollectsBetweenInstructions = true;

inline _PyInterpreterFrame* current_frame(PyThreadState* thread) noexcept {
  return thread->current_frame;
}

template <class Add>
void for_each_import_root(const PyInterpreterState* interpreter, Add&& add) {
  add(interpreter->imports.modules);
  add(interpreter->imports.modules_by_index);
  add(interpreter->imports.importlib);
  add(interpreter->imports.import_func);
  add(interpreter->codecs.search_path);
  add(interpreter->codecs.search_cache);
  add(interpreter->codecs.error_registry);
}

// A static built-in type's dict and subclasses are the interpreter's; the type holds its number
// plus one. Managed static types of extension modules are numbered after the built-in ones.
inline const managed_static_type_state* static_type_state(const PyInterpreterState* interpreter,
                                                          const PyTypeObject* type) noexcept {
  const std::size_t number = reinterpret_cast<std::size_t>(type->tp_subclasses) - 1;
  return number < _Py_MAX_MANAGED_STATIC_BUILTIN_TYPES
             ? &interpreter->types.builtins.initialized[number]
             : &interpreter->types.for_extensions
                    .initialized[number - _Py_MAX_MANAGED_STATIC_BUILTIN_TYPES];
}
inline bool is_builtin_static(const PyTypeObject* type) noexcept {
  return (type->tp_flags & _Py_TPFLAGS_STATIC_BUILTIN) != 0;
}
inline PyObject* static_type_dict(PyInterpreterState* interpreter, PyTypeObject* type) noexcept {
  return is_builtin_static(type) ? static_type_state(interpreter, type)->tp_dict : type->tp_dict;
}
inline PyObject* static_type_subclasses(PyInterpreterState* interpreter,
                                        PyTypeObject* type) noexcept {
  return is_builtin_static(type) ? static_type_state(interpreter, type)->tp_subclasses
                                 : static_cast<PyObject*>(type->tp_subclasses);
}

// object + 16: the values themselves, shared keys in the type | object - 24: the dict, once it was
// asked for

// Visits the values that lie in the instance; false if there are none (any more).
template <class Visit>
bool trace_inline_values(PyObject* object, PyTypeObject* type, Visit&& visit) noexcept {
  if ((type->tp_flags & Py_TPFLAGS_INLINE_VALUES) == 0) return false;
  const PyDictValues* values = _PyObject_InlineValues(object);
  if (!values->valid) return false;
  for (int i = 0; i < values->capacity; ++i) visit(values->values[i]);
  return true;
}

// Values that lie in an instance may be its dict's as well. Which of the two visits them then:
// since 3.13.13 (gh-130327) the dict, before it the instance, which did not visit the dict.
inline const bool dict_visits_inline_values = Py_Version >= 0x030D0D00;

template <class Visit>
[[gnu::always_inline]] inline void trace_attributes(PyObject* object, PyTypeObject* type,
                                                    bool as_cpython, Visit&& visit) noexcept {
  const PyDictObject* dict = _PyObject_ManagedDictPointer(object)->dict;
  const bool is_left_to_dict = dict != nullptr && dict_visits_inline_values;
  const bool has_values = !is_left_to_dict && trace_inline_values(object, type, visit);
  if (!has_values || !as_cpython) visit(dict);
}

template <class Visit>
void trace_split_values(const PyDictObject* dict, Visit&& visit) noexcept {
  if (dict->ma_values->embedded && !dict_visits_inline_values) return;
  for (Py_ssize_t i = 0; i < dict->ma_keys->dk_nentries; ++i) visit(dict->ma_values->values[i]);
}

inline void prefetch_attributes(const PyObject*) noexcept {}

// Whether the values of a split dict lie in the instance it belongs to.
inline bool has_embedded_values(const PyDictObject* dict) noexcept {
  return dict->ma_values->embedded;
}

}  // namespace exuvia::cpython::version
