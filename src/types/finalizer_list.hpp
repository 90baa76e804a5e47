// The finalizers of a heap that are yet to be called.
#pragma once

#include "exuvia/types/weakref.hpp"

namespace exuvia::types {

// Keeps them alive: what they watch may never die.
class FinalizerList {
 public:
  // False when memory is exhausted.
  [[nodiscard]] bool try_add(const Ref<Finalizer>& finalizer) noexcept;
  void remove(Finalizer& finalizer) noexcept;

  // Calls those that are to run at the end of the heap, the newest first.
  void run_at_exit() noexcept;

 private:
  std::list<Ref<Finalizer>> by_age_;  // the newest last
};

}  // namespace exuvia::types
