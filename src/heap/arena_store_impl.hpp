// Definitions of ArenaStore's members that are not on the fast path.
#pragma once

#include <algorithm>

#include "exuvia/heap/arena_store.hpp"
#include "heap/arena_map_impl.hpp"

namespace exuvia::heap {

template <class Platform, class G>
auto ArenaStore<Platform, G>::table_at(std::byte*& place, std::size_t bytes) noexcept -> Table {
  std::byte* start = place;
  place += base::align_up(bytes, kTableStep);
  return {start, start, place};
}

// Makes a table usable up to `end`, in steps that keep system calls few.
template <class Platform, class G>
bool ArenaStore<Platform, G>::try_extend(Table& table, const void* end) noexcept {
  if (end <= table.usable_end) return true;
  const auto missing =
      static_cast<std::size_t>(static_cast<const std::byte*>(end) - table.usable_end);
  const std::size_t step = base::align_up(missing, kTableStep);
  if (!platform_.try_commit(table.usable_end, step)) return false;
  table.usable_end += step;
  return true;
}

// Tried once in a store's life: a refusal stands.
template <class Platform, class G>
void ArenaStore<Platform, G>::try_reserve() noexcept {
  const std::size_t arenas = reservation_ / G::kArenaSize;
  reservation_ = 0;
  if (arenas == 0) return;
  const std::size_t pools = arenas * G::kPoolsPerArena;
  const std::size_t bytes = arenas * G::kArenaSize +
                            base::align_up(pools * sizeof(std::uint16_t), kTableStep) +
                            base::align_up(pools * sizeof(Pool<G>), kTableStep) +
                            base::align_up(arenas * sizeof(Arena<G>), kTableStep);
  // Twice an arena, so that pairs of arenas can be huge pages.
  void* p = platform_.try_reserve(bytes, 2 * G::kArenaSize);
  if (p == nullptr) return;
  std::byte* place = static_cast<std::byte*>(p) + arenas * G::kArenaSize;
  size_table_ = table_at(place, pools * sizeof(std::uint16_t));
  pool_table_ = table_at(place, pools * sizeof(Pool<G>));
  arena_table_ = table_at(place, arenas * sizeof(Arena<G>));
  base_ = reinterpret_cast<std::uintptr_t>(p);
  sizes_ = reinterpret_cast<std::uint16_t*>(size_table_.start);
  pools_ = reinterpret_cast<Pool<G>*>(pool_table_.start);
  arenas_ = reinterpret_cast<Arena<G>*>(arena_table_.start);
  limit_ = arenas * G::kArenaSize;
}

template <class Platform, class G>
void ArenaStore<Platform, G>::release(std::byte* start, std::byte* end) noexcept {
  if (start != end) platform_.release(start, static_cast<std::size_t>(end - start));
}

template <class Platform, class G>
void ArenaStore<Platform, G>::release_spare_addresses() noexcept {
  reservation_ = 0;
  auto* arenas = reinterpret_cast<std::byte*>(base_);
  release(arenas + span_, arenas + limit_);
  limit_ = span_;
  for (Table* table : {&size_table_, &pool_table_, &arena_table_}) {
    release(table->usable_end, table->end);
    table->end = table->usable_end;
  }
}

template <class Platform, class G>
bool ArenaStore<Platform, G>::try_make_tables(std::size_t arena_count) noexcept {
  const std::size_t pools = arena_count * G::kPoolsPerArena;
  return try_extend(size_table_, sizes_ + pools) && try_extend(pool_table_, pools_ + pools) &&
         try_extend(arena_table_, arenas_ + arena_count);
}

template <class Platform, class G>
void ArenaStore<Platform, G>::add_vacant(std::size_t number, bool usable, bool huge) noexcept {
  Arena<G>* arena = &arenas_[number];
  arena->base = reinterpret_cast<std::byte*>(base_ + number * G::kArenaSize);
  arena->pools = pools_ + number * G::kPoolsPerArena;
  arena->block_sizes = sizes_ + number * G::kPoolsPerArena;
  arena->is_usable = usable;
  arena->is_huge = huge;
  vacant_.push_back(arena);
}

// Small heaps grow by one arena. Large ones by the pair that one huge page covers.
template <class Platform, class G>
std::size_t ArenaStore<Platform, G>::arenas_to_add() const noexcept {
  const std::size_t pair = 2 * G::kArenaSize;
  const bool fits = span_ % pair == 0 && span_ + pair <= limit_;
  return fits && in_use_ * G::kArenaSize >= huge_from_ ? 2 : 1;
}

template <class Platform, class G>
Arena<G>* ArenaStore<Platform, G>::try_extend_span() noexcept {
  if (limit_ == 0) try_reserve();
  if (span_ == limit_) return nullptr;
  const std::size_t first = span_ / G::kArenaSize;
  const std::size_t count = arenas_to_add();
  const std::size_t bytes = count * G::kArenaSize;
  auto* start = reinterpret_cast<std::byte*>(base_ + span_);
  if (!try_make_tables(first + count) || !platform_.try_commit(start, bytes)) return nullptr;
  const bool huge = count > 1;
  if (huge) platform_.prefer_huge(start, bytes);
  for (std::size_t i = 0; i < count; ++i) add_vacant(first + i, true, huge);
  span_ += bytes;
  return pop_vacant();
}

template <class Platform, class G>
bool ArenaStore<Platform, G>::try_make_usable(Arena<G>* arena) noexcept {
  if (!arena->is_usable) arena->is_usable = platform_.try_commit(arena->base, G::kArenaSize);
  return arena->is_usable;
}

template <class Platform, class G>
Arena<G>* ArenaStore<Platform, G>::pop_vacant() noexcept {
  Arena<G>* arena = vacant_.front();
  if (arena == nullptr || !try_make_usable(arena)) return nullptr;
  vacant_.remove(arena);
  return arena;
}

template <class Platform, class G>
void ArenaStore<Platform, G>::reset(Arena<G>* arena, const void* owner) noexcept {
  arena->by_fill = {};
  arena->pending = {};
  arena->owner = owner;
  for (unsigned i = 0; i < G::kPoolsPerArena; ++i) arena->unused.insert(i);
  arena->dirty.clear();
  arena->sparse.clear();
  arena->unused_count = G::kPoolsPerArena;
  arena->is_pending = false;
}

template <class Platform, class G>
Arena<G>* ArenaStore<Platform, G>::try_create(const void* owner) noexcept {
  Arena<G>* arena = pop_vacant();
  if (arena == nullptr) arena = try_extend_span();
  if (arena == nullptr) arena = try_map_alone();
  if (arena == nullptr) return nullptr;
  reset(arena, owner);
  ++in_use_;
  return arena;
}

template <class Platform, class G>
bool ArenaStore<Platform, G>::try_destroy(Arena<G>* arena) noexcept {
  if (arena->is_mapped_alone) {
    unmap_alone(arena);
  } else {
    if (!platform_.try_uncommit(arena->base, G::kArenaSize)) return false;
    drop_words(arena);
    arena->is_usable = false;
    arena->is_huge = false;
    for (unsigned i = 0; i < G::kPoolsPerArena; ++i)
      arena->pools[i].forget(arena->pools[i].touched);
    vacant_.push_front(arena);
  }
  --in_use_;
  return true;
}

template <class Platform, class G>
bool ArenaStore<Platform, G>::try_decommit(std::byte* p, std::size_t bytes) noexcept {
  const std::size_t page = platform_.os_page_size();
  const bool fits = base::is_aligned(reinterpret_cast<std::uintptr_t>(p) | bytes, page);
  return fits && platform_.try_decommit(p, bytes);
}

// The tables of an arena that is mapped alone: | Arena | Pool, Pool, ... | block sizes |
template <class Platform, class G>
std::size_t ArenaStore<Platform, G>::record_size() noexcept {
  const std::size_t bytes =
      sizeof(Arena<G>) + G::kPoolsPerArena * (sizeof(Pool<G>) + sizeof(std::uint16_t));
  return base::align_up(bytes, platform_.os_page_size());
}

template <class Platform, class G>
std::size_t ArenaStore<Platform, G>::table_bytes() const noexcept {
  std::size_t sum = 0;
  for (const Table* table : {&size_table_, &pool_table_, &arena_table_})
    sum += static_cast<std::size_t>(table->usable_end - table->start);
  for (const Arena<G>* arena = alone_.front(); arena != nullptr; arena = alone_.after(arena))
    sum += sizeof(Arena<G>) + G::kPoolsPerArena * (sizeof(Pool<G>) + sizeof(std::uint16_t));
  return sum;
}

template <class Platform, class G>
Arena<G>* ArenaStore<Platform, G>::try_map_record() noexcept {
  void* p = platform_.try_reserve(record_size(), platform_.os_page_size());
  if (p == nullptr) return nullptr;
  if (!platform_.try_commit(p, record_size())) {
    platform_.release(p, record_size());
    return nullptr;
  }
  auto* arena = static_cast<Arena<G>*>(p);
  arena->pools = reinterpret_cast<Pool<G>*>(arena + 1);
  arena->block_sizes = reinterpret_cast<std::uint16_t*>(arena->pools + G::kPoolsPerArena);
  arena->is_mapped_alone = true;
  arena->is_usable = true;
  return arena;
}

template <class Platform, class G>
std::byte* ArenaStore<Platform, G>::try_map_memory() noexcept {
  void* p = platform_.try_reserve(G::kArenaSize, G::kArenaSize);
  if (p == nullptr) return nullptr;
  if (map_.try_make_room(platform_, p) && platform_.try_commit(p, G::kArenaSize)) {
    return static_cast<std::byte*>(p);
  }
  platform_.release(p, G::kArenaSize);
  return nullptr;
}

template <class Platform, class G>
Arena<G>* ArenaStore<Platform, G>::try_map_alone() noexcept {
  Arena<G>* arena = try_map_record();
  if (arena == nullptr) return nullptr;
  arena->base = try_map_memory();
  if (arena->base == nullptr) {
    platform_.release(arena, record_size());
    return nullptr;
  }
  map_.set(arena->base, arena);
  alone_.push_front(arena);
  return arena;
}

template <class Platform, class G>
void ArenaStore<Platform, G>::unmap_alone(Arena<G>* arena) noexcept {
  drop_words(arena);
  alone_.remove(arena);
  map_.set(arena->base, nullptr);
  platform_.release(arena->base, G::kArenaSize);
  platform_.release(arena, record_size());
}

template <class Platform, class G>
void ArenaStore<Platform, G>::drop_words(Arena<G>* arena) noexcept {
  if (arena->words != nullptr) platform_.release(arena->words, kWordsSize);
  arena->words = nullptr;
}

template <class Platform, class G>
void ArenaStore<Platform, G>::clear() noexcept {
  while (!alone_.is_empty()) unmap_alone(alone_.front());
  map_.clear(platform_);
  for (std::size_t i = 0; i < span_ / G::kArenaSize; ++i) drop_words(&arenas_[i]);
  vacant_ = {};
  auto* arenas = reinterpret_cast<std::byte*>(base_);
  release(arenas, arenas + limit_);
  for (Table* table : {&size_table_, &pool_table_, &arena_table_}) {
    release(table->start, table->end);
    *table = {};
  }
  base_ = span_ = 0;
  limit_ = in_use_ = 0;
}

template <class Platform, class G>
std::uint32_t* ArenaStore<Platform, G>::try_word(const void* p) noexcept {
  Arena<G>* arena = find_arena(p);
  if (arena->words == nullptr) {
    void* words = platform_.try_reserve(kWordsSize, platform_.os_page_size());
    if (words == nullptr) return nullptr;
    if (!platform_.try_commit(words, kWordsSize)) {
      platform_.release(words, kWordsSize);
      return nullptr;
    }
    arena->words = static_cast<std::uint32_t*>(words);
  }
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(p) - arena->base);
  return &arena->words[offset >> G::kGrainShift];
}

}  // namespace exuvia::heap
