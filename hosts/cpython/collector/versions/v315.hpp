// CPython 3.15.
#pragma once

#include "cpython/collector/versions/since_v314.hpp"

namespace exuvia::cpython::version {

template <class Add>
void for_each_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  for_each_interpreter_root_since_v314(interpreter, add);
  add(interpreter->imports.lazy_import_func);
  add(interpreter->imports.lazy_imports_filter);
  add(interpreter->imports.lazy_modules);
  add(interpreter->imports.lazy_pending_submodules);
}

template <class Add>
void for_each_thread_root(PyThreadState* thread, Add&& add) {
  for_each_thread_root_since_v314(thread, add);
  add(reinterpret_cast<const _PyThreadStateImpl*>(thread)->lazy_imports);
}

}  // namespace exuvia::cpython::version
