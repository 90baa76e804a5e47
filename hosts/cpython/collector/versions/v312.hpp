// CPython 3.12.
#pragma once

#include "cpython/internals.hpp"

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>

#include "cpython/collector/versions/until_v313.hpp"
#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython::version {

inline constexpr bool kUntracksDicts = true;
// Automatic collections start between instructions, where the evaluation loop looks at its breaker.
inline constexpr bool kCollectsBetweenInstructions = true;

inline _PyInterpreterFrame* current_frame(PyThreadState* thread) noexcept {
  return thread->cframe == nullptr ? nullptr : thread->cframe->current_frame;
}
inline bool is_shim(const _PyInterpreterFrame* frame) noexcept {
  return frame->owner == FRAME_OWNED_BY_CSTACK;
}
inline PyCodeObject* code_of(const _PyInterpreterFrame* frame) noexcept { return frame->f_code; }
inline PyObject* function_of(const _PyInterpreterFrame* frame) noexcept { return frame->f_funcobj; }
inline int offset_of(const _PyInterpreterFrame* frame) noexcept {
  const void* code = frame->f_code->co_code_adaptive;
  return static_cast<int>(frame->prev_instr - static_cast<const _Py_CODEUNIT*>(code));
}

inline SlotsEnd<Slot> slots_end(_PyInterpreterFrame* frame, const _PyInterpreterFrame* callee,
                                bool finished) noexcept {
  const bool is_waiting = callee != nullptr && !is_shim(callee);
  return searched_slots_end(frame, code_of(frame), offset_of(frame), is_waiting, finished);
}

template <class Add>
void for_each_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  for_each_common_interpreter_root(interpreter, add);
  for_each_exit_callback(interpreter->atexit, add);
  add(interpreter->imports.modules);
  add(interpreter->imports.modules_by_index);
  add(interpreter->imports.importlib);
  add(interpreter->imports.import_func);
  add(interpreter->sysdict_copy);
  add(interpreter->codec_search_path);
  add(interpreter->codec_search_cache);
  add(interpreter->codec_error_registry);
}

template <class Add>
void for_each_thread_root(PyThreadState* thread, Add&& add) {
  for_each_common_thread_root(thread, add);
  add(thread->current_exception);
}

// A static built-in type's dict and subclasses are the interpreter's; the type holds its number
// plus one.
inline const static_builtin_state* static_type_state(const PyInterpreterState* interpreter,
                                                     const PyTypeObject* type) noexcept {
  return &interpreter->types.builtins[reinterpret_cast<std::size_t>(type->tp_subclasses) - 1];
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

// object - 24: address of the values (shared keys in the type) minus one, or of the dict once it
// was asked for
template <class Visit>
[[gnu::always_inline]] inline void trace_attributes(PyObject* object, PyTypeObject* type, bool,
                                                    Visit&& visit) noexcept {
  const PyDictOrValues attributes = *_PyObject_DictOrValuesPointer(object);
  if (!_PyDictOrValues_IsValues(attributes)) return visit(_PyDictOrValues_GetDict(attributes));
  const PyDictValues* values = _PyDictOrValues_GetValues(attributes);
  const PyDictKeysObject* keys = reinterpret_cast<PyHeapTypeObject*>(type)->ht_cached_keys;
  for (Py_ssize_t i = 0; i < keys->dk_nentries; ++i) visit(values->values[i]);
}

template <class Visit>
void trace_split_values(const PyDictObject* dict, Visit&& visit) noexcept {
  for (Py_ssize_t i = 0; i < dict->ma_keys->dk_nentries; ++i) visit(dict->ma_values->values[i]);
}

inline void prefetch_attributes(const PyObject* object) noexcept {
  base::prefetch_to_read(reinterpret_cast<void* const*>(object)[-3]);
}

// Whether the values of a split dict lie in the instance it belongs to.
inline bool has_embedded_values(const PyDictObject*) noexcept { return false; }

// What functions refer to beyond what they do in every version.
template <class Visit>
void trace_function_extras(const PyFunctionObject* function, const Visit& visit) noexcept {
  visit(function->func_typeparams);
}

// A list of free ones still has the last that it gave where the next will be put.
inline bool was_free(PyInterpreterState* interpreter, const PyObject* dict) noexcept {
  auto& free = interpreter->dict_state;
  return reinterpret_cast<PyObject*>(std::exchange(free.free_list[free.numfree], nullptr)) == dict;
}

}  // namespace exuvia::cpython::version
