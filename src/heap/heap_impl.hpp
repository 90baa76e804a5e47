// Definitions of BasicHeap's members that are not on the fast path.
#pragma once

#include <algorithm>
#include <cstring>

#include "exuvia/base/message.hpp"
#include "exuvia/heap/heap.hpp"
#include "heap/arena_store_impl.hpp"
#include "heap/heap_audit.hpp"
#include "heap/heap_trim.hpp"
#include "heap/pool_impl.hpp"

namespace exuvia::heap {
namespace detail {

// Blocks moved to an empty magazine at once: few enough that they stay in the first-level cache.
constexpr unsigned refill_count(std::size_t block_size) noexcept {
  return static_cast<unsigned>(std::clamp<std::size_t>(4096 / block_size, 8, 64));
}

}  // namespace detail

template <class P, class G, class C>
BasicHeap<P, G, C>::~BasicHeap() {
  store_.clear();
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::release_spare_addresses() noexcept {
  store_.release_spare_addresses();
}

template <class P, class G, class C>
void* BasicHeap<P, G, C>::allocate_slow(std::size_t size) noexcept {
  if (size > G::kLargestBlock) {
    return size > PTRDIFF_MAX ? nullptr : underlying_.allocate(underlying_.context, size);
  }
  const auto bin = static_cast<unsigned>(bin_of_size(size == 0 ? 1 : size));
  if constexpr (C::kMagazineBytes == 0) return take_one(bin);
  if (magazines_[bin].count() == 0 && !try_refill(bin)) return nullptr;
  return magazines_[bin].pop();
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::note_touched(PoolType& pool, const void* first,
                                      const void* last) noexcept {
  const SliceMask again = pool.touch(first, last);
  if (again != 0) [[unlikely]]
    retention_.refilled(slices_bytes(again), store_.platform().now_ns());
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::try_refill(unsigned bin) noexcept {
  PoolType* pool = try_partial_pool(bin);
  if (pool == nullptr) return false;
  magazines_[bin].fill([&](void** slots) {
    const unsigned taken = pool->take(slots, detail::refill_count(pool->block_size));
    note_touched(*pool, slots[taken - 1], slots[0]);
    return taken;
  });
  if (pool->used > kFewBlocks) pool->alert = kFewBlocks;
  if (pool->is_full()) partial_[bin].remove(pool);
  return true;
}

template <class P, class G, class C>
void* BasicHeap<P, G, C>::take_one(unsigned bin) noexcept {
  PoolType* pool = try_partial_pool(bin);
  if (pool == nullptr) return nullptr;
  void* block;
  pool->take(&block, 1);
  note_touched(*pool, block, block);
  if (pool->used > kFewBlocks) pool->alert = kFewBlocks;
  if (pool->is_full()) partial_[bin].remove(pool);
  return block;
}

// A pool of `bin` with a free block. When there is none and none can be had, the blocks in the
// magazines may be all that keeps some pool from being unused.
template <class P, class G, class C>
auto BasicHeap<P, G, C>::try_partial_pool(unsigned bin) noexcept -> PoolType* {
  if (PoolType* pool = partial_[bin].front(); pool != nullptr) return pool;
  if (PoolType* pool = try_open_pool(bin); pool != nullptr) return pool;
  empty_magazines();
  return try_open_pool(bin);
}

template <class P, class G, class C>
auto BasicHeap<P, G, C>::try_open_pool(unsigned bin) noexcept -> PoolType* {
  ArenaType* arena = try_arena_with_unused_pool();
  if (arena == nullptr) return nullptr;
  unsigned index = arena->dirty.next();  // its memory is there already
  if (index == arena->dirty.kNone) index = arena->unused.next();
  PoolType& pool = arena->pools[index];
  if (arena->dirty.has(index)) pending_bytes_ -= slices_bytes(pool.touched);
  arena->dirty.erase(index);
  arena->unused.erase(index);
  set_unused_count(*arena, arena->unused_count - 1u);
  pool.open(*arena, arena->pool_base(index), bin);
  if (pool.touched == 0 && !arena->is_huge && arena_bytes() >= whole_pools_from_) populate(pool);
  arena->block_sizes[index] = static_cast<std::uint16_t>(pool.block_size);
  ++pools_in_use_;
  partial_[bin].push_front(&pool);
  return &pool;
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::populate(PoolType& pool) noexcept {
  store_.platform().populate(pool.base, G::kPoolSize);
  note_touched(pool, pool.first_block(), pool.base + G::kPoolSize - pool.block_size);
}

// The fullest one first, so that the emptiest drain and can be given back.
template <class P, class G, class C>
auto BasicHeap<P, G, C>::try_arena_with_unused_pool() noexcept -> ArenaType* {
  const unsigned fullest = unused_counts_.next(1);
  return fullest == unused_counts_.kNone ? try_create_arena() : by_unused_[fullest].front();
}

template <class P, class G, class C>
auto BasicHeap<P, G, C>::try_create_arena() noexcept -> ArenaType* {
  if (limit_ != 0 && arena_bytes() + G::kArenaSize > limit_) return nullptr;
  ArenaType* arena = store_.try_create(this);
  if (arena == nullptr) return nullptr;
  by_unused_[arena->unused_count].push_front(arena);
  unused_counts_.insert(arena->unused_count);
  ++arenas_allocated_;
  peak_arenas_ = std::max(peak_arenas_, store_.arenas_in_use());
  return arena;
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::set_unused_count(ArenaType& arena, unsigned count) noexcept {
  FillList& old = by_unused_[arena.unused_count];
  old.remove(&arena);
  if (old.is_empty()) unused_counts_.erase(arena.unused_count);
  arena.unused_count = static_cast<std::uint16_t>(count);
  by_unused_[count].push_front(&arena);
  unused_counts_.insert(count);
}

template <class P, class G, class C>
void* BasicHeap<P, G, C>::try_allocate_zeroed(std::size_t count, std::size_t size) noexcept {
  std::size_t total;
  if (__builtin_mul_overflow(count, size, &total) || total > PTRDIFF_MAX) return nullptr;
  if (total > G::kLargestBlock) {
    return underlying_.allocate_zeroed(underlying_.context, count, size);
  }
  void* p = try_allocate(total);
  if (p != nullptr) std::memset(p, 0, total);
  return p;
}

template <class P, class G, class C>
void* BasicHeap<P, G, C>::try_reallocate(void* p, std::size_t size) noexcept {
  if (p == nullptr) return try_allocate(size);
  if (size > PTRDIFF_MAX) return nullptr;
  const std::size_t old = size_of_block(p);
  if (old == 0) return underlying_.reallocate(underlying_.context, p, size);
  // CPython's rule: moving pays when more than a quarter is saved.
  const bool fits = size <= old;
  if (fits && 4 * size > 3 * old) return p;
  void* moved = try_allocate(size);
  if (moved == nullptr) return fits ? p : nullptr;
  std::memcpy(moved, p, std::min(old, size));
  deallocate(p);
  return moved;
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::deallocate_slow(void* p) noexcept {
  if (p == nullptr) return;
  PoolType* pool = store_.find_pool(p);
  if (pool == nullptr) return underlying_.deallocate(underlying_.context, p);
  const unsigned bin = pool->bin;
  if (size_of_block(p) == 0)
    reject_free("free of an address in memory that is not in use", nullptr, p);
  if constexpr (C::kMagazineBytes == 0) return give_back(*pool, p);
  if (magazines_[bin].try_push(p)) return;
  relieve_magazine(bin);
  magazines_[bin].try_push(p);
}

// Half of a full magazine goes back, so that neither the next allocations nor the next frees need
// the pools.
template <class P, class G, class C>
void BasicHeap<P, G, C>::relieve_magazine(unsigned bin) noexcept {
  magazines_[bin].drain(magazine_capacity(bin) / 2,
                        [this](void* const* blocks, unsigned count) { give_back(blocks, count); });
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::give_back(PoolType& pool, void* p) noexcept {
  if constexpr (C::kChecksEveryFree) {
    if (!pool.is_block(p)) reject_free("free of an address that is not a block", &pool, p);
  }
  const bool was_full = pool.is_full();
  if (!pool.give(pool.index_of(p))) [[unlikely]]
    reject_free("double free of the block", &pool, p);
  settle(pool, was_full);
}

// Neighbours often come from one pool.
template <class P, class G, class C>
void BasicHeap<P, G, C>::give_back(void* const* blocks, std::size_t count) noexcept {
  for (std::size_t done = 0; done != count;) {
    PoolType* const pool = store_.find_pool(blocks[done]);
    if (pool == nullptr) [[unlikely]] {
      underlying_.deallocate(underlying_.context, blocks[done++]);
      continue;
    }
    const bool was_full = pool->is_full();
    const std::size_t given = pool->give_leading(blocks + done, count - done);
    if (given == 0) reject_free("double free of the block", pool, blocks[done]);
    done += given;
    settle(*pool, was_full);
  }
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::deallocate_all(void* const* blocks, std::size_t count) noexcept {
  std::size_t done = push_leading(blocks, count);
  if constexpr (C::kChecksEveryFree) {
    for (; done != count; ++done) deallocate(blocks[done]);
  } else {
    give_back(blocks + done, count - done);
  }
}

// Puts the first of `blocks` into their magazines, until one is full. Returns how many.
template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::push_leading(void* const* blocks, std::size_t count) noexcept {
  std::size_t done = 0;
  while (done != count && store_.is_in_reservation(blocks[done])) {
    // Told by the addresses alone: to read the store would wait for the writes to the slots.
    const auto first = reinterpret_cast<std::uintptr_t>(blocks[done]);
    const auto is_neighbour = [first](const void* p) {
      return (reinterpret_cast<std::uintptr_t>(p) ^ first) >> G::kPoolShift == 0;
    };
    Magazine& magazine = magazine_of(store_.size_in_reservation(blocks[done]));
    const std::size_t pushed = magazine.push_leading(blocks + done, count - done, is_neighbour);
    if (pushed == 0) break;
    done += pushed;
  }
  return done;
}

template <class P, class G, class C>
bool BasicHeap<P, G, C>::try_deallocate_pool(const void* p, std::size_t count) noexcept {
  PoolType* const pool = count == 0 ? nullptr : store_.find_pool(p);
  if (pool == nullptr || pool->used != count) return false;
  const bool was_full = pool->is_full();
  pool->give_all();
  settle(*pool, was_full);
  return true;
}

// What follows when blocks have come home to a pool.
template <class P, class G, class C>
void BasicHeap<P, G, C>::settle(PoolType& pool, bool was_full) noexcept {
  if (was_full) partial_[pool.bin].push_front(&pool);
  if (pool.used <= pool.alert) [[unlikely]]
    on_few_blocks(pool);
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::reject_free(const char* why, const PoolType* pool,
                                     const void* p) const noexcept {
  base::Message message;
  message.text("exuvia: ").text(why).text(" at ").address(p);
  if (pool != nullptr) message.text(", size class ").decimal(pool->block_size).text(" bytes");
  message.die();
}

// A pool with no block out is closed. One with few is worth a look for idle slices when memory is
// next given back, and again each time that half of the rest have come home.
template <class P, class G, class C>
void BasicHeap<P, G, C>::on_few_blocks(PoolType& pool) noexcept {
  ArenaType& arena = *pool.arena;
  if (pool.used == 0) {
    close_pool(pool);
  } else {
    pool.alert = pool.used / 2;
    const unsigned index = arena.index_of(&pool);
    if (!arena.sparse.has(index)) {
      arena.sparse.insert(index);
      pending_bytes_ += G::kPoolSize / 2;
      add_pending(arena);
    }
  }
  trim_if_due();
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::close_pool(PoolType& pool) noexcept {
  ArenaType& arena = *pool.arena;
  const unsigned index = arena.index_of(&pool);
  partial_[pool.bin].remove(&pool);
  arena.block_sizes[index] = 0;
  --pools_in_use_;
  unmark_sparse(arena, index);
  arena.unused.insert(index);
  set_unused_count(arena, arena.unused_count + 1u);
  if (pool.touched == 0) return;
  arena.dirty.insert(index);
  pending_bytes_ += slices_bytes(pool.touched);
  add_pending(arena);
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::empty_magazine(unsigned bin) noexcept {
  magazines_[bin].drain(magazines_[bin].count(),
                        [this](void* const* blocks, unsigned count) { give_back(blocks, count); });
}

template <class P, class G, class C>
void BasicHeap<P, G, C>::empty_magazines() noexcept {
  for (unsigned bin = 1; bin < G::kBins; ++bin) empty_magazine(bin);
}

template <class P, class G, class C>
std::size_t BasicHeap<P, G, C>::usable_size(const void* p) const noexcept {
  if (const std::size_t size = size_of_block(p); size != 0) return size;
  if (p == nullptr || underlying_.usable_size == nullptr) return 0;
  return underlying_.usable_size(underlying_.context, const_cast<void*>(p));
}

template <class P, class G, class C>
std::uint32_t* BasicHeap<P, G, C>::try_word(const void* p) noexcept {
  return owns(p) ? store_.try_word(p) : nullptr;
}

}  // namespace exuvia::heap
