// An arena: the unit taken from the system. Part of the heap's inside; users of a heap never see
// one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/heap/bit_set.hpp"
#include "exuvia/heap/list.hpp"
#include "exuvia/heap/pool.hpp"

namespace exuvia::heap {

// What the heap knows of an arena. It lies outside the arena.
//
// Every arena in use is in one of the heap's lists by number of unused pools, and in its list of
// pending arenas when a trim may find something there. Aligned as a pool, so that pools can follow
// it in memory.
template <class G>
struct alignas(Pool<G>) Arena {
  using Pools = BitSet<G::kPoolsPerArena>;

  Links<Arena> by_fill;
  Links<Arena> pending;
  Links<Arena> siblings;  // arenas mapped alone
  std::byte* base;
  const void* owner;           // the heap
  Pool<G>* pools;              // kPoolsPerArena of them
  std::uint16_t* block_sizes;  // of each pool, 0 for an unused one
  Pools unused;
  Pools dirty;           // unused pools with touched slices
  Pools sparse;          // pools in use that had few blocks left and may have idle slices
  std::uint32_t* words;  // one a grain, for whoever traces; null until someone does
  std::uint16_t unused_count;
  bool is_pending;
  bool is_usable;        // committed
  bool is_huge;          // huge pages are advised
  bool is_mapped_alone;  // not part of the heap's reservation

  std::byte* pool_base(unsigned i) const noexcept {
    return base + (std::size_t{i} << G::kPoolShift);
  }
  unsigned index_of(const Pool<G>* pool) const noexcept {
    return static_cast<unsigned>(pool - pools);
  }
};

}  // namespace exuvia::heap
