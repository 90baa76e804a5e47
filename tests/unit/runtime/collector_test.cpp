#include "exuvia/runtime/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia {
namespace {

using testing::ElementsAre;

// An object that may hold itself.
template <std::size_t kBytes>
struct Sized {
  Ref<Sized> self;
  std::byte rest[kBytes - sizeof(void*)];
};
template <std::size_t kBytes>
std::vector<Ref<Sized<kBytes>>> make_rings(std::size_t count) {
  std::vector<Ref<Sized<kBytes>>> rings(count);
  for (auto& ring : rings) {
    ring = make<Sized<kBytes>>();
    ring->self = ring;
    ring->rest[0] = std::byte{1};
  }
  return rings;
}
template <std::size_t kBytes>
void drop_most(std::vector<Ref<Sized<kBytes>>>& rings) {
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (i > rings.size() / 2 || i % 5 != 0) rings[i].reset();
  }
  std::erase(rings, nullptr);
}
template <std::size_t kBytes>
void let_go(const std::vector<Ref<Sized<kBytes>>>& rings) {
  for (const auto& ring : rings) {
    EXPECT_EQ(ring->rest[0], std::byte{1});
    ring->self = nullptr;
  }
}

TEST_F(CollectorTest, FindsNothingInAnEmptyHeap) { EXPECT_EQ(collector.collect(), 0U); }

TEST_F(CollectorTest, CollectsAnObjectThatHoldsItself) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  EXPECT_TRUE(diary.empty());
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, FinalizesAllOfACycleBeforeItDestroysAny) {
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "finalize b", "~a", "~b"));
}

TEST_F(CollectorTest, SparesWhatIsReferencedFromOutsideAndAllItReaches) {
  const auto a = thing("a");
  {
    const auto b = thing("b");
    const auto c = thing("c");
    link(a, b);
    link(b, c);
    link(c, b);
  }
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_TRUE(diary.empty());
  a->holds.clear();
  EXPECT_EQ(collector.collect(), 2U);
}

TEST_F(CollectorTest, DestroysWhatHangsFromACycle) {
  {
    const auto a = thing("a");
    const auto tail = thing("tail");
    link(a, a);
    link(a, tail);
    link(a, tail);
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, CollectsInTheYoungestGenerationToo) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  EXPECT_EQ(collector.collect(0), 1U);
}

TEST_F(CollectorTest, SparesTheYoungWhetherAnEarlierOrALaterOneHoldsThem) {
  const auto first = make<Link>();
  first->next = make<Link>(make<Link>());
  auto last = make<Link>();
  for (int i = 0; i < 3; ++i) last = make<Link>(last);
  EXPECT_EQ(collector.collect(0), 0U);
  EXPECT_EQ(heap.object_count(), 7U);
}

TEST_F(CollectorTest, FindsAYoungCycleAmongTheLiving) {
  const auto first = make<Link>();
  make_rings<16>(1);
  first->next = make<Link>();
  EXPECT_EQ(collector.collect(0), 1U);
  EXPECT_EQ(heap.object_count(), 2U);
}

TEST_F(CollectorTest, LeavesOldGarbageToTheOldestGeneration) {
  auto a = thing("a");
  link(a, a);
  collector.collect(2);
  a.reset();
  EXPECT_EQ(collector.collect(0), 0U);
  EXPECT_EQ(collector.collect(1), 0U);
  EXPECT_EQ(collector.collect(2), 1U);
}

TEST_F(CollectorTest, PromotesSurvivorsAGenerationATime) {
  const auto a = thing("a");
  const auto is_in = [&](unsigned generation) {
    return collector.get_objects(generation) == std::vector<Ref<void>>{a};
  };
  EXPECT_TRUE(is_in(0));
  collector.collect(0);
  EXPECT_TRUE(is_in(1));
  collector.collect(1);
  EXPECT_TRUE(is_in(2));
  collector.collect(2);
  EXPECT_TRUE(is_in(2));
}

TEST_F(CollectorTest, DropsAnObjectOfAnyGenerationAtCountZero) {
  for (unsigned generation = 0; generation <= 3; ++generation) {
    auto a = thing("a");
    if (generation > 0) collector.collect(generation - 1);
    a.reset();
    EXPECT_EQ(heap.object_count(), 0U);
    EXPECT_TRUE(collector.get_objects().empty());
  }
}

TEST_F(CollectorTest, CollectsManyRingsAtOnce) {
  const int rings = 1000;
  for (int i = 0; i < rings; ++i) {
    const auto first = make<Link>();
    auto last = first;
    for (int j = 0; j < 20; ++j) last = last->next = make<Link>();
    last->next = first;
  }
  EXPECT_EQ(collector.collect(), 21U * rings);
  EXPECT_EQ(heap.object_count(), 0U);
}

// Some blocks are larger than any that a pool has.
TEST_F(CollectorTest, FreesGarbageOfAllSizesAmongTheLiving) {
  auto small = make_rings<32>(5000);
  auto large = make_rings<400>(500);
  auto largest = make_rings<504>(500);
  drop_most(small);
  drop_most(large);
  drop_most(largest);
  const std::size_t live = small.size() + large.size() + largest.size();
  EXPECT_EQ(collector.collect(), 6000U - live);
  EXPECT_EQ(heap.object_count(), live);
  EXPECT_TRUE(heap.storage().blocks().is_consistent());
  const auto more = make_rings<32>(5000);
  let_go(small);
  let_go(large);
  let_go(largest);
  let_go(more);
}

TEST_F(CollectorTest, FreesThePoolsOfGarbageWhole) {
  make_rings<32>(50'000);
  const heap::Statistics before = heap.storage().blocks().statistics();
  EXPECT_EQ(collector.collect(), 50'000U);
  EXPECT_EQ(heap.object_count(), 0U);
  EXPECT_TRUE(heap.storage().blocks().is_consistent());
  const heap::Statistics after = heap.storage().blocks().statistics();
  // Checking builds keep some of the dead.
  EXPECT_LT(after.blocks_in_use(), before.blocks_in_use() / 5);
}

TEST_F(CollectorTest, NeedsNoDeepStackForALongRing) {
  const int length = runtime::kChecks ? 200'000 : 2'000'000;
  {
    const auto first = make<Link>();
    auto last = first;
    for (int i = 1; i < length; ++i) last = last->next = make<Link>();
    last->next = first;
  }
  EXPECT_EQ(collector.collect(), static_cast<std::size_t>(length));
}

}  // namespace
}  // namespace exuvia
