// The finalizers of a heap that are yet to be called.
#pragma once

#include "exuvia/types/weakref.hpp"

namespace exuvia::types {

// Linked through the finalizers, which leave it when they are called or detached: until then they
// keep themselves alive.
class FinalizerList {
 public:
  void add(Finalizer& finalizer) noexcept;
  void remove(Finalizer& finalizer) noexcept;

  // Calls those that are to run at the end of the heap, the newest first.
  void run_at_exit() noexcept;

 private:
  Finalizer* newest_ = nullptr;
};

}  // namespace exuvia::types
