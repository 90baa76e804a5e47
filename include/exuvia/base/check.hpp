// Checks of invariants. A failed one stops the process with a message that names what and where.
//
//   EXUVIA_CHECK(condition, "what was expected")   always on
//   EXUVIA_ASSERT(condition, "what was expected")  only in checking builds (EXUVIA_CHECKS)
#pragma once

namespace exuvia::base {

// Writes "exuvia: WHAT (CONDITION) at FILE:LINE" to stderr and aborts. Allocates nothing and takes
// no lock, so that it can be called from inside an allocator or a collector.
[[noreturn]] void check_failed(const char* what, const char* condition, const char* file,
                               int line) noexcept;

}  // namespace exuvia::base

#define EXUVIA_CHECK(condition, what)                \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::exuvia::base::check_failed(what, #condition, __FILE__, __LINE__))

#ifdef EXUVIA_CHECKS
#define EXUVIA_ASSERT(condition, what) EXUVIA_CHECK(condition, what)
#else
#define EXUVIA_ASSERT(condition, what) static_cast<void>(sizeof(static_cast<bool>(condition)))
#endif
