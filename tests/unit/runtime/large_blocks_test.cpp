// Blocks that go with their heap.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <malloc.h>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

std::size_t bytes_of_malloc() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct Small {
  std::byte bytes[100];
};
struct Large {
  std::byte bytes[5'000];
};
struct Mapped {
  std::byte bytes[500'000];
};

template <class T>
void leave_immortals() {
  Heap heap;
  const HeapScope scope(heap);
  const ImmortalScope immortal;
  for (int i = 0; i < 100; ++i) (void)make<T>();
}

template <class T>
class Immortals : public testing::Test {};
using Sizes = testing::Types<Small, Large, Mapped>;
TYPED_TEST_SUITE(Immortals, Sizes);

TYPED_TEST(Immortals, GoWithTheirHeap) {
  leave_immortals<TypeParam>();
  const std::size_t before = bytes_of_malloc();
  for (int i = 0; i < 5; ++i) leave_immortals<TypeParam>();
  EXPECT_LT(bytes_of_malloc(), before + 100 * sizeof(TypeParam));
}

class LargeBlocksTest : public testing::Test {
 protected:
  // The block's bytes are all `value`.
  static void fill(void* block, std::size_t size, int value) { std::memset(block, value, size); }
  static bool is_filled(const void* block, std::size_t size, std::byte value) {
    const auto* const bytes = static_cast<const std::byte*>(block);
    return std::all_of(bytes, bytes + size, [value](std::byte b) { return b == value; });
  }

  runtime::LargeBlocks blocks_;
  const heap::Underlying memory_ = blocks_.as_underlying();
};

TEST_F(LargeBlocksTest, AreAlignedAndAtLeastAsLargeAsWanted) {
  void* const block = memory_.allocate(memory_.context, 1'001);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0U);
  EXPECT_GE(memory_.usable_size(memory_.context, block), 1'001U);
  fill(block, 1'001, 7);
  memory_.deallocate(memory_.context, block);
}

TEST_F(LargeBlocksTest, KeepWhatTheyHoldWhileTheyGrowBetweenOthers) {
  void* const before = memory_.allocate_zeroed(memory_.context, 10, 100);
  void* block = memory_.reallocate(memory_.context, nullptr, 1'000);
  void* const behind = memory_.allocate_zeroed(memory_.context, 10, 100);
  fill(block, 1'000, 7);
  block = memory_.reallocate(memory_.context, block, 1'000'000);
  EXPECT_TRUE(is_filled(block, 1'000, std::byte{7}));
  EXPECT_TRUE(is_filled(before, 1'000, std::byte{0}));
  memory_.deallocate(memory_.context, before);
  EXPECT_TRUE(is_filled(behind, 1'000, std::byte{0}));
  memory_.deallocate(memory_.context, nullptr);
}

// Sanitizers end the process where malloc has no memory.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(LargeBlocksTest, StayWhenTheyCannotGrow) {
  void* const block = memory_.allocate_zeroed(memory_.context, 1, 1'000);
  EXPECT_EQ(memory_.reallocate(memory_.context, block, PTRDIFF_MAX - 16), nullptr);
  EXPECT_TRUE(is_filled(block, 1'000, std::byte{0}));
  EXPECT_EQ(memory_.allocate_zeroed(memory_.context, SIZE_MAX / 2, 3), nullptr);
  EXPECT_EQ(memory_.allocate_zeroed(memory_.context, 1, SIZE_MAX), nullptr);
}
#endif

}  // namespace
}  // namespace exuvia
