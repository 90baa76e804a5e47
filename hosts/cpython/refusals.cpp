// For tests, in checking builds only: refuses one of the requests that the collector makes for
// memory of its own or for a thread. The platform's requests count, and what the host asks of
// operator new.
#include "exuvia/platform/refusal.hpp"

#ifdef EXUVIA_CHECKS

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace refusal = exuvia::platform;

// Starts to count anew, and refuses request `number`, the first of which is 0; all ones refuses
// none. Returns how many there were since the last call.
extern "C" [[gnu::visibility("default")]] std::uint64_t exuvia_host_refuse(std::uint64_t number) {
  refusal::refusals.refused.store(number, std::memory_order_relaxed);
  return refusal::refusals.requests.exchange(0, std::memory_order_relaxed);
}

#ifndef __SANITIZE_ADDRESS__  // which has its own
// The array and nothrow forms call these.
void* operator new(std::size_t bytes) {
  void* memory = refusal::is_refused() ? nullptr : std::malloc(std::max<std::size_t>(bytes, 1));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

#endif
