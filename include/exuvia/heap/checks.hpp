// How closely a heap looks at what it is told to free, as a compile-time policy.
#pragma once

#include <cstddef>

#include "exuvia/base/bytes.hpp"

namespace exuvia::heap {

// Frees that go through a magazine are believed. A double free is found when the second reaches the
// pool.
struct FastChecks {
  // Bytes of blocks in a magazine: what is handed out from it is still in a near cache.
  static constexpr std::size_t kMagazineBytes = 16 * base::kKiB;
  static constexpr bool kChecksEveryFree = false;
};

// No magazines: every block is marked free in its pool at once, so that every double free of a
// block that has not been handed out again, and every free of an address that is not a block, stops
// the process.
struct HardenedChecks {
  static constexpr std::size_t kMagazineBytes = 0;
  static constexpr bool kChecksEveryFree = true;
};

}  // namespace exuvia::heap
