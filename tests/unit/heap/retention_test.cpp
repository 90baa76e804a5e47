#include "exuvia/heap/retention.hpp"

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

constexpr std::size_t kFloor = Retention::kFloor;
constexpr std::uint64_t kCalm = Retention::kCalmNs;

TEST(Retention, AllowsAnEighthOfTheMemoryInUse) {
  const Retention retention;
  EXPECT_EQ(retention.allowance(0), kFloor);
  EXPECT_EQ(retention.allowance(kFloor * 80), kFloor * 10);
}

TEST(Retention, DoublesWhenMemoryIsWantedAgainSoon) {
  Retention retention;
  retention.giving_back(5 * kCalm);
  retention.refilled(kFloor, 5 * kCalm + 1);
  EXPECT_EQ(retention.allowance(0), 2 * kFloor);
  retention.refilled(kFloor, 5 * kCalm + 2);
  EXPECT_EQ(retention.allowance(0), 4 * kFloor);
}

TEST(Retention, StaysWhenMemoryIsWantedLater) {
  Retention retention;
  retention.giving_back(5 * kCalm);
  retention.refilled(kFloor / 8, 6 * kCalm);
  retention.refilled(kFloor / 8, 7 * kCalm);
  EXPECT_EQ(retention.allowance(0), kFloor);
}

TEST(Retention, HalvesAgainAfterACalmTime) {
  Retention retention;
  retention.giving_back(kCalm);
  retention.refilled(kFloor, kCalm);
  retention.giving_back(kCalm + kCalm / 2);
  EXPECT_EQ(retention.allowance(0), 2 * kFloor);
  retention.giving_back(2 * kCalm);
  EXPECT_EQ(retention.allowance(0), kFloor);
}

TEST(Retention, StopsDoubling) {
  Retention retention;
  retention.giving_back(0);
  for (unsigned i = 0; i < 100; ++i) retention.refilled(kFloor, 1);
  EXPECT_EQ(retention.allowance(0), kFloor << Retention::kMostDoublings);
}

}  // namespace
}  // namespace exuvia::heap
