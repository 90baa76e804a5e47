#include "cpython/interpreters_inl.hpp"

#include "cpython/object_heap.hpp"

#include <pthread.h>

#include <cstdlib>

#include "ledger/environment.hpp"

namespace exuvia::cpython {
namespace {

constinit pthread_mutex_t heap_lock = PTHREAD_MUTEX_INITIALIZER;

void lock_heap() noexcept { pthread_mutex_lock(&heap_lock); }
bool try_lock_heap() noexcept { return pthread_mutex_trylock(&heap_lock) == 0; }
void unlock_heap() noexcept { pthread_mutex_unlock(&heap_lock); }

// Once the interpreter is gone, or never was, there is no lock to hold. With several interpreters
// under one lock CPython cannot tell who holds it.
bool holds_interpreters_lock() noexcept {
  if (Py_IsInitialized() == 0) return true;
  const PyInterpreterState* head = PyInterpreterState_Head();
  return head != nullptr &&
         PyInterpreterState_Next(const_cast<PyInterpreterState*>(head)) == nullptr &&
         PyGILState_Check() == 1;
}

constinit std::size_t limit = 0;

std::size_t limit_from_environment() noexcept {
  const char* bytes = std::getenv(ledger::environment::kHeapLimit);
  return bytes == nullptr ? 0 : std::strtoull(bytes, nullptr, 10);
}

}  // namespace

constinit EternalHeap eternal_heap;

HeapGuard::HeapGuard() noexcept : is_locked_(!interpreters::lock_protects_heap()) {
  if (!is_locked_) return;
  lock_heap();
  if (PyInterpreterState_Head() != nullptr) interpreters::forget_main();
}

HeapGuard::~HeapGuard() noexcept {
  if (is_locked_) unlock_heap();
}

HeapGlance::HeapGlance() noexcept
    : is_locked_(!interpreters::lock_protects_heap() && try_lock_heap()),
      may_look_(is_locked_ || (interpreters::lock_protects_heap() && holds_interpreters_lock())) {}

HeapGlance::~HeapGlance() noexcept {
  if (is_locked_) unlock_heap();
}

void prepare_heap() noexcept {
  static bool is_prepared = false;
  if (is_prepared) return;
  is_prepared = true;
  pthread_atfork(lock_heap, unlock_heap, unlock_heap);
  limit = limit_from_environment();
  object_heap().set_limit(limit);
}

bool heap_is_limited() noexcept { return limit != 0; }

}  // namespace exuvia::cpython
