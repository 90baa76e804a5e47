// Calls of user code from places that cannot pass an exception on.
#pragma once

#include <exception>
#include <utility>

#include "exuvia/runtime/collector.hpp"
#include "exuvia/runtime/core.hpp"

namespace exuvia::runtime {

// Calls `function`; what it throws goes to the heap's unraisable hook together with `where`.
template <class Function>
void call_guarded(HeapCore& core, const char* where, Function&& function) noexcept {
  try {
    std::forward<Function>(function)();
  } catch (...) {
    core.collector().report_unraisable(where, std::current_exception());
  }
}

}  // namespace exuvia::runtime
