#include "exuvia/heap/magazine.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

class MagazineTest : public testing::Test {
 protected:
  static constexpr unsigned kCapacity = 10;
  MagazineTest() { magazine.use(slots, kCapacity); }

  void* slots[kCapacity + 1] = {};
  Magazine magazine;
  int blocks[kCapacity + 1];
};

TEST_F(MagazineTest, HandsOutWhatWasPutInLast) {
  EXPECT_EQ(magazine.pop(), nullptr);
  EXPECT_TRUE(magazine.try_push(&blocks[0]));
  EXPECT_TRUE(magazine.try_push(&blocks[1]));
  EXPECT_EQ(magazine.at(0), &blocks[1]);
  EXPECT_EQ(magazine.at(1), &blocks[0]);
  EXPECT_EQ(magazine.pop(), &blocks[1]);
  EXPECT_EQ(magazine.pop(), &blocks[0]);
  EXPECT_EQ(magazine.pop(), nullptr);
  EXPECT_TRUE(magazine.is_consistent());
}

TEST_F(MagazineTest, RefusesMoreThanItsCapacity) {
  for (unsigned i = 0; i < kCapacity; ++i) EXPECT_TRUE(magazine.try_push(&blocks[i]));
  EXPECT_FALSE(magazine.try_push(&blocks[kCapacity]));
  EXPECT_EQ(magazine.count(), kCapacity);
  EXPECT_TRUE(magazine.is_consistent());
  for (unsigned i = kCapacity; i-- != 0;) EXPECT_EQ(magazine.pop(), &blocks[i]);
}

TEST_F(MagazineTest, TakesTheFirstOfManyThatBelongHereAndFit) {
  std::vector<void*> many;
  for (int& block : blocks) many.push_back(&block);
  EXPECT_EQ(magazine.push_leading(many.data(), many.size(),
                                  [&](const void* p) { return p != &blocks[3]; }),
            3U);
  EXPECT_EQ(magazine.count(), 3U);
  EXPECT_TRUE(magazine.is_consistent());
  EXPECT_EQ(magazine.push_leading(many.data() + 3, many.size() - 3), kCapacity - 3);
  EXPECT_TRUE(magazine.is_consistent());
  for (unsigned i = kCapacity; i-- != 0;) EXPECT_EQ(magazine.pop(), &blocks[i]);
}

TEST_F(MagazineTest, WithoutCapacityIsEmptyAndFull) {
  magazine.use(slots, 0);
  EXPECT_FALSE(magazine.try_push(&blocks[0]));
  EXPECT_EQ(magazine.pop(), nullptr);
}

TEST_F(MagazineTest, IsFilledSoThatTheLastComesFirst) {
  magazine.fill([&](void** to) {
    to[0] = &blocks[0];
    to[1] = &blocks[1];
    return 2u;
  });
  EXPECT_EQ(magazine.count(), 2u);
  EXPECT_EQ(magazine.pop(), &blocks[1]);
  EXPECT_EQ(magazine.pop(), &blocks[0]);
  EXPECT_TRUE(magazine.is_consistent());
}

TEST_F(MagazineTest, IsDrainedOfWhatWasPutInFirst) {
  for (unsigned i = 0; i < 5; ++i) magazine.try_push(&blocks[i]);
  std::vector<void*> drained;
  magazine.drain(3,
                 [&](void* const* first, unsigned count) { drained.assign(first, first + count); });
  EXPECT_EQ(drained, (std::vector<void*>{&blocks[0], &blocks[1], &blocks[2]}));
  EXPECT_TRUE(magazine.is_consistent());
  EXPECT_EQ(magazine.pop(), &blocks[4]);
  EXPECT_EQ(magazine.pop(), &blocks[3]);
  EXPECT_EQ(magazine.pop(), nullptr);
}

}  // namespace
}  // namespace exuvia::heap
