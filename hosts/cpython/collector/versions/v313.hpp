// CPython 3.13.
#pragma once

#include "cpython/internals.hpp"

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>

#include "cpython/collector/versions/since_v313.hpp"
#include "cpython/collector/versions/until_v313.hpp"

namespace exuvia::cpython::version {

inline constexpr bool kUntracksDicts = true;
inline bool is_shim(const _PyInterpreterFrame* frame) noexcept {
  return frame->owner == FRAME_OWNED_BY_CSTACK;
}
inline PyCodeObject* code_of(const _PyInterpreterFrame* frame) noexcept {
  return reinterpret_cast<PyCodeObject*>(frame->f_executable);
}
inline PyObject* function_of(const _PyInterpreterFrame* frame) noexcept { return frame->f_funcobj; }
inline int offset_of(const _PyInterpreterFrame* frame) noexcept {
  const void* code = code_of(frame)->co_code_adaptive;
  return static_cast<int>(frame->instr_ptr - static_cast<const _Py_CODEUNIT*>(code));
}

inline SlotsEnd<Slot> slots_end(_PyInterpreterFrame* frame, const _PyInterpreterFrame* callee,
                                bool finished) noexcept {
  const bool is_waiting = callee != nullptr && !is_shim(callee);
  return searched_slots_end(frame, code_of(frame), offset_of(frame), is_waiting, finished);
}

template <class Add>
void for_each_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  for_each_common_interpreter_root(interpreter, add);
  for_each_import_root(interpreter, add);
  for_each_exit_callback(interpreter->atexit, add);
  add(interpreter->sysdict_copy);
}

template <class Add>
void for_each_thread_root(PyThreadState* thread, Add&& add) {
  for_each_common_thread_root(thread, add);
  add(thread->current_exception);
}

// What functions refer to beyond what they do in every version.
template <class Visit>
void trace_function_extras(const PyFunctionObject* function, const Visit& visit) noexcept {
  visit(function->func_typeparams);
}

// A list of free ones still has the last that it gave where the next will be put.
inline bool was_free(PyInterpreterState* interpreter, const PyObject* dict) noexcept {
  auto& free = interpreter->object_state.freelists.dicts;
  return reinterpret_cast<PyObject*>(std::exchange(free.items[free.numfree], nullptr)) == dict;
}

}  // namespace exuvia::cpython::version
