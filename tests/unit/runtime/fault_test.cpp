// Every allocation of the runtime fails once, in turn. Needs a checking build, in which Storage can
// be told to fail.
#include <gtest/gtest.h>

#include <new>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

struct Node {
  Ref<Node> next;
  std::vector<Ref<Node>> more;
  int* finalized;
  int* destroyed;

  Node(int* f, int* d) : finalized(f), destroyed(d) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node() { ++*destroyed; }
  void finalize() { ++*finalized; }
  void trace(Visitor& v) const { v(next, more); }
};

// Something of everything that allocates.
void exercise(int* finalized, int* destroyed, int* made) {
  std::vector<Ref<Node>> kept;
  std::vector<Weak<Node>> weak;
  for (int i = 0; i < 40; ++i) {
    const Ref<Node> a = make<Node>(finalized, destroyed);
    ++*made;
    const Ref<Node> b = make<Node>(finalized, destroyed);
    ++*made;
    a->next = b;
    b->next = a;
    weak.emplace_back(a);
    weak.emplace_back(b, [] {});
    if (i % 3 == 0) kept.push_back(a);
    if (i % 5 == 4) collector().collect(i % 10 == 9 ? 2 : 1);
  }
  (void)collector().freeze();
  (void)collector().unfreeze();
}

class AllocationFailures : public testing::TestWithParam<Policy> {};

INSTANTIATE_TEST_SUITE_P(Policies, AllocationFailures,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(AllocationFailures, LeaveTheHeapConsistentWhereverTheyHappen) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  bool failed = true;
  std::size_t failures = 0;
  for (std::size_t n = 1; failed; ++n) {
    SCOPED_TRACE(n);
    int made = 0;
    int finalized = 0;
    int destroyed = 0;
    Heap heap;
    const HeapScope scope(heap);
    heap.collector().set_policy(GetParam());
    heap.collector().set_thresholds({10, 1000, 2});
    heap.collector().set_weak_order(n % 2 == 0 ? WeakOrder::kBeforeFinalizers
                                               : WeakOrder::kAfterFinalizers);
    heap.storage().fail_at(n);
    failed = false;
    try {
      exercise(&finalized, &destroyed, &made);
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    failed = heap.storage().has_failed();
    heap.storage().fail_at(0);
    EXPECT_TRUE(heap.is_consistent());
    EXPECT_TRUE(heap.collector().unfreeze());  // where it was this that failed
    collect();
    EXPECT_EQ(heap.object_count(), 0U);
    EXPECT_EQ(destroyed, made);
    EXPECT_EQ(finalized, made);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(failures, 100U);
}

struct Phoenix {
  Ref<Phoenix> itself;
  std::vector<Ref<Phoenix>>* risen;
  int* destroyed;

  Phoenix(std::vector<Ref<Phoenix>>* r, int* d) : risen(r), destroyed(d) {}
  Phoenix(const Phoenix&) = delete;
  Phoenix& operator=(const Phoenix&) = delete;
  ~Phoenix() { ++*destroyed; }
  void finalize() { risen->push_back(itself); }
  void trace(Visitor& v) const { v(itself); }
};

TEST_P(AllocationFailures, HideNothingResurrectedFromTheCollector) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  constexpr int kMade = 3000;  // more than one piece of any table holds
  bool failed = true;
  for (std::size_t n = 1; failed; ++n) {
    SCOPED_TRACE(n);
    Heap heap;
    const HeapScope scope(heap);
    heap.collector().set_policy(GetParam());
    heap.collector().set_thresholds({0, 0, 0});
    int destroyed = 0;
    std::vector<Ref<Phoenix>> risen;
    for (int i = 0; i < kMade; ++i) {
      const auto one = make<Phoenix>(&risen, &destroyed);
      one->itself = one;
    }
    heap.storage().fail_at(n);
    collect();
    failed = heap.storage().has_failed();
    heap.storage().fail_at(0);
    collect();  // where there was no memory to find them
    ASSERT_EQ(destroyed, 0);
    ASSERT_EQ(risen.size(), std::size_t{kMade});
    risen.clear();
    collect();
    ASSERT_EQ(destroyed, kMade);
    ASSERT_TRUE(heap.is_consistent());
  }
}

TEST(AllocationFailure, IsAnEmptyRefOfTryMakeAndAnExceptionOfMake) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  Heap heap;
  const HeapScope scope(heap);
  (void)make<int>(1);
  heap.storage().fail_at(1);
  EXPECT_EQ(try_make<int>(1), nullptr);
  heap.storage().fail_at(1);
  EXPECT_THROW((void)make<int>(1), std::bad_alloc);
  EXPECT_EQ(*make<int>(2), 2);
}

TEST(AllocationFailure, ComesFromTheLimitOfTheHeap) {
  struct Big {
    char bytes[400];
  };
  Heap heap;
  const HeapScope scope(heap);
  heap.storage().blocks().set_limit(std::size_t{4} << 20);
  std::vector<Ref<Big>> kept;
  while (Ref<Big> one = try_make<Big>()) kept.push_back(std::move(one));
  EXPECT_GT(kept.size(), 5000U);
  EXPECT_LT(kept.size(), 11000U);
  kept.clear();
  EXPECT_NE(try_make<Big>(), nullptr);
}

}  // namespace
}  // namespace exuvia
