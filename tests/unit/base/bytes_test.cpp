#include "exuvia/base/bytes.hpp"

#include <gtest/gtest.h>

namespace exuvia::base {
namespace {

TEST(Bytes, RoundUpAndDown) {
  EXPECT_EQ(align_up(0, 16), 0u);
  EXPECT_EQ(align_up(1, 16), 16u);
  EXPECT_EQ(align_up(16, 16), 16u);
  EXPECT_EQ(align_down(31, 16), 16u);
  EXPECT_TRUE(is_aligned(kMiB, kKiB));
  EXPECT_FALSE(is_aligned(kMiB + 1, kKiB));
}

}  // namespace
}  // namespace exuvia::base
