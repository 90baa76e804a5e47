// How closely a heap looks at what it is told to free, as a compile-time policy.
#pragma once

#include "exuvia/heap/magazine.hpp"

namespace exuvia::heap {

// Frees that go through a magazine are believed. A double free is found when the second reaches the
// pool.
struct FastChecks {
  static constexpr unsigned kMagazine = Magazine::kSlots;
  static constexpr bool kChecksEveryFree = false;
};

// No magazines: every block is marked free in its pool at once, so that every double free of a
// block that has not been handed out again, and every free of an address that is not a block, stops
// the process.
struct HardenedChecks {
  static constexpr unsigned kMagazine = 0;
  static constexpr bool kChecksEveryFree = true;
};

}  // namespace exuvia::heap
