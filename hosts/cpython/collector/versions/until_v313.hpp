// What was so until CPython 3.13.
#pragma once

#include <algorithm>

#include "cpython/collector/unstored_stack/stack_depth.hpp"
#include "cpython/collector/versions/common.hpp"

namespace exuvia::cpython::version {

using Slot = PyObject*;
inline PyObject* object_in(Slot slot) noexcept { return slot; }

// A frame does not store where its value stack ends while it executes. `offset`: the instruction it
// is at, `finished`: which it has finished. `is_waiting`: it called another frame within one
// evaluation loop.
inline SlotsEnd<Slot> searched_slots_end(_PyInterpreterFrame* frame, PyCodeObject* code, int offset,
                                         bool is_waiting, bool finished) noexcept {
  Slot* locals = frame->localsplus;
  if (frame->stacktop >= 0) {
    Slot* end = locals + frame->stacktop;
    return {is_waiting ? end : locals, end};
  }
  const StackDepth depth = stack_depth_at(code, offset);
  const int used = finished ? std::min(depth.before, depth.after) : depth.before;
  Slot* stack = locals + code->co_nlocalsplus;
  return {stack, stack + std::clamp(used, 0, code->co_stacksize)};
}

template <class Add>
void for_each_exit_callback(const atexit_state& registered, Add&& add) {
  for (int i = 0; i < registered.ncallbacks; ++i) {
    const auto* callback = registered.callbacks[i];
    if (callback == nullptr) continue;
    add(callback->func);
    add(callback->args);
    add(callback->kwargs);
  }
}

// As CPython reports an exception from one of gc.callbacks.
inline void report_failed(PyObject* callback) noexcept { PyErr_WriteUnraisable(callback); }

}  // namespace exuvia::cpython::version
