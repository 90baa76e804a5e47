#include "exuvia/heap/pool.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "exuvia/heap/arena.hpp"
#include "exuvia/heap/geometry.hpp"
#include "heap/pool_impl.hpp"

namespace exuvia::heap {
namespace {

template <class G>
class PoolTest : public testing::Test {
 protected:
  // A pool never touches its memory, so any aligned address will do.
  std::byte* const base = reinterpret_cast<std::byte*>(std::uintptr_t{64} << 20);
  Arena<G> arena{};
  Pool<G> pool{};

  void open(unsigned bin) { pool.open(arena, base, bin); }

  std::vector<void*> take_all() {
    std::vector<void*> blocks(pool.capacity);
    const unsigned taken = pool.take(blocks.data(), pool.capacity);
    EXPECT_EQ(taken, pool.capacity);
    std::reverse(blocks.begin(), blocks.end());
    return blocks;
  }
};

using Geometries = testing::Types<Geometry4K, Geometry16K, Geometry64K, GeometryNarrow>;
TYPED_TEST_SUITE(PoolTest, Geometries);

TYPED_TEST(PoolTest, DividesItselfIntoBlocksThatLieInItAndDoNotOverlap) {
  for (unsigned bin = 1; bin < TypeParam::kBins; ++bin) {
    this->open(bin);
    ASSERT_TRUE(this->pool.is_consistent());
    const auto blocks = this->take_all();
    ASSERT_GE(blocks.front(), this->base + TypeParam::kFirstBlock);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      ASSERT_EQ(blocks[i], this->pool.first_block() + i * this->pool.block_size);
    }
    ASSERT_LE(static_cast<std::byte*>(blocks.back()) + this->pool.block_size,
              this->base + TypeParam::kPoolSize);
    ASSERT_TRUE(this->pool.is_full());
  }
}

// The offset within a line of the cache stays what kFirstBlock makes it.
TYPED_TEST(PoolTest, BeginsAWholeNumberOfLinesLaterWhereNoBlockIsLost) {
  std::set<std::size_t> offsets;
  for (unsigned bin = 1; bin < TypeParam::kBins; ++bin) {
    this->open(bin);
    offsets.insert(this->pool.first_offset);
    ASSERT_EQ((this->pool.first_offset - TypeParam::kFirstBlock) % 64, 0u);
    ASSERT_EQ(this->pool.capacity, Pool<TypeParam>::capacity_of(this->pool.block_size));
  }
  EXPECT_GT(offsets.size(), 1u);
}

TYPED_TEST(PoolTest, KnowsTheBlockOfEveryAddress) {
  for (unsigned bin = 1; bin < TypeParam::kBins; ++bin) {
    this->open(bin);
    const std::size_t size = this->pool.block_size;
    for (std::size_t offset = 0; offset < this->pool.capacity * size; ++offset) {
      const std::byte* p = this->pool.first_block() + offset;
      ASSERT_EQ(this->pool.index_of(p), offset / size);
      ASSERT_EQ(this->pool.is_block(p), offset % size == 0);
    }
    ASSERT_FALSE(this->pool.is_block(this->base));
    ASSERT_FALSE(this->pool.is_block(this->pool.first_block() + this->pool.capacity * size));
  }
}

TYPED_TEST(PoolTest, TakesBackABlockOnce) {
  this->open(4);
  const auto blocks = this->take_all();
  const unsigned index = this->pool.index_of(blocks[5]);
  EXPECT_TRUE(this->pool.give(index));
  EXPECT_FALSE(this->pool.give(index));
  EXPECT_EQ(this->pool.free_count(), 1u);
  EXPECT_TRUE(this->pool.is_consistent());
}

TYPED_TEST(PoolTest, HandsOutTheLowestBlocksFirst) {
  this->open(4);
  const auto blocks = this->take_all();
  for (const std::size_t i : {20u, 3u, 9u}) this->pool.give(this->pool.index_of(blocks[i]));
  void* taken[2];
  ASSERT_EQ(this->pool.take(taken, 2), 2u);
  EXPECT_EQ(taken[1], blocks[3]);
  EXPECT_EQ(taken[0], blocks[9]);
}

// Slices by their definition: idle is one that was touched and meets no block that is out.
template <class G>
SliceMask idle_by_definition(const Pool<G>& pool) {
  SliceMask busy = 0;
  for (unsigned i = 0; i < pool.capacity; ++i) {
    if (pool.is_free(i)) continue;
    const std::size_t start = pool.first_offset + std::size_t{i} * pool.block_size;
    const std::size_t last = start + pool.block_size - 1;
    for (std::size_t s = start >> G::kSliceShift; s <= last >> G::kSliceShift; ++s) busy |= 1u << s;
  }
  return pool.touched & ~busy;
}

TYPED_TEST(PoolTest, FindsTheSlicesOnWhichNoBlockIsOut) {
  for (unsigned bin = 1; bin < TypeParam::kBins; ++bin) {
    for (unsigned keep = 1; keep < 200; keep = keep * 3 + 1) {
      this->open(bin);
      this->pool.touched = this->pool.returned = 0;
      const auto blocks = this->take_all();
      this->pool.touch(blocks.front(), blocks.back());
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % keep != keep / 2) this->pool.give(static_cast<unsigned>(i));
      }
      ASSERT_EQ(this->pool.idle_slices(), idle_by_definition(this->pool)) << bin << " " << keep;
    }
  }
}

TYPED_TEST(PoolTest, RemembersSlicesThatWereGivenBackUntilTheyAreTouched) {
  this->open(4);
  const auto blocks = this->take_all();
  EXPECT_EQ(this->pool.touch(blocks.front(), blocks.front()), 0u);
  EXPECT_EQ(this->pool.touched, 1u);
  this->pool.forget(1);
  EXPECT_EQ(this->pool.touched, 0u);
  EXPECT_EQ(this->pool.touch(blocks.front(), blocks.front()), 1u);
  EXPECT_EQ(this->pool.touch(blocks.front(), blocks.front()), 0u);
}

TYPED_TEST(PoolTest, TakesBackTheLeadingBlocksThatAreItsOwn) {
  this->open(4);
  std::vector<void*> blocks = this->take_all();
  const auto own = static_cast<unsigned>(blocks.size());
  blocks.push_back(this->base + TypeParam::kPoolSize + TypeParam::kFirstBlock);
  EXPECT_EQ(this->pool.give_leading(blocks.data() + 1, own), own - 1);
  EXPECT_EQ(this->pool.used, 1u);
  EXPECT_TRUE(this->pool.is_consistent());
}

TYPED_TEST(PoolTest, StopsBeforeABlockThatIsThereAlready) {
  this->open(4);
  std::vector<void*> blocks = this->take_all();
  blocks[3] = blocks[1];
  EXPECT_EQ(this->pool.give_leading(blocks.data(), 5), 3u);
  EXPECT_EQ(this->pool.give_leading(blocks.data() + 3, 1), 0u);
  EXPECT_EQ(this->pool.used, this->pool.capacity - 3u);
  EXPECT_TRUE(this->pool.is_consistent());
}

}  // namespace
}  // namespace exuvia::heap
