// How BasicHeap gives memory back. Included by heap_impl.hpp.
#pragma once

#include <bit>

#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {

template <class P, class G, class C>
constexpr std::size_t BasicHeap<P, G, C>::slices_bytes(SliceMask slices) noexcept {
  std::size_t bytes = 0;
  for (; slices != 0; slices &= slices - 1) bytes += G::kSlice;  // a few bits: no call
  return bytes;
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::add_pending(ArenaType& arena) noexcept {
  if (arena.is_pending) return;
  arena.is_pending = true;
  pending_.push_back(&arena);
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::drop_pending(ArenaType& arena) noexcept {
  if (!arena.is_pending) return;
  arena.is_pending = false;
  pending_.remove(&arena);
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::unmark_sparse(ArenaType& arena, unsigned index) noexcept {
  if (!arena.sparse.has(index)) return;
  arena.sparse.erase(index);
  pending_bytes_ -= G::kPoolSize / 2;
}

// Runs on the slow side of a free: amortised, since each step needs so many bytes freed before it.
template <class P, class G, class C>
void BasicHeap<P, G, C>::trim_if_due() noexcept {
  if (!trims_itself_) return;
  const std::size_t allowance = retention_.allowance(pools_in_use_ * G::kPoolSize);
  if (pending_bytes_ > allowance) is_trimming_ = true;
  if (!is_trimming_) return;
  trim_step();
  if (pending_bytes_ <= allowance / 2 || pending_.is_empty()) is_trimming_ = false;
}

// The arenas that have waited longest. A bounded number, so that no single free takes long.
template <class P, class G, class C>
void BasicHeap<P, G, C>::trim_step() noexcept {
  constexpr unsigned kArenasPerStep = 4;
  retention_.giving_back(store_.platform().now_ns());
  for (unsigned i = 0; i < kArenasPerStep && !pending_.is_empty(); ++i) clean(*pending_.front());
}

template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::trim(std::size_t budget) noexcept {
  const bool trims_itself = trims_itself_;
  trims_itself_ = false;  // not while the lists are being walked
  empty_magazines();
  std::size_t given = 0;
  for (unsigned unused = G::kPoolsPerArena + 1; unused-- != 0;) {
    for (ArenaType* arena = by_unused_[unused].front(); arena != nullptr && given < budget;) {
      ArenaType* next = FillList::after(arena);
      mark_sparse_for_trim(*arena);
      given += clean(*arena);
      arena = next;
    }
  }
  trims_itself_ = trims_itself;
  if (underlying_.trim != nullptr) underlying_.trim(underlying_.context);
  return given;
}

// Every pool with enough free blocks to leave a slice idle.
template <class P, class G, class C>
void BasicHeap<P, G, C>::mark_sparse_for_trim(ArenaType& arena) noexcept {
  if (G::kSlicesPerPool == 1) return;
  for (unsigned i = 0; i < G::kPoolsPerArena; ++i) {
    const PoolType& pool = arena.pools[i];
    if (arena.unused.has(i) || arena.sparse.has(i)) continue;
    if (std::size_t{pool.capacity - pool.used + 1u} * pool.block_size < G::kSlice) continue;
    arena.sparse.insert(i);
    pending_bytes_ += G::kPoolSize / 2;
  }
}

// Gives back what is idle in one arena, and the arena itself when all of it is.
template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::clean(ArenaType& arena) noexcept {
  drop_pending(arena);
  std::size_t touched = 0;
  if (arena.unused_count == G::kPoolsPerArena) {
    for_each_pool(arena, [&](const PoolType& pool) { touched += slices_bytes(pool.touched); });
    if (try_destroy(arena)) {
      pending_bytes_ -= touched;
      returned_bytes_ += touched;
      return touched;
    }
  }
  const std::size_t given = clean_unused_pools(arena) + clean_sparse_pools(arena);
  returned_bytes_ += given;
  if (given != 0) forbid_huge(arena);
  return given;
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::try_destroy(ArenaType& arena) noexcept {
  FillList& list = by_unused_[G::kPoolsPerArena];
  list.remove(&arena);
  if (!store_.try_destroy(&arena)) {
    list.push_front(&arena);  // behind whoever walks the list
    return false;
  }
  if (list.is_empty()) unused_counts_.erase(G::kPoolsPerArena);
  ++arenas_reclaimed_;
  return true;
}

// The kernel fills holes in a huge page again; in an arena with holes it must not.
template <class P, class G, class C>
void BasicHeap<P, G, C>::forbid_huge(ArenaType& arena) noexcept {
  if (!arena.is_huge) return;
  arena.is_huge = false;
  store_.platform().forbid_huge(arena.base, G::kArenaSize);
}

// Neighbouring dirty pools share a system call.
template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::clean_unused_pools(ArenaType& arena) noexcept {
  std::size_t given = 0;
  for (unsigned i = arena.dirty.next(); i < G::kPoolsPerArena;) {
    unsigned end = i + 1;
    while (end < G::kPoolsPerArena && arena.dirty.has(end)) ++end;
    given += return_pools(arena, i, end);
    i = arena.dirty.next(end);
  }
  return given;
}

template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::return_pools(ArenaType& arena, unsigned first,
                                             unsigned end) noexcept {
  const std::size_t bytes = std::size_t{end - first} << G::kPoolShift;
  if (!store_.try_decommit(arena.pool_base(first), bytes)) return 0;
  std::size_t given = 0;
  for (unsigned i = first; i < end; ++i) {
    PoolType& pool = arena.pools[i];
    given += slices_bytes(pool.touched);
    pool.forget(pool.touched);
    arena.dirty.erase(i);
  }
  pending_bytes_ -= given;
  return given;
}

template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::clean_sparse_pools(ArenaType& arena) noexcept {
  std::size_t given = 0;
  for (unsigned i = arena.sparse.next(); i < G::kPoolsPerArena; i = arena.sparse.next(i + 1)) {
    given += return_idle_slices(arena.pools[i]);
    unmark_sparse(arena, i);
  }
  return given;
}

template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::return_idle_slices(PoolType& pool) noexcept {
  std::size_t given = 0;
  for (SliceMask idle = pool.idle_slices(); idle != 0;) {
    const int first = std::countr_zero(idle);
    const int count = std::countr_one(idle >> first);
    const SliceMask run = ((SliceMask{1} << count) - 1) << first;
    given += return_slices(pool, run);
    idle &= ~run;
  }
  return given;
}

// `slices` is one run.
template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::return_slices(PoolType& pool, SliceMask slices) noexcept {
  const auto first = static_cast<std::size_t>(std::countr_zero(slices));
  if (!store_.try_decommit(pool.base + (first << G::kSliceShift), slices_bytes(slices))) return 0;
  pool.forget(slices);
  return slices_bytes(slices);
}

}  // namespace exuvia::heap
