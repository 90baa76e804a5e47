#include "exuvia/heap/memory_resource.hpp"

#include <list>
#include <map>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {
namespace {

TEST(MemoryResource, ServesContainersFromTheHeap) {
  Heap heap;
  MemoryResource<Heap> resource(heap);
  {
    std::pmr::map<int, std::pmr::string> map(&resource);
    for (int i = 0; i < 1000; ++i) map[i] = std::string(static_cast<std::size_t>(i), 'x');
    EXPECT_TRUE(heap.owns(&*map.begin()));
    EXPECT_EQ(map[999].size(), 999u);
  }
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
}

TEST(MemoryResource, ServesLargeAlignments) {
  Heap heap;
  MemoryResource<Heap> resource(heap);
  void* p = resource.allocate(100, 256);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 256, 0u);
  resource.deallocate(p, 100, 256);
}

TEST(MemoryResource, IsEqualToAnotherOfTheSameHeapOnly) {
  Heap a;
  Heap b;
  EXPECT_TRUE(MemoryResource<Heap>(a) == MemoryResource<Heap>(a));
  EXPECT_FALSE(MemoryResource<Heap>(a) == MemoryResource<Heap>(b));
  EXPECT_FALSE(MemoryResource<Heap>(a) == *std::pmr::new_delete_resource());
}

TEST(MemoryResource, ThrowsWhenTheHeapIsExhausted) {
  Heap heap;
  heap.set_limit(1);
  MemoryResource<Heap> resource(heap);
  EXPECT_THROW((void)resource.allocate(100), std::bad_alloc);
}

TEST(StdAllocator, ServesContainersFromTheHeap) {
  Heap heap;
  {
    std::list<int, StdAllocator<int, Heap>> list(heap);
    for (int i = 0; i < 100; ++i) list.push_back(i);
    EXPECT_TRUE(heap.owns(&list.front()));
    auto copy = list;
    auto moved = std::move(list);
    EXPECT_EQ(copy, moved);
    std::vector<double, StdAllocator<double, Heap>> vector(1000, 1.0, heap);
    EXPECT_FALSE(heap.owns(vector.data()));
  }
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
}

TEST(StdAllocator, RefusesACountThatOverflows) {
  Heap heap;
  StdAllocator<double, Heap> allocator(heap);
  EXPECT_THROW((void)allocator.allocate(std::size_t(-1) / 4), std::bad_array_new_length);
}

}  // namespace
}  // namespace exuvia::heap
