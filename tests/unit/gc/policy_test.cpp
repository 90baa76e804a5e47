#include "gc/policy.hpp"

#include <gtest/gtest.h>

namespace exuvia::gc {
namespace {

void allocate(GenerationalPolicy& policy, int count) {
  for (int i = 0; i < count; ++i) policy.allocated();
}

void collect(GenerationalPolicy& policy, int generation, std::size_t survivors) {
  policy.begin(generation);
  policy.end(generation, survivors);
}

TEST(GenerationalPolicy, LetsTheYoungestBeDueBeyondItsThreshold) {
  GenerationalPolicy policy;
  allocate(policy, 700);
  EXPECT_FALSE(policy.is_due());
  allocate(policy, 1);
  EXPECT_TRUE(policy.is_due());
  EXPECT_EQ(policy.due_generation(), 0);
}

TEST(GenerationalPolicy, HasAnotherThresholdFrom313) {
  GenerationalPolicy policy(GenerationalPolicy::kThresholds313);
  allocate(policy, 2000);
  EXPECT_FALSE(policy.is_due());
  allocate(policy, 1);
  EXPECT_TRUE(policy.is_due());
}

TEST(GenerationalPolicy, TakesDeallocationsOffButNeverBelowZero) {
  GenerationalPolicy policy;
  policy.deallocated();
  EXPECT_EQ(policy.counts()[0], 0u);
  allocate(policy, 3);
  policy.deallocated();
  EXPECT_EQ(policy.counts()[0], 2u);
}

TEST(GenerationalPolicy, CollectsTheMiddleAfterElevenOfTheYoungest) {
  GenerationalPolicy policy;
  for (int i = 0; i < 11; ++i) {
    EXPECT_EQ(policy.counts()[1], static_cast<unsigned>(i));
    collect(policy, 0, 10);
  }
  allocate(policy, 701);
  EXPECT_EQ(policy.due_generation(), 1);
  policy.begin(1);
  EXPECT_EQ(policy.counts(), (GenerationalPolicy::Thresholds{0, 0, 1}));
}

TEST(GenerationalPolicy, PutsAFullCollectionOffUntilAQuarterOfTheOldWait) {
  GenerationalPolicy policy;
  collect(policy, 2, 1000);
  for (int i = 0; i < 11; ++i) collect(policy, 1, 22);
  allocate(policy, 701);
  EXPECT_EQ(policy.waiting(), 242u);
  EXPECT_EQ(policy.due_generation(), 0) << "242 wait, a quarter of 1000 is 250";
  collect(policy, 1, 8);
  allocate(policy, 701);
  EXPECT_EQ(policy.due_generation(), 2);
  collect(policy, 2, 1250);
  EXPECT_EQ(policy.waiting(), 0u);
  EXPECT_EQ(policy.oldest(), 1250u);
}

TEST(GenerationalPolicy, IsNeverDueWithAThresholdOfZero) {
  GenerationalPolicy policy({0, 10, 10});
  allocate(policy, 100'000);
  EXPECT_FALSE(policy.is_due());
  EXPECT_EQ(policy.due_generation(), GenerationalPolicy::kNone);
}

TEST(Statistics, AddUp) {
  GenerationStatistics sum{1, 2, 3, 4, 5};
  sum.add({10, 20, 30, 40, 50});
  EXPECT_EQ(sum.collections, 11u);
  EXPECT_EQ(sum.collected, 22u);
  EXPECT_EQ(sum.uncollectable, 33u);
  EXPECT_EQ(sum.candidates, 44u);
  EXPECT_EQ(sum.duration_ns, 55u);
}

}  // namespace
}  // namespace exuvia::gc
