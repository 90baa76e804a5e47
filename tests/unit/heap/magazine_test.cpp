#include "exuvia/heap/magazine.hpp"

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

TEST(Magazine, HandsOutWhatWasPutInLast) {
  Magazine magazine(3);
  int a = 0, b = 0;
  EXPECT_EQ(magazine.pop(), nullptr);
  EXPECT_TRUE(magazine.try_push(&a));
  EXPECT_TRUE(magazine.try_push(&b));
  EXPECT_EQ(magazine.at(0), &b);
  EXPECT_EQ(magazine.at(1), &a);
  EXPECT_EQ(magazine.pop(), &b);
  EXPECT_EQ(magazine.pop(), &a);
  EXPECT_EQ(magazine.pop(), nullptr);
  EXPECT_TRUE(magazine.is_consistent());
}

TEST(Magazine, RefusesMoreThanItsCapacity) {
  Magazine magazine(Magazine::kSlots);
  int blocks[Magazine::kSlots];
  for (int& block : blocks) EXPECT_TRUE(magazine.try_push(&block));
  EXPECT_FALSE(magazine.try_push(&blocks[0]));
  EXPECT_EQ(magazine.count(), Magazine::kSlots);
  EXPECT_TRUE(magazine.is_consistent());
  for (unsigned i = Magazine::kSlots; i-- != 0;) EXPECT_EQ(magazine.pop(), &blocks[i]);
}

TEST(Magazine, WithoutCapacityIsAlwaysFull) {
  Magazine magazine;
  int block = 0;
  EXPECT_FALSE(magazine.try_push(&block));
}

TEST(Magazine, IsFilledSoThatTheLastComesFirst) {
  Magazine magazine(10);
  int a = 0, b = 0;
  magazine.fill([&](void** slots) {
    slots[0] = &a;
    slots[1] = &b;
    return 2u;
  });
  EXPECT_EQ(magazine.count(), 2u);
  EXPECT_EQ(magazine.pop(), &b);
  EXPECT_EQ(magazine.pop(), &a);
  EXPECT_TRUE(magazine.is_consistent());
}

}  // namespace
}  // namespace exuvia::heap
