#include <gtest/gtest.h>

#include <cstddef>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

TEST(NoCollectionScope, HoldsOffEveryCollection) {
  Heap heap;
  const HeapScope scope(heap);
  {
    const NoCollectionScope quiet;
    const auto a = make<Link>();
    a->next = a;
    EXPECT_EQ(collect(), 0U);
  }
  EXPECT_EQ(collect(), 1U);
}

TEST(ImmortalScope, MakesObjectsThatAreNeitherCountedNorCollected) {
  Heap heap;
  const HeapScope scope(heap);
  Ref<Link> immortal;
  {
    const ImmortalScope forever;
    immortal = make<Link>();
  }
  const std::size_t count = immortal.use_count();
  const auto copy = immortal;
  EXPECT_EQ(copy.use_count(), count);
  EXPECT_FALSE(Collector::is_tracked(immortal));
  auto mortal = make<Link>();
  immortal->next = mortal;
  mortal.reset();
  EXPECT_EQ(collect(), 0U);
  EXPECT_EQ(immortal->next.use_count(), 1U);
  immortal->next.reset();
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST(ImmortalScope, MakesObjectsThatAreNoBirthsToTheCollector) {
  Heap heap;
  const HeapScope scope(heap);
  heap.collector().set_thresholds({3, 0, 0});
  {
    const ImmortalScope forever;
    for (int i = 0; i < 10; ++i) (void)make<Link>();
  }
  EXPECT_EQ(heap.collector().get_counts()[0], 0U);
  EXPECT_EQ(heap.collector().get_statistics()[0].collections, 0U);
}

}  // namespace
}  // namespace exuvia
