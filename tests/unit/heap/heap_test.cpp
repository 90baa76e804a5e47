// What every heap promises, whatever its geometry, checks and locks.
#include "exuvia/heap/heap.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "exuvia/heap/debug_heap.hpp"
#include "exuvia/heap/shared_heap.hpp"

namespace exuvia::heap {
namespace {

using platform::LinuxPlatform;

unsigned char* bytes(void* p) { return static_cast<unsigned char*>(p); }

template <class H>
class HeapLaws : public testing::Test {
 protected:
  H heap;
};

using AllHeaps =
    testing::Types<Heap, HardenedHeap, BasicHeap<LinuxPlatform, Geometry4K>,
                   BasicHeap<LinuxPlatform, Geometry64K>, BasicHeap<LinuxPlatform, GeometryNarrow>,
                   SharedHeap<Heap>, SharedHeap<HardenedHeap>, DebugHeap<Heap>,
                   DebugHeap<SharedHeap<Heap>>>;
TYPED_TEST_SUITE(HeapLaws, AllHeaps);

TYPED_TEST(HeapLaws, BlocksAreDistinctAlignedAndKeepTheirContents) {
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::size_t size = i % 600;
    auto* p = bytes(this->heap.try_allocate(size));
    ASSERT_NE(p, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(p) % TypeParam::Geometry::kGrain, 0u);
    std::memset(p, static_cast<int>(i % 251), size);
    blocks.push_back({p, size});
  }
  EXPECT_TRUE(this->heap.is_consistent());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto [p, size] = blocks[i];
    for (std::size_t k = 0; k < size; ++k) ASSERT_EQ(p[k], i % 251);
    this->heap.deallocate(p, size);
  }
  EXPECT_TRUE(this->heap.is_consistent());
  EXPECT_EQ(this->heap.statistics().blocks_in_use(), 0u);
}

TYPED_TEST(HeapLaws, SizeZeroIsServedWithBlocksOfTheirOwn) {
  std::set<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.insert(this->heap.try_allocate(0));
  EXPECT_EQ(blocks.size(), 1000u);
  EXPECT_FALSE(blocks.contains(nullptr));
  for (void* p : blocks) this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, SizesOverPtrdiffMaxFail) {
  constexpr std::size_t kTooMuch = std::size_t{PTRDIFF_MAX} + 1;
  void* p = this->heap.try_allocate(10);
  EXPECT_EQ(this->heap.try_allocate(kTooMuch), nullptr);
  EXPECT_EQ(this->heap.try_allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(this->heap.try_allocate_zeroed(1, kTooMuch), nullptr);
  EXPECT_EQ(this->heap.try_reallocate(p, kTooMuch), nullptr);
  this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, AZeroedProductThatOverflowsFails) {
  EXPECT_EQ(this->heap.try_allocate_zeroed(SIZE_MAX / 2, 4), nullptr);
  EXPECT_EQ(this->heap.try_allocate_zeroed(std::size_t{1} << 33, std::size_t{1} << 33), nullptr);
}

TYPED_TEST(HeapLaws, ZeroedBlocksAreZeroWhenTheirMemoryIsUsedAgain) {
  for (std::size_t size = 1; size < 700; size += 13) {
    void* dirty = this->heap.try_allocate(size);
    std::memset(dirty, 0xff, size);
    this->heap.deallocate(dirty);
    auto* p = bytes(this->heap.try_allocate_zeroed(size, 1));
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(p[i], 0);
    this->heap.deallocate(p);
  }
}

TYPED_TEST(HeapLaws, ReallocatingKeepsTheContentsThatFit) {
  for (std::size_t from = 1; from < 1200; from += 97) {
    for (std::size_t to = 1; to < 1200; to += 89) {
      auto* p = bytes(this->heap.try_allocate(from));
      std::memset(p, 0x5a, from);
      p = bytes(this->heap.try_reallocate(p, to));
      for (std::size_t i = 0; i < std::min(from, to); ++i) ASSERT_EQ(p[i], 0x5a);
      std::memset(p, 1, to);
      this->heap.deallocate(p);
    }
  }
  EXPECT_TRUE(this->heap.is_consistent());
}

TYPED_TEST(HeapLaws, ReallocatingNullAllocates) {
  void* p = this->heap.try_reallocate(nullptr, 40);
  EXPECT_NE(p, nullptr);
  this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, DeallocatingNullDoesNothing) {
  this->heap.deallocate(nullptr);
  this->heap.deallocate(nullptr, 0);
  EXPECT_TRUE(this->heap.is_consistent());
}

TYPED_TEST(HeapLaws, OwnsItsBlocksAndNoOtherAddress) {
  auto* p = bytes(this->heap.try_allocate(100));
  int local = 0;
  EXPECT_TRUE(this->heap.owns(p));
  EXPECT_TRUE(this->heap.owns(p + 99));
  EXPECT_FALSE(this->heap.owns(&local));
  EXPECT_FALSE(this->heap.owns(nullptr));
  for (unsigned bit = 0; bit < 64; ++bit) {
    const auto address = std::uint64_t{1} << bit;
    EXPECT_FALSE(this->heap.owns(reinterpret_cast<void*>(address - 1)));
    EXPECT_FALSE(this->heap.owns(reinterpret_cast<void*>(~address)));
  }
  void* large = this->heap.try_allocate(5000);
  EXPECT_FALSE(this->heap.owns(large));
  this->heap.deallocate(large);
  this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, HeapsAreIndependent) {
  TypeParam other;
  void* mine = this->heap.try_allocate(50);
  void* others = other.try_allocate(50);
  EXPECT_FALSE(other.owns(mine));
  EXPECT_FALSE(this->heap.owns(others));
  this->heap.deallocate(mine);
  other.deallocate(others);
}

TYPED_TEST(HeapLaws, ALimitBoundsTheArenas) {
  using Geometry = typename TypeParam::Geometry;
  this->heap.set_limit(3 * Geometry::kArenaSize);
  std::vector<void*> blocks;
  while (void* p = this->heap.try_allocate(400)) blocks.push_back(p);
  EXPECT_EQ(this->heap.statistics().arenas, 3u);
  EXPECT_TRUE(this->heap.is_consistent());
  this->heap.deallocate(blocks.back());
  blocks.back() = this->heap.try_allocate(400);
  EXPECT_NE(blocks.back(), nullptr);
  this->heap.set_limit(0);
  blocks.push_back(this->heap.try_allocate(400));
  EXPECT_NE(blocks.back(), nullptr);
  for (void* p : blocks) this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, MemoryOfOneClassServesAnotherUnderALimit) {
  using Geometry = typename TypeParam::Geometry;
  this->heap.set_limit(Geometry::kArenaSize);
  for (std::size_t size = 8; size <= 480; size += 59) {
    std::vector<void*> blocks;
    while (void* p = this->heap.try_allocate(size)) blocks.push_back(p);
    EXPECT_GT(blocks.size(), 100u);
    for (void* p : blocks) this->heap.deallocate(p);
  }
}

TYPED_TEST(HeapLaws, StatisticsAddUp) {
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 5000; ++i) blocks.push_back(this->heap.try_allocate(i % 480));
  const Statistics s = this->heap.statistics();
  EXPECT_EQ(s.blocks_in_use(), 5000u);
  EXPECT_EQ(s.in_use + s.cached + s.unused + s.wasted + s.unused_pools * s.pool_size,
            s.arenas * s.arena_size);
  for (const ClassStatistics& c : s.classes) EXPECT_LE(c.cached, c.most_cached);
  EXPECT_GE(s.arenas_peak, s.arenas);
  EXPECT_LE(s.resident, s.arenas * s.arena_size);
  for (void* p : blocks) this->heap.deallocate(p);
}

TYPED_TEST(HeapLaws, ATrimmedHeapGoesOnWorking) {
  for (int round = 0; round < 3; ++round) {
    std::vector<unsigned char*> blocks;
    for (std::size_t i = 0; i < 30'000; ++i) {
      blocks.push_back(bytes(this->heap.try_allocate(100)));
      *blocks.back() = static_cast<unsigned char>(i);
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i % 97 != 0) this->heap.deallocate(blocks[i]);
    }
    EXPECT_GT(this->heap.trim(), 0u);
    for (std::size_t i = 0; i < blocks.size(); i += 97) {
      ASSERT_EQ(*blocks[i], static_cast<unsigned char>(i));
      this->heap.deallocate(blocks[i]);
    }
    EXPECT_TRUE(this->heap.is_consistent());
  }
}

template <class H>
void expect_all_freed_at_once() {
  H heap;
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 3000; ++i) blocks.push_back(heap.try_allocate(1 + i * 7 % 700));
  heap.deallocate_all(blocks.data(), blocks.size());
  EXPECT_TRUE(heap.is_consistent());
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0U);
}

TEST(Heap, FreesBlocksOfAllSizesAtOnce) {
  expect_all_freed_at_once<Heap>();
  expect_all_freed_at_once<HardenedHeap>();
}

TEST(Heap, TakesABlockBackThroughTheMagazineOfItsSize) {
  Heap heap;
  void* const block = heap.try_allocate(24);
  EXPECT_TRUE(heap.magazine_for(24)->try_push(block));
  EXPECT_TRUE(heap.is_consistent());
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0U);
  EXPECT_EQ(heap.try_allocate(32), block);
  heap.deallocate(block);
}

TEST(Heap, HasMagazinesForSmallBlocksWhereNotEveryFreeIsChecked) {
  Heap heap;
  EXPECT_EQ(heap.magazine_for(0), nullptr);
  EXPECT_NE(heap.magazine_for(512), nullptr);
  EXPECT_EQ(heap.magazine_for(513), nullptr);
  HardenedHeap hardened;
  EXPECT_EQ(hardened.magazine_for(24), nullptr);
}

// Blocks of a size by the pool they lie on.
template <class H>
std::map<std::uintptr_t, std::vector<void*>> blocks_by_pool(H& heap, std::size_t size, int count) {
  std::map<std::uintptr_t, std::vector<void*>> pools;
  for (int i = 0; i < count; ++i) {
    void* const p = heap.try_allocate(size);
    pools[reinterpret_cast<std::uintptr_t>(p) / H::Geometry::kPoolSize].push_back(p);
  }
  return pools;
}

template <class H>
void expect_pools_freed_whole() {
  H heap;
  std::size_t left = 0;
  for (const auto& [pool, blocks] : blocks_by_pool(heap, 48, 3000)) {
    EXPECT_FALSE(heap.try_deallocate_pool(blocks.front(), blocks.size() - 1));
    if (heap.try_deallocate_pool(blocks.front(), blocks.size())) continue;
    left += blocks.size();  // on the pool of which the magazine holds more
    EXPECT_EQ(blocks.size(), left);
    heap.deallocate_all(blocks.data(), blocks.size());
  }
  EXPECT_TRUE(heap.is_consistent());
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0U);
}

TEST(Heap, FreesAPoolWholeWhenAllBlocksThatAreOutAreToGo) {
  expect_pools_freed_whole<Heap>();
  expect_pools_freed_whole<HardenedHeap>();
  expect_pools_freed_whole<BasicHeap<LinuxPlatform, Geometry64K>>();
}

TEST(Heap, FreesNoPoolWholeThatIsNotItsOwn) {
  Heap heap;
  Heap other;
  void* const foreign = other.try_allocate(48);
  EXPECT_FALSE(heap.try_deallocate_pool(foreign, 1));
  EXPECT_FALSE(heap.try_deallocate_pool(&heap, 1));
  EXPECT_FALSE(heap.try_deallocate_pool(nullptr, 0));
  other.deallocate(foreign);
}

TEST(Heap, ShrinkingByLessThanAQuarterDoesNotMoveABlock) {
  Heap heap;
  void* p = heap.try_allocate(400);
  EXPECT_EQ(heap.try_reallocate(p, 301), p);
  EXPECT_NE(heap.try_reallocate(p, 300), p);
}

TEST(Heap, TakesBlocksAtOffset48OfTheirPool) {
  Heap heap;
  const auto address = reinterpret_cast<std::uintptr_t>(heap.try_allocate(64));
  EXPECT_EQ(address % Heap::Geometry::kPoolSize, 48u);
}

template <class H>
class HeapGrid : public HeapLaws<H> {};
using Geometries = testing::Types<Heap, BasicHeap<LinuxPlatform, Geometry4K>,
                                  BasicHeap<LinuxPlatform, Geometry64K>>;
TYPED_TEST_SUITE(HeapGrid, Geometries);

TYPED_TEST(HeapGrid, ToldByTheAddressAloneBlocksBeginWhereTheyWereGivenOut) {
  for (std::size_t size = 16; size <= 512; size += 16) {
    for (int i = 0; i < 300; ++i) {
      const auto block = reinterpret_cast<std::uintptr_t>(this->heap.try_allocate(size));
      const auto sizes = this->heap.block_sizes();
      ASSERT_TRUE(sizes.covers(block));
      ASSERT_EQ(size, sizes.size_of(block));
      for (std::size_t offset = 0; offset < size; offset += 16) {
        ASSERT_EQ(offset == 0, sizes.begins_block(block + offset, size)) << size << " " << offset;
      }
    }
  }
}

TEST(Heap, HandsForeignPointersToTheUnderlyingAllocator) {
  struct Record {
    int allocated = 0, zeroed = 0, reallocated = 0, deallocated = 0, trimmed = 0;
    static Record& of(void* context) { return *static_cast<Record*>(context); }
  } record;
  const Underlying underlying = {
      &record,
      [](void* c, std::size_t n) { return ++Record::of(c).allocated, std::malloc(n); },
      [](void* c, std::size_t k, std::size_t n) {
        return ++Record::of(c).zeroed, std::calloc(k, n);
      },
      [](void* c, void* p, std::size_t n) {
        return ++Record::of(c).reallocated, std::realloc(p, n);
      },
      [](void* c, void* p) { ++Record::of(c).deallocated, std::free(p); },
      nullptr,
      [](void* c) { ++Record::of(c).trimmed; }};
  Heap heap({}, underlying);
  void* foreign = std::malloc(20);
  foreign = heap.try_reallocate(foreign, 30);
  EXPECT_EQ(record.reallocated, 1);
  EXPECT_EQ(heap.usable_size(foreign), 0u);
  heap.deallocate(foreign);
  EXPECT_EQ(record.deallocated, 1);
  heap.deallocate(heap.try_allocate(513));
  heap.deallocate(heap.try_allocate_zeroed(100, 100));
  EXPECT_EQ(record.allocated, 1);
  EXPECT_EQ(record.zeroed, 1);
  heap.trim();
  EXPECT_EQ(record.trimmed, 1);
}

TEST(Heap, KeepsAWordForEachBlock) {
  Heap heap;
  auto* a = bytes(heap.try_allocate(16));
  auto* b = bytes(heap.try_allocate(16));
  EXPECT_EQ(*heap.try_word(a), 0u);
  *heap.try_word(a) = 7;
  *heap.try_word(b) = 8;
  EXPECT_EQ(*heap.try_word(a), 7u);
  EXPECT_EQ(heap.try_word(&heap), nullptr);
}

TEST(Heap, CanBeMadeBeforeTheProgramStarts) {
  static constinit Heap heap;
  void* p = heap.try_allocate(8);
  EXPECT_TRUE(heap.owns(p));
  heap.deallocate(p);
}

TEST(HeapDeathTest, NamesADoubleFreeThatReachesThePool) {
  Heap heap;
  std::vector<void*> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(heap.try_allocate(64));
  for (void* p : blocks) heap.deallocate(p);
  EXPECT_DEATH((heap.deallocate(blocks[150]), heap.trim()),
               "exuvia: double free of the block at 0x[0-9a-f]+, size class 64 bytes");
}

TEST(HeapDeathTest, NamesAFreeOfMemoryThatIsNotInUse) {
  Heap heap;
  auto* p = bytes(heap.try_allocate(64));
  EXPECT_DEATH(heap.deallocate(p + 2 * Heap::Geometry::kPoolSize),
               "exuvia: free of an address in memory that is not in use at 0x[0-9a-f]+");
}

TEST(HardenedHeapDeathTest, NamesADoubleFreeAtOnce) {
  HardenedHeap heap;
  void* first = heap.try_allocate(64);
  void* p = heap.try_allocate(64);
  heap.deallocate(p);
  EXPECT_DEATH(heap.deallocate(p),
               "exuvia: double free of the block at 0x[0-9a-f]+, size class 64 bytes");
  heap.deallocate(first);
}

TEST(HardenedHeapDeathTest, NamesAFreeInsideABlock) {
  HardenedHeap heap;
  auto* p = bytes(heap.try_allocate(64));
  EXPECT_DEATH(
      heap.deallocate(p + 16),
      "exuvia: free of an address that is not a block at 0x[0-9a-f]+, size class 64 bytes");
}

}  // namespace
}  // namespace exuvia::heap
