#include "runtime/old_cycle.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstddef>
#include <new>

#include "exuvia/runtime.hpp"

namespace exuvia::runtime {
namespace {

TEST(OldCycle, HandsOverAllThatIsOldWhereItLiesTooThinlyToBeMarked) {
  constexpr std::size_t kObjects = 300;
  constexpr std::size_t kStep = std::size_t{2} << 20;
  void* const memory = ::mmap(nullptr, kObjects * kStep, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  const Binding binding{&type_of<int>, nullptr};
  Storage storage;
  Generations all;
  for (std::size_t i = 0; i < kObjects; ++i) {
    void* const place = static_cast<std::byte*>(memory) + i * kStep;
    ASSERT_TRUE(all.try_add_old(storage, ::new (place) Header{1, 0, &binding}));
  }
  OldCycle cycle(all, storage);
  cycle.start();
  ASSERT_TRUE(cycle.hands_over());
  cycle.hand_over(2 * kObjects);
  EXPECT_FALSE(cycle.is_running());
  EXPECT_EQ(all.log.count(), kObjects);
  EXPECT_EQ(all.old.count(), 0U);
  all.free(storage);
  ::munmap(memory, kObjects * kStep);
}

}  // namespace
}  // namespace exuvia::runtime
