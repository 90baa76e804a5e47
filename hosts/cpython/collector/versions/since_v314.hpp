// What has been so since CPython 3.14.
#pragma once

#include "cpython/collector/versions/since_v313.hpp"

#include <internal/pycore_interpframe.h>
#include <internal/pycore_tstate.h>

namespace exuvia::cpython::version {

// Whether a full collection stops tracking dicts that hold atoms only.
inline constexpr bool kUntracksDicts = false;

// Bits 0 and 1 of a slot: 0 an object, 1 one that something else owns for as long (or no object, if
// its address is 0), 2 and 3 no object.
using Slot = _PyStackRef;
inline PyObject* object_in(Slot slot) noexcept {
  return (slot.bits & 2) != 0 ? nullptr
                              : reinterpret_cast<PyObject*>(slot.bits & ~std::uintptr_t{1});
}

inline bool is_shim(const _PyInterpreterFrame* frame) noexcept {
  return frame->owner >= FRAME_OWNED_BY_INTERPRETER;
}
inline PyCodeObject* code_of(const _PyInterpreterFrame* frame) noexcept {
  return reinterpret_cast<PyCodeObject*>(object_in(frame->f_executable));
}
inline PyObject* function_of(const _PyInterpreterFrame* frame) noexcept {
  return object_in(frame->f_funcobj);
}

// The evaluation loop stores it before whatever may start a collection.
inline SlotsEnd<Slot> slots_end(const _PyInterpreterFrame* frame, const _PyInterpreterFrame*,
                                bool) noexcept {
  return {frame->stackpointer, frame->stackpointer};
}

template <class Add>
void for_each_interpreter_root_since_v314(PyInterpreterState* interpreter, Add&& add) {
  for_each_common_interpreter_root(interpreter, add);
  for_each_import_root(interpreter, add);
  add(interpreter->atexit.callbacks);
  add(interpreter->sysdict_copy);
  add(interpreter->warnings.context);
}

template <class Add>
void for_each_thread_root_since_v314(PyThreadState* thread, Add&& add) {
  for_each_common_thread_root(thread, add);
  add(thread->current_exception);
  add(thread->threading_local_key);
  add(thread->threading_local_sentinel);
  const auto* whole = reinterpret_cast<const _PyThreadStateImpl*>(thread);
  add(whole->asyncio_running_loop);
  add(whole->asyncio_running_task);
}

// What functions refer to beyond what they do in every version.
template <class Visit>
void trace_function_extras(const PyFunctionObject* function, const Visit& visit) noexcept {
  visit(function->func_annotate);
  visit(function->func_typeparams);
}

// As CPython reports an exception from one of gc.callbacks.
inline void report_failed(PyObject* callback) noexcept {
  PyErr_FormatUnraisable("Exception ignored while calling GC callback %R", callback);
}

// Takes the last free one for new memory.
inline bool was_free(const PyInterpreterState* interpreter, const PyObject*) noexcept {
  return interpreter->object_state.freelists.dicts.size != 0;
}

}  // namespace exuvia::cpython::version
