// CPython 3.13.
#pragma once

#include "cpython/internals.hpp"

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>

#include "cpython/collector/versions/common_roots.hpp"

namespace exuvia::cpython::version {

inline constexpr bool kUntracksDicts = true;
// Automatic collections start between instructions, where the evaluation loop looks at its breaker.
inline constexpr bool kCollectsBetweenInstructions = true;

inline _PyInterpreterFrame* current_frame(PyThreadState* thread) noexcept {
  return thread->current_frame;
}
inline bool is_shim(const _PyInterpreterFrame* frame) noexcept {
  return frame->owner == FRAME_OWNED_BY_CSTACK;
}
inline bool awaits(const _PyInterpreterFrame*, const _PyInterpreterFrame* callee) noexcept {
  return callee != nullptr && !is_shim(callee);
}
inline PyCodeObject* code_of(const _PyInterpreterFrame* frame) noexcept {
  return reinterpret_cast<PyCodeObject*>(frame->f_executable);
}
inline PyObject* function_of(const _PyInterpreterFrame* frame) noexcept { return frame->f_funcobj; }
inline int offset_of(const _PyInterpreterFrame* frame) noexcept {
  const void* code = code_of(frame)->co_code_adaptive;
  return static_cast<int>(frame->instr_ptr - static_cast<const _Py_CODEUNIT*>(code));
}

template <class Add>
void for_each_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  for_each_common_interpreter_root(interpreter, add);
  add(interpreter->imports.modules);
  add(interpreter->imports.modules_by_index);
  add(interpreter->imports.importlib);
  add(interpreter->imports.import_func);
  add(interpreter->sysdict_copy);
  add(interpreter->codecs.search_path);
  add(interpreter->codecs.search_cache);
  add(interpreter->codecs.error_registry);
}

template <class Add>
void for_each_thread_root(PyThreadState* thread, Add&& add) {
  for_each_common_thread_root(thread, add);
  add(thread->current_exception);
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
template <class Visit>
void trace_attributes(PyObject* object, PyTypeObject* type, bool as_cpython,
                      Visit&& visit) noexcept {
  if ((type->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0) {
    const PyDictValues* values = _PyObject_InlineValues(object);
    for (int i = 0; values->valid && i < values->capacity; ++i) visit(values->values[i]);
    // This version does not visit a dict whose values are the instance's.
    if (values->valid && as_cpython) return;
  }
  visit(_PyObject_ManagedDictPointer(object)->dict);
}

// Values embedded in an instance are traced by it.
template <class Visit>
void trace_split_values(const PyDictObject* dict, Visit&& visit) noexcept {
  if (dict->ma_values->embedded) return;
  for (Py_ssize_t i = 0; i < dict->ma_keys->dk_nentries; ++i) visit(dict->ma_values->values[i]);
}

inline void prefetch_attributes(const PyObject*) noexcept {}

// Whether the values of a split dict lie in the instance it belongs to.
inline bool has_embedded_values(const PyDictObject* dict) noexcept {
  return dict->ma_values->embedded;
}

// What functions refer to beyond what they do in every version.
template <class Visit>
void trace_function_extras(const PyFunctionObject* function, const Visit& visit) noexcept {
  visit(function->func_typeparams);
}

}  // namespace exuvia::cpython::version
