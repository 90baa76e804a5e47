// How a heap divides memory, as a compile-time policy: the sizes of arenas and pools, and the block
// grain.
#pragma once

#include <cstddef>
#include <cstdint>

namespace exuvia::heap {

// An arena is the unit taken from the system; it holds pools; a pool holds blocks of one size
// class. Arenas and pools are aligned to their sizes. Each is given as a power of two.
template <unsigned ArenaShift, unsigned PoolShift, unsigned GrainShift>
struct BasicGeometry {
  static constexpr unsigned kArenaShift = ArenaShift;
  static constexpr unsigned kPoolShift = PoolShift;
  static constexpr std::size_t kArenaSize = std::size_t{1} << ArenaShift;
  static constexpr std::size_t kPoolSize = std::size_t{1} << PoolShift;
  static constexpr unsigned kPoolsPerArena = 1u << (ArenaShift - PoolShift);

  // Blocks are multiples of the grain and aligned to it. Bin b serves requests of
  // (b - 1) * grain + 1 .. b * grain bytes; bin 0 is no size class and never holds a block.
  static constexpr unsigned kGrainShift = GrainShift;
  static constexpr std::size_t kGrain = std::size_t{1} << GrainShift;
  static constexpr std::size_t kLargestBlock = 512;
  static constexpr unsigned kBins = static_cast<unsigned>(kLargestBlock >> GrainShift) + 1;

  // Not 0: blocks of all pools that start at a pool's first byte compete for the same cache sets,
  // and the two lines of an object at offset 16 are fetched together. Measured: 1.3 to 1.7 times
  // slower.
  static constexpr std::size_t kFirstBlock = 48;

  // A pool has one bit a block. Pools of the smallest class use half of their addresses (the rest
  // is never touched), which halves the size of the bit map in every pool.
  static constexpr unsigned kBitmapWords = static_cast<unsigned>(kPoolSize / kGrain / 2 / 64);
  static constexpr unsigned kMaxBlocks = kBitmapWords * 64;

  // Memory inside a pool is given back in slices of this size, where the system's pages are no
  // larger.
  static constexpr unsigned kSliceShift = 12;
  static constexpr std::size_t kSlice = std::size_t{1} << kSliceShift;
  static constexpr unsigned kSlicesPerPool = static_cast<unsigned>(kPoolSize >> kSliceShift);

  static_assert(PoolShift >= kSliceShift && PoolShift <= 16 && PoolShift < ArenaShift);
  static_assert(kSlicesPerPool <= 16);
};

using Geometry4K = BasicGeometry<20, 12, 4>;
using Geometry16K = BasicGeometry<20, 14, 4>;
using Geometry64K = BasicGeometry<20, 16, 4>;
// As CPython on 32-bit machines.
using GeometryNarrow = BasicGeometry<18, 12, 3>;

// Of CPython 3.10 and later. 64-bit: 1 MiB arenas, 16 KiB pools, 32 classes of 16 bytes.
#if UINTPTR_MAX > 0xffffffffu
using DefaultGeometry = Geometry16K;
#else
using DefaultGeometry = GeometryNarrow;
#endif

}  // namespace exuvia::heap
