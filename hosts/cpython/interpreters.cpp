#include "cpython/interpreters_inl.hpp"

namespace exuvia::cpython::interpreters {
namespace {

PyInterpreterState* nobody() noexcept { return reinterpret_cast<PyInterpreterState*>(1); }

}  // namespace

PyInterpreterState* alone = nobody();

void learn_main() noexcept {
  if (!runtime::kInterpretersRunInParallel) return;  // nobody asks
  if (runtime::has_built_layout() && main_is_alone())
    __atomic_store_n(&alone, _PyRuntime.interpreters.main, __ATOMIC_RELAXED);
}

void forget_main() noexcept { __atomic_store_n(&alone, nobody(), __ATOMIC_RELAXED); }

// Read where they lie: CPython's functions that tell them are on pages that no program needs.
bool main_is_alone() noexcept {
  const auto& all = _PyRuntime.interpreters;
  return all.head != nullptr && all.head == all.main && all.head->next == nullptr;
}

}  // namespace exuvia::cpython::interpreters
