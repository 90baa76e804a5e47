// Asking for memory before it is needed.
#pragma once

namespace exuvia::base {

// Fetches the cache line at `p`, any address, to be read or written soon. The empty statement keeps
// the compiler from seeing a function without effects in whoever does nothing else: it leaves out
// calls of such functions that it does not inline.
[[gnu::always_inline]] inline void prefetch_to_read(const void* p) noexcept {
  __builtin_prefetch(p);
  asm volatile("");
}
[[gnu::always_inline]] inline void prefetch_to_write(const void* p) noexcept {
  __builtin_prefetch(p, 1);
  asm volatile("");
}

}  // namespace exuvia::base
