// CPython 3.14, from 3.14.5: those before collect incrementally.
#pragma once

#include "cpython/collector/versions/since_v314.hpp"

namespace exuvia::cpython::version {

template <class Add>
void for_each_interpreter_root(PyInterpreterState* interpreter, Add&& add) {
  for_each_interpreter_root_since_v314(interpreter, add);
}

template <class Add>
void for_each_thread_root(PyThreadState* thread, Add&& add) {
  for_each_thread_root_since_v314(thread, add);
}

}  // namespace exuvia::cpython::version
