// Full collections of objects with more references than a byte of the side table can count.
#include <gtest/gtest.h>

#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

struct Hub {
  std::vector<Ref<Hub>> spokes;
};

class WideCounts : public testing::TestWithParam<int> {
 protected:
  // A hub that `GetParam()` spokes hold, and that holds them.
  Ref<Hub> wheel() {
    Ref<Hub> hub = make<Hub>();
    for (int i = 0; i < GetParam(); ++i) {
      hub->spokes.push_back(make<Hub>());
      hub->spokes.back()->spokes.push_back(hub);
    }
    return hub;
  }

  Heap heap;
  HeapScope scope{heap};
};

TEST_P(WideCounts, AWheelThatNobodyHoldsIsGarbage) {
  const Weak<Hub> watch = wheel();
  EXPECT_EQ(heap.collector().collect(), static_cast<std::size_t>(GetParam()) + 1);
  EXPECT_TRUE(watch.expired());
}

TEST_P(WideCounts, AWheelThatIsHeldLives) {
  const Ref<Hub> hub = wheel();
  EXPECT_EQ(heap.collector().collect(), 0U);
  EXPECT_EQ(hub->spokes.size(), static_cast<std::size_t>(GetParam()));
}

// Outside references that are a multiple of 256 leave nothing in a byte.
TEST_P(WideCounts, AHubHeldManyTimesFromOutsideLives) {
  const std::vector<Ref<Hub>> held(static_cast<std::size_t>(GetParam()), wheel());
  EXPECT_EQ(heap.collector().collect(), 0U);
  EXPECT_EQ(held[0]->spokes.size(), static_cast<std::size_t>(GetParam()));
}

struct Ring {
  Ref<Ring> next, other;
  Ref<long> atom;
};

// So do references from garbage to what is no garbage, tracked or not.
TEST_P(WideCounts, WhatPlainGarbageHeldManyTimesIsHeldNoMore) {
  const auto atom = make<long>(1L);
  const auto frozen = make<Ring>();
  heap.collector().freeze();
  for (int i = 0; i < GetParam(); ++i) {
    const auto ring = make<Ring>(nullptr, frozen, atom);
    ring->next = ring;
  }
  heap.collector().collect();
  EXPECT_EQ(atom.use_count(), 1U);
  EXPECT_EQ(frozen.use_count(), 1U);
}

// And from the living to what has nothing to trace.
TEST_P(WideCounts, AnAtomThatTheLivingHoldManyTimesIsNotTraced) {
  const auto atom = make<long>(7L);
  std::vector<Ref<Ring>> living;
  for (int i = 0; i < GetParam(); ++i) living.push_back(make<Ring>(nullptr, nullptr, atom));
  auto garbage = make<Ring>();
  garbage->next = make<Ring>(garbage);
  garbage.reset();
  EXPECT_EQ(heap.collector().collect(), 2U);
  EXPECT_EQ(atom.use_count(), living.size() + 1);
}

INSTANTIATE_TEST_SUITE_P(AroundAByte, WideCounts, testing::Values(1, 254, 255, 256, 257, 511, 512));

}  // namespace
}  // namespace exuvia
