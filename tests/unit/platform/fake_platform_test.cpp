#include "exuvia/platform/fake_platform.hpp"

#include <gtest/gtest.h>

#include "exuvia/base/bytes.hpp"

namespace exuvia::platform {
namespace {

using base::kMiB;

TEST(FakePlatform, FailsTheCallItIsToldTo) {
  FakeControl control;
  FakePlatform platform(control);
  control.fail_from = 1;
  void* p = platform.try_reserve(kMiB, kMiB);
  ASSERT_NE(p, nullptr);
  EXPECT_FALSE(platform.try_commit(p, kMiB));
  EXPECT_TRUE(platform.try_commit(p, kMiB));
  EXPECT_EQ(control.failures, 1u);
  platform.release(p, kMiB);
}

TEST(FakePlatform, CountsWhatIsReservedAndGivenBack) {
  FakeControl control;
  FakePlatform platform(control);
  void* p = platform.try_reserve(kMiB, kMiB);
  EXPECT_EQ(control.reserved, kMiB);
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  EXPECT_TRUE(platform.try_decommit(p, kMiB));
  EXPECT_TRUE(platform.try_uncommit(p, kMiB));
  EXPECT_EQ(control.decommitted, 2 * kMiB);
  EXPECT_EQ(control.decommit_calls, 2u);
  platform.release(p, kMiB);
  EXPECT_EQ(control.reserved, 0u);
}

TEST(FakePlatform, RefusesLargeReservationsWhenToldTo) {
  FakeControl control;
  control.refuse_reservations = true;
  control.largest_reservation = kMiB;
  FakePlatform platform(control);
  EXPECT_EQ(platform.try_reserve(2 * kMiB, kMiB), nullptr);
  void* p = platform.try_reserve(kMiB, kMiB);
  EXPECT_NE(p, nullptr);
  platform.release(p, kMiB);
}

}  // namespace
}  // namespace exuvia::platform
