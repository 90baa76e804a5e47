// What is the same in every version.
#pragma once

#include "cpython/internals.hpp"

#include <algorithm>
#include <utility>

namespace exuvia::cpython::version {

// Where the slots of a frame end that it owns for sure, and from there those that may be stale.
template <class Slot>
struct SlotsEnd {
  const Slot* sure;
  const Slot* all;
};

template <class Add>
void for_each_common_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  add(interpreter->sysdict);
  add(interpreter->builtins);
  add(interpreter->builtins_copy);
  add(interpreter->dict);
  add(interpreter->before_forkers);
  add(interpreter->after_forkers_parent);
  add(interpreter->after_forkers_child);
  add(interpreter->warnings.filters);
  add(interpreter->warnings.once_registry);
  add(interpreter->warnings.default_action);
  add(interpreter->audit_hooks);
  // The types of the syntax tree are all that its state holds from the first one on.
  PyObject* const* const ast_types = &interpreter->ast.AST_type;
  std::for_each(ast_types, reinterpret_cast<PyObject* const*>(&interpreter->ast + 1), add);
  add(interpreter->gc.garbage);
  add(interpreter->gc.callbacks);
}

template <class Add>
void for_each_common_thread_root(PyThreadState* thread, Add&& add) {
  add(thread->dict);
  add(thread->async_exc);
  add(thread->c_profileobj);
  add(thread->c_traceobj);
  add(thread->async_gen_firstiter);
  add(thread->async_gen_finalizer);
  add(thread->context);
  for (_PyErr_StackItem* item = thread->exc_info; item != nullptr; item = item->previous_item) {
    add(item->exc_value);
  }
}

}  // namespace exuvia::cpython::version
