// The part of interpreters.hpp that every allocation runs.
#pragma once

#include "cpython/internals.hpp"

#include "cpython/interpreters.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::interpreters {

// Acquire: pairs with the unlinking of an
// interpreter, so that who sees the list empty again also sees that forget_main() was called.
inline bool lock_protects_heap() noexcept {
  if constexpr (!runtime::kInterpretersRunInParallel) return true;
  return __atomic_load_n(&_PyRuntime.interpreters.head, __ATOMIC_ACQUIRE) ==
         __atomic_load_n(&alone, __ATOMIC_RELAXED);
}

}  // namespace exuvia::cpython::interpreters
