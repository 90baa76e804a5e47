// A pool: blocks of one size class. Part of the heap's inside; users of a heap never see one.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "exuvia/heap/list.hpp"

namespace exuvia::heap {

template <class G>
struct Arena;

// Bits of slices (4 KiB each) of one pool, lowest address first.
using SliceMask = std::uint32_t;

// What the heap knows of a pool. It lies outside the pool, so that the pool's own memory can be
// given back and so that a free in a forked child writes no page of the pool but the block's own.
//
//   free bit set   the block is in the pool
//   free bit clear the block is out: with the program, or in the heap's magazine
//   used           number of blocks out;  used + free bits = capacity
//   touched        slices that may hold memory; the others read as zeros and cost nothing
//   returned       slices given back to the system since they were last touched
template <class G>
struct alignas(64) Pool {
  Links<Pool> links;  // in its bin's list of partly used pools, if it has a free block
  Arena<G>* arena;
  std::byte* base;
  std::uint32_t block_size;
  std::uint32_t reciprocal;  // 2^32 / block_size, rounded up: division by multiplication
  std::uint16_t capacity;
  std::uint16_t used;
  std::uint16_t alert;  // the heap wants to know when `used` falls to this
  std::uint16_t touched;
  std::uint16_t returned;
  std::uint16_t first_offset;  // of the first block
  std::uint8_t bin;
  std::uint64_t free_bits[G::kBitmapWords];

  static constexpr std::size_t capacity_of(std::size_t block) noexcept {
    return std::min<std::size_t>(G::kMaxBlocks, (G::kPoolSize - G::kFirstBlock) / block);
  }

  // The blocks begin as many lines later as their number allows. The first blocks of the classes, a
  // program's busiest, would else compete for one set of the cache. Measured: a malloc and a free
  // of random sizes take 1.3 times as long.
  static constexpr std::size_t first_offset_of(std::size_t block) noexcept {
    constexpr std::size_t kLine = 64;
    const std::size_t spare = G::kPoolSize - G::kFirstBlock - capacity_of(block) * block;
    return G::kFirstBlock + std::min(spare, G::kLargestBlock) / kLine * kLine;
  }

  // Makes all blocks of a pool that was unused free blocks of `for_bin`.
  void open(Arena<G>& in, std::byte* at, unsigned for_bin) noexcept;

  bool is_full() const noexcept { return used == capacity; }
  std::byte* first_block() const noexcept { return base + first_offset; }

  // Index of the block that holds `p`.
  unsigned index_of(const void* p) const noexcept {
    const auto offset =
        static_cast<std::uint32_t>(static_cast<const std::byte*>(p) - first_block());
    return static_cast<unsigned>((std::uint64_t{offset} * reciprocal) >> 32);
  }

  // Whether `p` is the first byte of one of the pool's blocks.
  bool is_block(const void* p) const noexcept {
    if (p < first_block()) return false;
    const unsigned index = index_of(p);
    return index < capacity && first_block() + std::size_t{index} * block_size == p;
  }

  bool is_free(unsigned index) const noexcept {
    return (free_bits[index / 64] >> (index % 64)) & 1;
  }

  // Takes at most `wanted` free blocks out, at least one, lowest address first. They are written to
  // `out` in reverse, so that the last is the lowest. Returns how many.
  unsigned take(void** out, unsigned wanted) noexcept;

  // Puts the block `index` back. False when it is there already, and then nothing has changed.
  bool give(unsigned index) noexcept {
    std::uint64_t& word = free_bits[index / 64];
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    if ((word & bit) != 0) return false;
    word |= bit;
    --used;
    return true;
  }

  bool holds(const void* p) const noexcept {
    return static_cast<std::size_t>(static_cast<const std::byte*>(p) - base) < G::kPoolSize;
  }

  // Puts the first blocks of `blocks` back, as far as they are this pool's. Returns how many; stops
  // before one that is there already.
  std::size_t give_leading(void* const* blocks, std::size_t count) noexcept;

  // Puts all blocks back.
  void give_all() noexcept;

  // Notes that the slices of [first, last] are about to be touched. Returns those among them that
  // had been given back.
  SliceMask touch(const void* first, const void* last) noexcept;

  // Touched slices on which no block lies that is out.
  SliceMask idle_slices() const noexcept;

  // Notes that `slices` have been given back.
  void forget(SliceMask slices) noexcept {
    touched = static_cast<std::uint16_t>(touched & ~slices);
    returned = static_cast<std::uint16_t>(returned | slices);
  }

  unsigned free_count() const noexcept;

  // used + free bits = capacity, and no bit beyond it.
  bool is_consistent() const noexcept;

 private:
  static void** take_word(std::uint64_t& word, std::byte* start, std::size_t size, void** out,
                          void** last) noexcept;
  bool all_free(unsigned first, unsigned last) const noexcept;
};

// Where the blocks of a size lie in a pool. `offset` (less than a pool) from the first block is a
// multiple of the size if, modulo 2^32, offset * reciprocal < reciprocal.
struct BlockGrid {
  std::uint32_t first_offset;
  std::uint32_t reciprocal;  // 2^32 / size, rounded up
};

// By bin.
template <class G>
inline constexpr auto kBlockGrids = [] {
  std::array<BlockGrid, G::kBins> grids{};
  for (unsigned bin = 1; bin < G::kBins; ++bin) {
    const std::size_t size = std::size_t{bin} << G::kGrainShift;
    grids[bin] = {static_cast<std::uint32_t>(Pool<G>::first_offset_of(size)),
                  static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + size - 1) / size)};
  }
  return grids;
}();

}  // namespace exuvia::heap
