// Where a heap's arenas come from, and how an address is found among them. Part of the heap's
// inside.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/base/address_range.hpp"
#include "exuvia/base/bytes.hpp"
#include "exuvia/heap/arena.hpp"
#include "exuvia/heap/arena_map.hpp"

namespace exuvia::heap {

// One contiguous reservation of address space is tried first (no memory, only addresses):
//
//   | arena 0 | arena 1 | ... | block size of all pools | Pool of all pools | Arena of all arenas |
//   base_                     one table each, made usable from its start as arenas are
//
// so that an address becomes an arena number by a subtraction and a shift, and a foreign pointer is
// refused by one comparison. Where the reservation is refused (ulimit -v) or exhausted, each
// further arena is mapped alone, with its tables beside it, and found through an ArenaMap.
template <class Platform, class G>
class ArenaStore {
 public:
  // `reservation`: bytes of arenas to reserve at the first need; 0 for none.
  // `huge_from`: bytes of arenas in use from which on huge pages are advised for new ones.
  constexpr ArenaStore(Platform platform, std::size_t reservation, std::size_t huge_from) noexcept
      : platform_(platform), reservation_(reservation), huge_from_(huge_from) {}

  // Where the arenas of the reservation lie, in use or not; empty when there is none.
  base::AddressRange reservation() const noexcept { return {base_, span_}; }

  bool is_in_reservation(const void* p) const noexcept {
    return reinterpret_cast<std::uintptr_t>(p) - base_ < span_;
  }

  // The size of the blocks in the pool that holds `p` if `p` lies in the reservation, else 0.
  std::size_t size_in_reservation(const void* p) const noexcept {
    const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(p) - base_;
    return offset < span_ ? sizes_[offset >> G::kPoolShift] : 0u;
  }

  // As size_in_reservation, for a loop.
  class BlockSizes {
   public:
    // Whether `address` lies in the reservation.
    bool covers(std::uintptr_t address) const noexcept { return address - base_ < span_; }
    // Of a covered address: the size of the blocks in its pool, 0 if the pool is not in use.
    std::size_t size_of(std::uintptr_t address) const noexcept {
      return sizes_[(address - base_) >> G::kPoolShift];
    }
    // Whether a block begins at a covered address, in a pool of blocks of `size`, not 0.
    bool begins_block(std::uintptr_t address, std::size_t size) const noexcept {
      const BlockGrid grid = kBlockGrids<G>[size >> G::kGrainShift];
      const auto offset = static_cast<std::uint32_t>((address - base_) % G::kPoolSize);
      return (offset - grid.first_offset) * grid.reciprocal < grid.reciprocal;
    }

   private:
    friend ArenaStore;
    explicit BlockSizes(const ArenaStore& store) noexcept
        : base_(store.base_), span_(store.span_), sizes_(store.sizes_) {}

    std::uintptr_t base_;
    std::uintptr_t span_;
    const std::uint16_t* sizes_;
  };
  BlockSizes block_sizes() const noexcept { return BlockSizes(*this); }

  // The pool that holds `p`, in use or not; null when no arena of ours holds `p`. Touches no memory
  // but the store's own.
  Pool<G>* find_pool(const void* p) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(p);
    const std::uintptr_t offset = address - base_;
    if (offset < span_) return &pools_[offset >> G::kPoolShift];
    const Arena<G>* arena = map_.find(address);
    return arena == nullptr ? nullptr
                            : &arena->pools[(address & (G::kArenaSize - 1)) >> G::kPoolShift];
  }

  Arena<G>* find_arena(const void* p) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(p);
    const std::uintptr_t offset = address - base_;
    return offset < span_ ? &arenas_[offset >> G::kArenaShift] : map_.find(address);
  }

  // An arena whose pools are all unused, for `owner`. Null when out of memory.
  Arena<G>* try_create(const void* owner) noexcept;

  // Gives the memory of an arena back to the system; its pools must all be unused and it is in no
  // list. False when the system refuses; then the arena stays as it was.
  bool try_destroy(Arena<G>* arena) noexcept;

  // Gives back the memory of [p, p + bytes), inside an arena; it reads as zeros then. False when
  // the system refuses, or when its pages are larger than that.
  bool try_decommit(std::byte* p, std::size_t bytes) noexcept;

  // Gives up the reserved addresses that no arena needs yet. Further arenas are mapped alone.
  void release_spare_addresses() noexcept;

  // Gives everything back. No arena may be used any more.
  void clear() noexcept;

  // The word of trace data of the block at `p`, which must lie in an arena of ours; null when out
  // of memory.
  std::uint32_t* try_word(const void* p) noexcept;

  Platform& platform() noexcept { return platform_; }
  std::size_t arenas_in_use() const noexcept { return in_use_; }

  // Bytes of the tables that are usable, each in use up to some place in its last step.
  std::size_t table_bytes() const noexcept;

 private:
  // One table of the reservation: usable from its start up to `usable_end`.
  struct Table {
    std::byte* start = nullptr;
    std::byte* usable_end = nullptr;
    std::byte* end = nullptr;
  };
  static constexpr std::size_t kTableStep = 64 * base::kKiB;
  static constexpr std::size_t kWordsSize =
      (G::kArenaSize >> G::kGrainShift) * sizeof(std::uint32_t);

  static Table table_at(std::byte*& place, std::size_t bytes) noexcept;
  bool try_extend(Table& table, const void* end) noexcept;
  void release(std::byte* start, std::byte* end) noexcept;
  void try_reserve() noexcept;
  bool try_make_tables(std::size_t arena_count) noexcept;
  Arena<G>* pop_vacant() noexcept;
  Arena<G>* try_extend_span() noexcept;
  bool try_make_usable(Arena<G>* arena) noexcept;
  void add_vacant(std::size_t number, bool usable, bool huge) noexcept;
  std::size_t arenas_to_add() const noexcept;
  Arena<G>* try_map_alone() noexcept;
  Arena<G>* try_map_record() noexcept;
  std::byte* try_map_memory() noexcept;
  void unmap_alone(Arena<G>* arena) noexcept;
  std::size_t record_size() noexcept;
  void drop_words(Arena<G>* arena) noexcept;
  static void reset(Arena<G>* arena, const void* owner) noexcept;

  std::uintptr_t base_ = 0;
  std::uintptr_t span_ = 0;  // bytes from base_ on that are arenas, in use or vacant
  std::uint16_t* sizes_ = nullptr;
  Pool<G>* pools_ = nullptr;
  Arena<G>* arenas_ = nullptr;

  [[no_unique_address]] Platform platform_;
  std::size_t reservation_;
  std::size_t huge_from_;
  std::size_t limit_ = 0;  // bytes of arenas that the reservation can hold
  Table size_table_;
  Table pool_table_;
  Table arena_table_;
  List<Arena<G>, &Arena<G>::by_fill> vacant_;  // part of the span, not in use
  ArenaMap<Platform, G> map_;
  List<Arena<G>, &Arena<G>::siblings> alone_;  // mapped alone
  std::size_t in_use_ = 0;
};

}  // namespace exuvia::heap
