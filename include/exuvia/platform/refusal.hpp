// In checking builds a test can have one request for memory or a thread refused, wherever in the
// process it is made.
#pragma once

#include <cstdint>

#ifdef EXUVIA_CHECKS
#include <atomic>
#endif

namespace exuvia::platform {

inline constexpr std::uint64_t kRefuseNone = ~std::uint64_t{0};

#ifdef EXUVIA_CHECKS

struct Refusals {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> refused{kRefuseNone};  // the number of the request to refuse
};
inline constinit Refusals refusals;

// Counts a request; true if it is the one to be refused. Relaxed: the test reads when all is done.
inline bool is_refused() noexcept {
  const std::uint64_t number = refusals.requests.fetch_add(1, std::memory_order_relaxed);
  return number == refusals.refused.load(std::memory_order_relaxed);
}

#else

constexpr bool is_refused() noexcept { return false; }

#endif

}  // namespace exuvia::platform
