// Waiting without a system call.
#pragma once

namespace exuvia::base {

// Tells the processor that a loop waits for another thread: some tens of nanoseconds.
inline void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

}  // namespace exuvia::base
