// Roots that have the same names in every version.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython::version {

template <class Callback, class Add>
void for_each_exit_callback(Callback* const* callbacks, int count, Add&& add) {
  for (int i = 0; i < count; ++i) {
    if (callbacks[i] == nullptr) continue;
    add(callbacks[i]->func);
    add(callbacks[i]->args);
    add(callbacks[i]->kwargs);
  }
}

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
  add(interpreter->gc.garbage);
  add(interpreter->gc.callbacks);
  for_each_exit_callback(interpreter->atexit.callbacks, interpreter->atexit.ncallbacks, add);
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
