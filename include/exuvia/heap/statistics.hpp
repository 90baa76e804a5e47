// What a heap holds, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace exuvia::heap {

// Of one size class. capacity = in_use + cached + unused.
struct ClassStatistics {
  std::size_t block_size = 0;
  std::size_t pools = 0;
  std::size_t in_use = 0;       // blocks with the program
  std::size_t cached = 0;       // blocks in the magazine, ready to be handed out
  std::size_t unused = 0;       // blocks free in their pools
  std::size_t most_cached = 0;  // blocks that the magazine has room for
};

// A consistent picture of a heap at one moment. Sizes are bytes unless named otherwise.
struct Statistics {
  static constexpr unsigned kMostClasses = 64;

  ClassStatistics classes[kMostClasses];
  unsigned class_count = 0;

  std::size_t arena_size = 0;
  std::size_t pool_size = 0;
  std::size_t arenas = 0;  // now
  std::size_t arenas_peak = 0;
  std::uint64_t arenas_allocated = 0;  // ever
  std::uint64_t arenas_reclaimed = 0;  // ever
  std::size_t unused_pools = 0;

  std::size_t in_use = 0;      // in blocks with the program, rounded up to their classes
  std::size_t cached = 0;      // in the magazines
  std::size_t unused = 0;      // in free blocks of pools in use
  std::size_t wasted = 0;      // in pools, where no block fits
  std::size_t resident = 0;    // in slices that may hold memory
  std::uint64_t returned = 0;  // given back to the system, ever
  std::size_t tables = 0;      // of the heap itself, outside the arenas
  std::size_t limit = 0;       // of memory in arenas; 0: none

  std::size_t blocks_in_use() const noexcept;
};

// Prints `statistics` in the layout of CPython's sys._debugmallocstats().
void print_statistics(const Statistics& statistics, std::FILE* file);

}  // namespace exuvia::heap
