// What BasicHeap tells of itself: statistics and audits. Included by heap_impl.hpp.
#pragma once

#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {

template <class P, class G, class C>
template <class Visit>
void BasicHeap<P, G, C>::for_each_arena(Visit visit) const noexcept {
  for (unsigned unused = 0; unused <= G::kPoolsPerArena; ++unused) {
    const ArenaType* arena = by_unused_[unused].front();
    for (; arena != nullptr; arena = FillList::after(arena)) visit(*arena, unused);
  }
}

template <class P, class G, class C>
template <class Visit>
void BasicHeap<P, G, C>::for_each_pool(const ArenaType& arena, Visit visit) noexcept {
  for (unsigned i = 0; i < G::kPoolsPerArena; ++i) visit(arena.pools[i]);
}

template <class P, class G, class C>
Statistics BasicHeap<P, G, C>::statistics() const noexcept {
  Statistics s;
  s.class_count = G::kBins - 1;
  for (unsigned bin = 1; bin < G::kBins; ++bin) s.classes[bin - 1].block_size = size_of_bin(bin);
  for_each_arena([&](const ArenaType& arena, unsigned unused) {
    s.unused_pools += unused;
    for (unsigned i = 0; i < G::kPoolsPerArena; ++i) {
      const PoolType& pool = arena.pools[i];
      s.resident += slices_bytes(pool.touched);
      if (arena.block_sizes[i] == 0) continue;
      ClassStatistics& c = s.classes[pool.bin - 1];
      ++c.pools;
      c.in_use += pool.used;
      c.unused += std::size_t{pool.capacity} - pool.used;
      s.wasted += G::kPoolSize - std::size_t{pool.capacity} * pool.block_size;
    }
  });
  for (unsigned bin = 1; bin < G::kBins; ++bin) {
    ClassStatistics& c = s.classes[bin - 1];
    c.cached = magazines_[bin].count();
    c.most_cached = magazine_capacity(bin);
    c.in_use -= c.cached;
    s.in_use += c.in_use * c.block_size;
    s.cached += c.cached * c.block_size;
    s.unused += c.unused * c.block_size;
  }
  s.arena_size = G::kArenaSize;
  s.pool_size = G::kPoolSize;
  s.arenas = store_.arenas_in_use();
  s.arenas_peak = peak_arenas_;
  s.arenas_allocated = arenas_allocated_;
  s.arenas_reclaimed = arenas_reclaimed_;
  s.returned = returned_bytes_;
  s.tables = store_.table_bytes();
  s.limit = limit_;
  return s;
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::print_statistics(std::FILE* file) const {
  heap::print_statistics(statistics(), file);
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::is_consistent() const noexcept {
  bool consistent = true;
  std::size_t arenas = 0;
  std::size_t pools = 0;
  std::size_t partial = 0;
  std::size_t pending = 0;
  for_each_arena([&](const ArenaType& arena, unsigned unused) {
    ++arenas;
    pools += G::kPoolsPerArena - unused;
    pending += arena.sparse.size() * (G::kPoolSize / 2);
    for (unsigned i = 0; i < G::kPoolsPerArena; ++i) {
      if (arena.dirty.has(i)) pending += slices_bytes(arena.pools[i].touched);
      partial += arena.block_sizes[i] != 0 && !arena.pools[i].is_full();
    }
    consistent = consistent && is_consistent(arena, unused);
  });
  return consistent && arenas == store_.arenas_in_use() && pools == pools_in_use_ &&
         pending == pending_bytes_ && partial_lists_are_consistent(partial) &&
         magazines_are_consistent();
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::is_consistent(const ArenaType& arena, unsigned unused) const noexcept {
  if (arena.owner != this || arena.unused_count != unused) return false;
  if (arena.unused.size() != unused || !unused_counts_.has(unused)) return false;
  if (store_.find_arena(arena.base + G::kArenaSize - 1) != &arena) return false;
  for (unsigned i = 0; i < G::kPoolsPerArena; ++i) {
    const PoolType& pool = arena.pools[i];
    const bool is_unused = arena.unused.has(i);
    if (is_unused != (arena.block_sizes[i] == 0)) return false;
    if (arena.dirty.has(i) != (is_unused && pool.touched != 0)) return false;
    if (is_unused && arena.sparse.has(i)) return false;
    if (!is_unused && (arena.block_sizes[i] != pool.block_size || !is_consistent(pool)))
      return false;
  }
  return true;
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::is_consistent(const PoolType& pool) const noexcept {
  if (!pool.is_consistent() || pool.used == 0) return false;
  return store_.find_pool(pool.base) == &pool && pool.arena->owner == this;
}

// The lists of partly used pools hold `expected` pools, each where it belongs.
template <class P, class G, class C>
bool BasicHeap<P, G, C>::partial_lists_are_consistent(std::size_t expected) const noexcept {
  std::size_t found = 0;
  for (unsigned bin = 0; bin < G::kBins; ++bin) {
    const PoolType* pool = partial_[bin].front();
    for (; pool != nullptr; pool = PoolList::after(pool)) {
      if (pool->bin != bin || pool->is_full() || ++found > expected) return false;
    }
  }
  return found == expected;
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::magazines_are_consistent() const noexcept {
  for (unsigned bin = 0; bin < G::kBins; ++bin) {
    const Magazine& magazine = magazines_[bin];
    if (!magazine.is_consistent() || (bin == 0 && magazine.count() != 0)) return false;
    for (unsigned i = 0; i < magazine.count(); ++i) {
      const void* p = magazine.at(i);
      const PoolType* pool = store_.find_pool(p);
      if (pool == nullptr || size_of_block(p) != size_of_bin(bin) || !pool->is_block(p))
        return false;
      if (pool->is_free(pool->index_of(p))) return false;
      for (unsigned k = 0; k < i; ++k) {
        if (magazine.at(k) == p) return false;
      }
    }
  }
  return true;
}

}  // namespace exuvia::heap
