#include "exuvia/heap/debug_heap.hpp"

#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

using Watched = DebugHeap<Heap>;

unsigned char* bytes(Watched& heap, std::size_t size) {
  return static_cast<unsigned char*>(heap.try_allocate(size));
}

TEST(DebugHeap, FillsNewBlocks) {
  Watched heap;
  unsigned char* p = bytes(heap, 24);
  for (int i = 0; i < 24; ++i) EXPECT_EQ(p[i], 0xCD);
  EXPECT_EQ(heap.usable_size(p), 24u);
  heap.deallocate(p);
}

TEST(DebugHeap, FillsFreedBlocks) {
  Watched heap;
  unsigned char* p = bytes(heap, 24);
  heap.deallocate(p);
  for (int i = 0; i < 24; ++i) EXPECT_EQ(p[i], 0xDD);
}

TEST(DebugHeap, KeepsContentsWhenItReallocates) {
  Watched heap;
  unsigned char* p = bytes(heap, 10);
  std::memset(p, 7, 10);
  p = static_cast<unsigned char*>(heap.try_reallocate(p, 1000));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(p[i], 7);
  EXPECT_EQ(p[10], 0xCD);
  heap.deallocate(p);
}

TEST(DebugHeap, TakesMemoryOfOneClassForAnotherWithoutComplaint) {
  Watched heap;
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<void*> blocks;
    const std::size_t size = random() % 480;
    for (int i = 0; i < 2000; ++i) blocks.push_back(bytes(heap, size));
    for (void* p : blocks) std::memset(p, static_cast<int>(random()), size);
    for (void* p : blocks) heap.deallocate(p);
    if (round % 10 == 9) heap.trim();
  }
  EXPECT_TRUE(heap.is_consistent());
}

TEST(DebugHeapDeathTest, NamesABlockThatIsFreedTwice) {
  Watched heap;
  void* p = bytes(heap, 24);
  heap.deallocate(p);
  EXPECT_DEATH(heap.deallocate(p),
               "exuvia: block at 0x[0-9a-f]+, size class 64 bytes, 24 bytes, serial 1: "
               "double free of the block");
}

TEST(DebugHeapDeathTest, NamesAWritePastTheEnd) {
  Watched heap;
  unsigned char* p = bytes(heap, 24);
  p[24] = 'A';
  EXPECT_DEATH(heap.deallocate(p),
               "exuvia: block at 0x[0-9a-f]+, size class 64 bytes, 24 bytes, serial 1: "
               "was written past its end \\(0x41 at offset 24\\)");
}

TEST(DebugHeapDeathTest, NamesAWritePastTheEndOfALargeBlock) {
  Watched heap;
  unsigned char* p = bytes(heap, 5000);
  p[5000] = 'A';
  EXPECT_DEATH(heap.deallocate(p),
               "exuvia: block at 0x[0-9a-f]+, 5000 bytes, serial 1: "
               "was written past its end \\(0x41 at offset 5000\\)");
  p[5000] = 0xFD;
  heap.deallocate(p);
}

TEST(DebugHeapDeathTest, NamesAWriteBeforeTheStart) {
  Watched heap;
  unsigned char* p = bytes(heap, 24);
  p[-1] = 'A';
  EXPECT_DEATH(heap.deallocate(p),
               "exuvia: block at 0x[0-9a-f]+, size class 64 bytes, 24 bytes, serial 1: "
               "was written before its start \\(0x41 at offset -1\\)");
}

TEST(DebugHeapDeathTest, NamesAnAddressInsideABlockAsAWrongFree) {
  Watched heap;
  unsigned char* p = bytes(heap, 100);
  EXPECT_DEATH(heap.deallocate(p + 32),
               "exuvia: block at 0x[0-9a-f]+, size class 144 bytes: "
               "free of an address that is not a block");
}

TEST(DebugHeapDeathTest, FindsAWriteToAFreedBlockWhenItsMemoryIsUsedAgain) {
  Watched heap;
  unsigned char* p = bytes(heap, 24);
  heap.deallocate(p);
  p[5] = 'A';
  EXPECT_DEATH(bytes(heap, 24),
               "exuvia: block at 0x[0-9a-f]+, size class 64 bytes, 24 bytes, serial 1: "
               "was written after it was freed \\(0x41 at offset 5\\)");
}

TEST(DebugHeapDeathTest, RefusesASizeThatIsNotTheBlocks) {
  Watched heap;
  void* p = bytes(heap, 24);
  EXPECT_DEATH(heap.deallocate(p, 25), "a block was freed with a size that is not its own");
}

}  // namespace
}  // namespace exuvia::heap
