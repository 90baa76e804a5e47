#include "cpython/interpreters_inl.hpp"

namespace exuvia::cpython::interpreters {
namespace {

PyInterpreterState* nobody() noexcept { return reinterpret_cast<PyInterpreterState*>(1); }

}  // namespace

PyInterpreterState* alone = nobody();

void learn_main() noexcept {
  PyInterpreterState* head = PyInterpreterState_Head();
  const bool is_only_one =
      head == PyInterpreterState_Main() && PyInterpreterState_Next(head) == nullptr;
  // Also tells whether this runtime's layout is the one we were built for.
  if (is_only_one && _PyRuntime.interpreters.head == head)
    __atomic_store_n(&alone, head, __ATOMIC_RELAXED);
}

void forget_main() noexcept { __atomic_store_n(&alone, nobody(), __ATOMIC_RELAXED); }

}  // namespace exuvia::cpython::interpreters
