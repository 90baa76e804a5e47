// What a heap keeps after memory is freed.
#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "exuvia/heap/heap.hpp"
#include "exuvia/platform/fake_platform.hpp"
#include "heap/heap_impl.hpp"

namespace exuvia::heap {
namespace {

template <class G>
struct Burst {
  platform::FakeControl control;
  BasicHeap<platform::FakePlatform, G> heap{{}, kMallocFamily, platform::FakePlatform(control)};
  std::vector<void*> blocks;
  std::mt19937 random{7};

  // As many bytes of blocks as the burst test of the lessons, in sizes of Python's bytes objects.
  void rise(std::size_t bytes, std::size_t smallest = 34, std::size_t largest = 473) {
    std::uniform_int_distribution<std::size_t> size(smallest, largest);
    for (std::size_t sum = 0; sum < bytes;) {
      const std::size_t n = size(random);
      blocks.push_back(heap.try_allocate(n));
      sum += n;
    }
  }

  void fall() {
    std::shuffle(blocks.begin(), blocks.end(), random);
    for (void* p : blocks) heap.deallocate(p);
    blocks.clear();
  }

  std::vector<void*> keep_one_in_a_hundred() {
    std::shuffle(blocks.begin(), blocks.end(), random);
    return cut(blocks.size() - blocks.size() / 100);
  }

  std::vector<void*> keep_one_in_an_arena() {
    std::map<std::uintptr_t, void*> kept;
    for (void* p : blocks) kept.emplace(reinterpret_cast<std::uintptr_t>(p) >> 20, p);
    std::partition(blocks.begin(), blocks.end(),
                   [&](void* p) { return kept[reinterpret_cast<std::uintptr_t>(p) >> 20] != p; });
    return cut(blocks.size() - kept.size());
  }

  std::vector<void*> cut(std::size_t at) {
    std::vector<void*> kept(blocks.begin() + static_cast<std::ptrdiff_t>(at), blocks.end());
    blocks.resize(at);
    return kept;
  }

  double kept_of(std::size_t peak) const {
    return static_cast<double>(heap.statistics().resident) / static_cast<double>(peak);
  }
};

constexpr std::size_t kBurst = 310'000'000;

template <class G>
class TrimTest : public testing::Test {};
using Geometries = testing::Types<Geometry4K, Geometry16K, Geometry64K>;
TYPED_TEST_SUITE(TrimTest, Geometries);

TYPED_TEST(TrimTest, KeepsAtMostHalfOfABurstWithOnePercentRandomSurvivors) {
  Burst<TypeParam> burst;
  burst.rise(kBurst);
  const std::size_t peak = burst.heap.statistics().resident;
  const auto survivors = burst.keep_one_in_a_hundred();
  burst.fall();
  this->RecordProperty("kept", std::to_string(burst.kept_of(peak)));
  EXPECT_LE(burst.kept_of(peak), 0.5);
  EXPECT_TRUE(burst.heap.is_consistent());
}

TYPED_TEST(TrimTest, KeepsAtMostAFifthOfABurstWithOneSurvivorInAnArena) {
  Burst<TypeParam> burst;
  burst.rise(kBurst);
  const std::size_t peak = burst.heap.statistics().resident;
  const auto survivors = burst.keep_one_in_an_arena();
  burst.fall();
  this->RecordProperty("kept", std::to_string(burst.kept_of(peak)));
  EXPECT_LE(burst.kept_of(peak), 0.2);
}

TYPED_TEST(TrimTest, KeepsNothingOfABurstWithoutSurvivorsAfterAnExplicitTrim) {
  Burst<TypeParam> burst;
  burst.rise(kBurst / 10);
  burst.fall();
  EXPECT_GT(burst.heap.trim(), 0u);
  EXPECT_EQ(burst.heap.statistics().resident, 0u);
  EXPECT_EQ(burst.heap.statistics().arenas, 0u);
}

TYPED_TEST(TrimTest, StopsPayingForALoadThatRisesAndFalls) {
  Burst<TypeParam> burst;
  const auto turn = [&] {
    burst.control.now_ns += 50'000'000;
    burst.rise(kBurst / 4);
    burst.fall();
    return burst.control.decommit_calls;
  };
  std::uint64_t calls = 0;
  for (int i = 0; i < 8; ++i) calls = turn();
  EXPECT_GT(calls, 0u);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(turn(), calls);
}

TEST(Trim, GivesBackNoMoreThanAboutItsBudget) {
  Burst<Geometry16K> burst;
  burst.rise(kBurst / 20);
  const auto survivors = burst.keep_one_in_an_arena();
  burst.fall();
  const std::size_t given = burst.heap.trim(2 * base::kMiB);
  EXPECT_GE(given, 2 * base::kMiB);
  EXPECT_LE(given, 3 * base::kMiB);
}

TEST(Trim, KeepsWhatSurvivorsHold) {
  Burst<Geometry16K> burst;
  burst.rise(kBurst / 20);
  auto survivors = burst.keep_one_in_a_hundred();
  for (void* p : survivors) *static_cast<std::uint64_t*>(p) = reinterpret_cast<std::uintptr_t>(p);
  burst.fall();
  burst.heap.trim();
  for (void* p : survivors) {
    ASSERT_EQ(*static_cast<std::uint64_t*>(p), reinterpret_cast<std::uintptr_t>(p));
  }
}

TEST(Trim, DoesNothingByItselfWhenToldNotTo) {
  platform::FakeControl control;
  Options options;
  options.trims_itself = false;
  BasicHeap<platform::FakePlatform, Geometry16K> heap(options, kMallocFamily,
                                                      platform::FakePlatform(control));
  std::vector<void*> blocks;
  for (int i = 0; i < 100'000; ++i) blocks.push_back(heap.try_allocate(500));
  for (void* p : blocks) heap.deallocate(p);
  EXPECT_EQ(control.decommit_calls, 0u);
}

TEST(Residence, PoolsAreMadeResidentWholeOnceTheHeapIsLargeEnough) {
  using FakeHeap = BasicHeap<platform::FakePlatform, Geometry16K>;
  platform::FakeControl control;
  Options options;
  options.whole_pools_from = 2 * Geometry16K::kArenaSize;
  FakeHeap heap(options, kMallocFamily, platform::FakePlatform(control));
  while (heap.arena_bytes() <= Geometry16K::kArenaSize) heap.try_allocate(512);
  // The pool that the second arena was taken for is the first.
  EXPECT_EQ(control.populated, Geometry16K::kPoolSize);
  while (heap.arena_bytes() <= 2 * Geometry16K::kArenaSize) heap.try_allocate(512);
  EXPECT_EQ(control.populated, Geometry16K::kArenaSize + Geometry16K::kPoolSize);
  EXPECT_EQ(heap.statistics().resident,
            heap.statistics().arenas * Geometry16K::kArenaSize -
                heap.statistics().unused_pools * Geometry16K::kPoolSize);
  EXPECT_TRUE(heap.is_consistent());
}

}  // namespace
}  // namespace exuvia::heap
