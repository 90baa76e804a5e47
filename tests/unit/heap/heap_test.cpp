#include "exuvia/heap/heap.hpp"

#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

TEST(Heap, HandsOutDistinctWritableBlocks) {
  Heap heap;
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t i = 0; i < 20000; ++i) {
    const std::size_t size = i % 600;
    auto* p = static_cast<unsigned char*>(heap.try_allocate(size));
    ASSERT_NE(p, nullptr);
    std::memset(p, static_cast<int>(i % 251), size);
    blocks.push_back({p, size});
  }
  EXPECT_TRUE(heap.is_consistent());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto [p, size] = blocks[i];
    for (std::size_t k = 0; k < size; ++k) ASSERT_EQ(p[k], i % 251);
    heap.deallocate(p);
  }
  EXPECT_TRUE(heap.is_consistent());
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
}

}  // namespace
}  // namespace exuvia::heap
